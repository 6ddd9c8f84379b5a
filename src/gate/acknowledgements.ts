import * as z from 'zod';
import { type CheckedFile, type FileKind, invalidFile, problemLine, readCheckedFile } from '../kernel/checked-file.ts';
import { rowKey } from './metric.ts';

/** A change of a row for the worse that somebody has accepted, for a while. */
export interface Acknowledgement {
  readonly scenario: string;
  readonly metric: string;
  /** Share by which the row may be worse, such as 0.08; infinite for any change. */
  readonly accepted: number;
  readonly until: Until;
  readonly reason: string;
  /** `file:line:column` of the entry, for messages. */
  readonly where: string;
}

/** The last day on which it holds (UTC), or the commit with which it ends: as soon as the base contains it, the change is on both sides. */
export type Until =
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'commit'; readonly commit: string };

const text = z.string().min(1);

/** What editors check; that a share is above 0 and a day in the calendar is seen when the file is read. */
const acceptedPattern = String.raw`^\s*(any|\+?\d+(\.\d+)? ?%)\s*$`;
const untilPattern = '^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9a-fA-F]{7,40})$';

const entry = z.strictObject({
  scenario: text,
  metric: text,
  accepted: z
    .string({ error: 'expected a share with its sign, such as "8 %", or "any"' })
    .refine((value) => value === 'any' || acceptedShare(value) !== null, {
      error: 'expected a share above 0 with its sign, such as "8 %", or "any"',
    })
    .meta({ description: 'By how much it may be worse: "8 %", or "any".', pattern: acceptedPattern }),
  until: z
    .string({ error: 'expected a date such as 2027-01-31 or a commit of 7 to 40 hexadecimal digits in quotes' })
    .refine((value) => untilOf(value) !== null, {
      error: 'expected a date such as 2027-01-31 or a commit of 7 to 40 hexadecimal digits in quotes',
    })
    .meta({
      description: 'Last day on which it holds, or the commit with which it ends once the base contains it.',
      pattern: untilPattern,
    }),
  reason: text.meta({ description: 'Why it was accepted, for whoever reads it next.' }),
});

export const acknowledgementsSchema = z.strictObject({ acknowledgements: z.array(entry) });

/** The schema as JSON Schema, for editors: `schemas/acknowledgements.schema.json`. */
export function acknowledgementsJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(acknowledgementsSchema, { io: 'input' }), title: 'Accepted changes of Dyno' };
}

const kind: FileKind = { what: 'file of acknowledgements', code: 'ACKNOWLEDGEMENTS' };

/**
 * Reads a file of accepted changes: YAML or JSON, a list `acknowledgements` of `scenario`, `metric`, `accepted`, `until` and `reason`.
 * @throws InputError `ACKNOWLEDGEMENTS_NOT_FOUND`, `ACKNOWLEDGEMENTS_UNREADABLE` or `ACKNOWLEDGEMENTS_INVALID`, with the place of every problem.
 */
export function readAcknowledgements(path: string): Acknowledgement[] {
  const file = readCheckedFile(path, acknowledgementsSchema, kind);
  refuseDoubles(file);
  return file.value.acknowledgements.map(({ scenario, metric, accepted, until, reason }, index) => {
    const share = accepted === 'any' ? Number.POSITIVE_INFINITY : acceptedShare(accepted);
    const ends = untilOf(until);
    if (share === null || ends === null) throw new RangeError('Expected an entry that fits its schema.');
    const where = file.where(['acknowledgements', index], 'value');
    return { scenario, metric, accepted: share, until: ends, reason, where };
  });
}

/** Two entries for one row would hide which of them holds. */
function refuseDoubles(file: CheckedFile<z.infer<typeof acknowledgementsSchema>>): void {
  const first = new Map<string, number>();
  const lines = file.value.acknowledgements.flatMap((one, index) => {
    const before = first.get(rowKey(one));
    if (before === undefined) {
      first.set(rowKey(one), index);
      return [];
    }
    const path = ['acknowledgements', index];
    const there = file.where(['acknowledgements', before], 'value');
    return [
      problemLine(
        file.where(path, 'value'),
        path,
        `expected one entry a row, got a second one for ${JSON.stringify(one.metric)} of ${JSON.stringify(one.scenario)} (the first: ${there}); keep one of them`,
      ),
    ];
  });
  if (lines.length > 0) throw invalidFile(file.path, kind, lines);
}

/** `8 %` is 0.08; null for what is no share above 0. */
function acceptedShare(value: string): number | null {
  const [, digits] = /^\+?(\d+(?:\.\d+)?) ?%$/.exec(value.trim()) ?? [];
  const share = Number(digits) / 100;
  return digits !== undefined && share > 0 ? share : null;
}

function untilOf(value: string): Until | null {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return isDay(value) ? { kind: 'date', date: value } : null;
  return /^[0-9a-f]{7,40}$/i.test(value) ? { kind: 'commit', commit: value.toLowerCase() } : null;
}

/** Whether the calendar has the day: 2027-02-30 would silently become the second of March. */
function isDay(value: string): boolean {
  const time = Date.parse(`${value}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(value);
}

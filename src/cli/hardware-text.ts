import type { HardwareProfile } from '../hardware/profile.ts';
import type { Confidence } from '../hardware/profile-schema.ts';
import { formatNumber } from '../units/format.ts';
import { wrapText } from './wrap-text.ts';

/** A figure as a reader needs it: the number, and a mark where it is not as good as a sourced one. */
export function marked(text: string, confidence: Confidence): string {
  return `${text}${{ measured: '*', sourced: '', estimate: '~', unverified: '?' }[confidence]}`;
}

/** Whether something of these profiles was measured, on whatever machine. */
export function hasMeasured(profiles: readonly HardwareProfile[]): boolean {
  return profiles.some(({ peakOperationsPerSecond, memory }) =>
    [...Object.values(peakOperationsPerSecond), memory.bandwidthBytesPerSecond].some(
      ({ confidence, value }) => confidence === 'measured' && value !== null,
    ),
  );
}

/** The word for a figure that is null, by its note. */
export function absentText(note: string | null): 'none' | 'unknown' {
  return note === 'not supported' ? 'none' : 'unknown';
}

/** What the marks mean, with those that are used only. */
export function legend(text: string): string[] {
  return [
    ...(/\d\*/.test(text) ? ['* measured on the device: what an engine reached, the median call'] : []),
    ...(/\d~/.test(text) ? ['~ an estimate: guessed by its source, or computed from what it says'] : []),
    ...(/\d\?/.test(text) ? ['? unverified: nobody has looked it up'] : []),
    ...(/ none +\[/.test(text) ? ['none: the device does not support it'] : []),
  ];
}

/** Base units as data sheets print them: the factor, and the name of the unit. */
const printed: Readonly<Record<string, readonly [number, string]>> = {
  'operations/s': [1e12, 'TOP/s'],
  bytes: [1e9, 'GB'],
  'bytes/s': [1e9, 'GB/s'],
  W: [1, 'W'],
  'operations/byte': [1, 'op/B'],
  'operations/J': [1e9, 'GOP/J'],
};

/** The unit in which a figure of this base unit is printed; of a floating-point precision in FLOP. */
export function printedUnit(unit: string, precision: string | null = null): string {
  const perPrice = /^operations\/s\/(.*)$/.exec(unit)?.[1];
  const name = perPrice === undefined ? (printed[unit]?.[1] ?? unit) : `GOP/s/${perPrice}`;
  return precision?.includes('f') === true
    ? name.replace(/(?<=^[TG])OP|^op/, (op) => (op === 'OP' ? 'FLOP' : 'flop'))
    : name;
}

/** A value of a base unit in its printed unit, without the unit. */
export function printedNumber(value: number, unit: string): string {
  const size = unit.startsWith('operations/s/') ? 1e9 : (printed[unit]?.[0] ?? 1);
  // Binary fractions show in quotients such as 19.5e12 / 1e12; nobody stated 15 digits.
  const scaled = Number((value / size).toPrecision(6));
  return Number.isInteger(scaled) || scaled < 100 ? trimmed(scaled) : formatNumber(Math.round(scaled * 10) / 10);
}

/** Three digits, without zeros that claim nothing: `19.5`, `0.526`, `67`. */
function trimmed(value: number): string {
  if (Number.isInteger(value)) return formatNumber(value);
  return String(Number(value.toPrecision(3)));
}

/** Numbered texts under a table, each text once. */
export class Footnotes {
  readonly #texts: string[] = [];

  /** `[3]`, the number of that text. */
  add(text: string): string {
    const known = this.#texts.indexOf(text);
    if (known !== -1) return `[${known + 1}]`;
    this.#texts.push(text);
    return `[${this.#texts.length}]`;
  }

  lines(width: number): string[] {
    return this.#texts.map((text, index) => {
      const number = `[${index + 1}]`.padEnd(5);
      return number + wrapText(text, width - 5).replaceAll('\n', '\n     ');
    });
  }
}

/** Where a figure is from, and what must be known beside it. */
export function sourceText({
  source,
  date,
  note,
}: {
  readonly source: string | null;
  readonly date: string | null;
  readonly note: string | null;
}): string {
  const from = source === null ? null : date === null ? source : `${source}, as of ${date}`;
  return [note?.replace(/\.$/, '') ?? null, from].filter((part) => part !== null).join('. ');
}

/** The name without the vendor in front, which the id says already. */
export function shortName({ name, vendor }: HardwareProfile): string {
  return name.startsWith(`${vendor} `) ? name.slice(vendor.length + 1) : name;
}

/** Columns of the terminal, between 80 and 120; 100 where the output is no terminal. */
export function textWidth(stream: { readonly columns?: number | undefined }): number {
  return Math.min(120, Math.max(80, stream.columns ?? 100));
}

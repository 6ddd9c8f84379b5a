import { resolve, sep } from 'node:path';
import * as z from 'zod';
import { DynoError } from '../kernel/errors.ts';
import { checkValue } from '../kernel/schema-problems.ts';
import { pathText } from '../kernel/value-path.ts';
import type { TakenNode, TakenProfile } from './operator-changes.ts';

const text = z.string().min(1).max(500);

const operatorSchema = z.strictObject({
  operator: text,
  node: text.optional(),
  seconds: z.number().min(0),
  count: z.int().min(0).optional(),
  provider: text.optional(),
});

const line = z.union(
  [
    z.strictObject({ scenario: text, operators: z.array(operatorSchema).max(100_000) }),
    z.strictObject({ scenario: text, ort_profile: text }),
  ],
  {
    error: () =>
      'expected {scenario, operators: [{operator, seconds, node?, count?, provider?}]} or {scenario, ort_profile: "path"}',
  },
);

/** Reads an operator profile of ONNX Runtime; null: it holds no whole run. */
export type ReadOrtProfile = (path: string) => TakenProfile | null;

/**
 * The profiles that a command printed: on each line a JSON object, either with the operators of a scenario, seconds and count a query, or with the path of
 * an operator profile of ONNX Runtime in the checkout. Throws `PROFILE_INVALID` that names the line for anything else.
 */
export function parsePrintedProfiles(
  stdout: string,
  folder: string,
  readOrtProfile: ReadOrtProfile,
): ReadonlyMap<string, TakenProfile> {
  const profiles = new Map<string, TakenProfile>();
  for (const [index, printed] of stdout.split('\n').entries()) {
    if (printed.trim() === '') continue;
    const value = parseLine(printed, index + 1);
    if (profiles.has(value.scenario)) {
      throw invalid(index + 1, `expected each scenario once, got ${JSON.stringify(value.scenario)} again`);
    }
    const taken =
      'operators' in value
        ? { nodes: value.operators.map(nodeOf), isPartial: false }
        : readOrtProfile(within(folder, value.ort_profile, index + 1));
    if (taken === null)
      throw invalid(index + 1, 'ort_profile: expected a profile with at least one whole run, got none');
    profiles.set(value.scenario, taken);
  }
  return profiles;
}

function parseLine(printed: string, number: number): z.infer<typeof line> {
  let value: unknown;
  try {
    value = JSON.parse(printed);
  } catch {
    throw invalid(
      number,
      `expected a JSON object, got ${JSON.stringify(printed.slice(0, 80))}; print other text to stderr`,
    );
  }
  const checked = checkValue(line, value);
  if (checked.fits) return checked.value;
  const problems = checked.problems.map(({ path, message }) => [pathText(path), message].filter(Boolean).join(': '));
  throw invalid(number, problems.join('; '));
}

function nodeOf({ operator, node, seconds, count, provider }: z.infer<typeof operatorSchema>): TakenNode {
  return { operator, node: node ?? null, seconds, calls: count ?? null, provider: provider ?? null };
}

/** A profile is a file of the version that it is of. */
function within(folder: string, path: string, number: number): string {
  const whole = resolve(folder, path);
  if (whole.startsWith(folder + sep)) return whole;
  throw invalid(number, `ort_profile: expected the path of a file in the checkout, got ${JSON.stringify(path)}`);
}

function invalid(number: number, problem: string): DynoError {
  return new DynoError('PROFILE_INVALID', `Line ${number} of the profile command's output: ${problem}.`);
}

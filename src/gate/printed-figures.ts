import * as z from 'zod';
import { canonicalJson, sha256 } from '../kernel/content-hash.ts';
import { DynoError } from '../kernel/errors.ts';
import { checkValue } from '../kernel/schema-problems.ts';
import { pathText } from '../kernel/value-path.ts';
import type { Figure, Reading, Readings } from './reading.ts';

const name = z
  .string()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what names must not hold.
  .regex(/^[^\u0000-\u001f\u007f]*$/, { error: () => 'expected text without line breaks and control characters' });

const figure = z.strictObject({
  scenario: name,
  metric: name,
  value: z.union([z.number(), z.null()], { error: () => 'expected a number, or null for what is not known' }),
  unit: z.string().max(40).optional(),
  better: z.enum(['lower', 'higher']).optional(),
  role: z.enum(['gating', 'informational']).optional(),
  kind: z.enum(['sampled', 'exact']).optional(),
  /** What the model answered: a hash of it, or itself. */
  output: z.unknown().optional(),
  stages: z.record(name, z.number().min(0)).optional(),
});

/** Prefixed units that commands use, as base unit and factor. */
const prefixed: ReadonlyMap<string, readonly [unit: string, size: number]> = new Map([
  ['ns', ['s', 1e-9]],
  ['us', ['s', 1e-6]],
  ['µs', ['s', 1e-6]],
  ['ms', ['s', 1e-3]],
  ['B', ['bytes', 1]],
  ['kB', ['bytes', 1e3]],
  ['MB', ['bytes', 1e6]],
  ['GB', ['bytes', 1e9]],
  ['KiB', ['bytes', 2 ** 10]],
  ['MiB', ['bytes', 2 ** 20]],
  ['GiB', ['bytes', 2 ** 30]],
]);

/**
 * The figures that a command printed: on each line a JSON object `{scenario, metric, value, unit?, better?, role?, kind?, output?, stages?}`.
 * Empty lines are passed over. `output` and `stages` belong to the scenario and may stand on any of its lines. Throws `OUTPUT_INVALID` that names the
 * line for anything else, a metric that comes twice, and a value that is no finite number; `OUTPUT_EMPTY` where there is none.
 */
export function parsePrinted(stdout: string): Readings {
  const readings = new Map<string, Collected>();
  for (const [index, line] of stdout.split('\n').entries()) {
    if (line.trim() === '') continue;
    const printed = parseLine(line, index + 1);
    const reading = readings.get(printed.scenario) ?? new Collected();
    readings.set(printed.scenario, reading);
    reading.add(printed, index + 1);
  }
  if (readings.size === 0) {
    throw new DynoError(
      'OUTPUT_EMPTY',
      'The command printed no figure: expected at least one line such as {"scenario": "small", "metric": "latency", "value": 0.012, "unit": "s"} on stdout.',
    );
  }
  return new Map([...readings].map(([scenario, reading]) => [scenario, reading.result()]));
}

type Printed = z.infer<typeof figure>;

/** What was printed of one scenario so far. */
class Collected {
  readonly #figures: Figure[] = [];
  readonly #lineOf = new Map<string, number>();
  #outputs: string | null = null;
  readonly #stages = new Map<string, number>();

  add({ metric, value, unit = '', better, role, kind, output, stages }: Printed, line: number): void {
    const before = this.#lineOf.get(metric);
    if (before !== undefined) {
      throw invalid(
        line,
        `expected each metric of a scenario once, got ${JSON.stringify(metric)}, which is on line ${before} already`,
      );
    }
    this.#lineOf.set(metric, line);
    const [base, size] = prefixed.get(unit) ?? [unit, 1];
    this.#figures.push({
      metric,
      value: value === null ? null : inBaseUnit(value, size),
      unit: base,
      better: better ?? null,
      role: role ?? null,
      kind: kind ?? null,
    });
    this.#addOutput(output, line);
    for (const [stage, seconds] of Object.entries(stages ?? {})) {
      const known = this.#stages.get(stage);
      if (known !== undefined && known !== seconds) {
        throw invalid(line, `expected one time for the stage ${JSON.stringify(stage)}, got ${known} and ${seconds}`);
      }
      this.#stages.set(stage, seconds);
    }
  }

  #addOutput(output: unknown, line: number): void {
    if (output === undefined || output === null) return;
    // A hash stays as it is, so that it can be found in the command's own records.
    const isHash = typeof output === 'string' && /^[0-9a-f]{64}$/.test(output);
    const hash = isHash ? output : sha256(typeof output === 'string' ? output : canonicalJson(output));
    if (this.#outputs !== null && this.#outputs !== hash) {
      throw invalid(line, 'expected one output for a scenario, got another one than on a line before');
    }
    this.#outputs = hash;
  }

  result(): Reading {
    return {
      outcome: 'measured',
      figures: this.#figures,
      outputs: this.#outputs,
      stages: Object.fromEntries(this.#stages),
    };
  }
}

function parseLine(line: string, number: number): Printed {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // As Python's json module writes them.
    const word = /:\s*(-?Infinity|NaN)\b/.exec(line)?.[1];
    const came = word ?? JSON.stringify(line.length > 80 ? `${line.slice(0, 79)}…` : line);
    const expected =
      word === undefined ? 'a JSON object and nothing else on stdout' : 'a number, or null for what is not known';
    throw invalid(
      number,
      `expected ${expected}, got ${came}${word === undefined ? '; print other text to stderr' : ''}`,
    );
  }
  const checked = checkValue(figure, value);
  if (!checked.fits) {
    const problems = checked.problems.map(
      ({ path, message }) => `${pathText(path)}${path.length === 0 ? '' : ': '}${message}`,
    );
    throw invalid(number, problems.join('; '));
  }
  if (checked.value.value !== null && !Number.isFinite(checked.value.value)) {
    throw invalid(number, `value: expected a finite number, got ${checked.value.value}`);
  }
  return checked.value;
}

/** Divided where the unit is a fraction: 3 µs is 3 / 10⁶ s and not 3 × 10⁻⁶, which is another double. */
function inBaseUnit(value: number, size: number): number {
  return size < 1 ? value / Math.round(1 / size) : value * size;
}

function invalid(line: number, problem: string): DynoError {
  return new DynoError('OUTPUT_INVALID', `Line ${line} of the command's output: ${problem}.`);
}

import { InputError } from '../kernel/errors.ts';
import { betterDirection, type Unit } from '../units/direction.ts';
import { parseDuration } from '../units/duration.ts';
import { type Metric, type MetricKind, type MetricRole, rowKey } from './metric.ts';
import { type GivenMetric, withDefaults } from './metric-defaults.ts';
import type { Figure, Readings } from './reading.ts';

/** What the `gate` section says of metrics. Of several rules that fit the last one holds, key by key. */
export interface MetricRule {
  /** `*` stands for any characters. */
  readonly scenario: string;
  readonly metric: string;
  readonly margin?: number;
  /** A number in the metric's unit, or a duration or size. */
  readonly floor?: number | string;
  readonly role?: MetricRole | 'ignored';
  readonly better?: 'lower' | 'higher';
  readonly kind?: MetricKind;
  /** Where it is written. */
  readonly where: string;
}

export interface RuledMetrics {
  /** In the order in which head tells them, then those that only base has. */
  readonly metrics: readonly Metric[];
  /** Rules that fit nothing: a typing error, or what they were for is gone. */
  readonly unused: readonly MetricRule[];
}

/**
 * The rows of a gate: every figure that either version told, with what the rules say of it, what was printed with it, or the defaults. Throws
 * `METRIC_INVALID` (exit 3) where it is not known which way is better, two units differ, or a floor does not fit.
 */
export function ruledMetrics(base: Readings, head: Readings, rules: readonly MetricRule[]): RuledMetrics {
  const used = new Set<MetricRule>();
  const given = figuresOf(head, base).flatMap(({ scenario, figure }) => {
    const fitting = rules.filter((rule) => fits(rule.scenario, scenario) && fits(rule.metric, figure.metric));
    for (const rule of fitting) used.add(rule);
    return ruled(scenario, figure, fitting) ?? [];
  });
  return { metrics: withDefaults(given), unused: rules.filter((rule) => !used.has(rule)) };
}

interface ToldFigure {
  readonly scenario: string;
  readonly figure: Figure;
}

/** Each figure once, the scenarios together. */
function figuresOf(head: Readings, base: Readings): ToldFigure[] {
  const told = new Map<string, ToldFigure>();
  for (const readings of [head, base]) {
    for (const [scenario, reading] of readings) {
      if (reading.outcome === 'failed') continue;
      for (const figure of reading.figures) {
        const key = rowKey({ scenario, metric: figure.metric });
        const other = told.get(key);
        if (other === undefined) told.set(key, { scenario, figure });
        else if (other.figure.unit !== figure.unit) throw unitsDiffer(scenario, figure, other.figure);
      }
    }
  }
  const scenarios = [...new Set([...told.values()].map(({ scenario }) => scenario))];
  return scenarios.flatMap((scenario) => [...told.values()].filter((one) => one.scenario === scenario));
}

/** null: the rules leave it out. */
function ruled(scenario: string, figure: Figure, rules: readonly MetricRule[]): GivenMetric | null {
  const { metric, unit } = figure;
  const said = Object.assign({}, ...rules) as Partial<MetricRule>;
  const role = said.role ?? figure.role;
  if (role === 'ignored') return null;
  const better = said.better ?? figure.better;
  if (better === null && !tellsDirection(unit)) throw directionUnknown(scenario, figure);
  const kind = said.kind ?? figure.kind;
  const floorRule = rules.findLast((rule) => rule.floor !== undefined);
  return {
    scenario,
    metric,
    unit,
    ...(better === null ? {} : { better }),
    ...(kind === null ? {} : { kind }),
    ...(role === null ? {} : { role }),
    ...(said.margin === undefined ? {} : { margin: said.margin }),
    ...(floorRule === undefined ? {} : { floor: floorIn(floorRule, `${scenario}, ${metric}`, unit) }),
  };
}

/** Whether a unit has a way that is better; of units that are not known, rates have. */
function tellsDirection(unit: string): boolean {
  return (betterDirection(unit as Unit) as string | undefined) !== undefined || unit.endsWith('/s');
}

const sizes: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

function floorIn({ floor = 0, where }: MetricRule, name: string, unit: string): number {
  if (typeof floor === 'number') return floor;
  const size = sizes[/[A-Za-z]+$/.exec(floor)?.[0] ?? ''];
  if (unit === 'bytes' && size !== undefined) return Number.parseFloat(floor) * size;
  if (unit === 's' && size === undefined) return parseDuration(floor);
  throw new InputError(
    'METRIC_INVALID',
    `${where}: floor: expected a plain number, as the unit of ${name} is ${JSON.stringify(unit)}, got ${JSON.stringify(floor)}.`,
  );
}

/** Whether a name fits a pattern in which `*` stands for any characters. */
function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}

function directionUnknown(scenario: string, { metric, unit }: Figure): InputError {
  return new InputError(
    'METRIC_INVALID',
    `${scenario}, ${metric}: expected to know which way is better, got the unit ${JSON.stringify(unit)}, which does not tell. Print ` +
      '"better": "lower" (or "higher") with the figure, or write `better` for it in `gate.metrics`.',
  );
}

function unitsDiffer(scenario: string, base: Figure, head: Figure): InputError {
  return new InputError(
    'METRIC_INVALID',
    `${scenario}, ${base.metric}: expected one unit in both versions, got ${JSON.stringify(base.unit)} in base and ` +
      `${JSON.stringify(head.unit)} in head. Give the metric another name with its new unit.`,
  );
}

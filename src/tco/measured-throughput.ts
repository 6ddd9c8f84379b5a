import { hasFixedSchedule, scenarioText } from '../analysis/scenario-text.ts';
import { familiesOfSpeed, isInvalidForSpeed } from '../analysis/verdicts/judge-case.ts';
import type { Case, Run } from '../results/run.ts';
import { normalQuantile } from '../stats/normal.ts';
import { formatNumber } from '../units/format.ts';
import { fittingCases } from './fitting-cases.ts';
import { type FrontPoint, throughputWithin } from './front.ts';
import type { FoundThroughput, NoThroughput, ThroughputNeed } from './settled-throughput.ts';

/** Which cases of a run. */
export interface MeasuredAsked {
  /** Id or key of a case, or a pattern of ids; null: all. */
  readonly case: string | null;
  /** Of the option; null: it states none. */
  readonly precision: string | null;
}

type Point = FrontPoint & { readonly measured: Case };

/**
 * The throughput of the machine that a run measured: within the latency limit on the front of the fitting cases that count, or of the best of them
 * where the study states no limit. Invalid cases count nowhere, degraded ones where the study accepts them.
 */
export function measuredThroughput(
  asked: MeasuredAsked,
  need: ThroughputNeed,
  run: Run,
): FoundThroughput | NoThroughput {
  const fitting = fittingCases(asked, run);
  if ('refused' in fitting) return fitting;
  const judged = fitting.map((one) => ({ one, why: whyNot(one, need) }));
  const counting = judged.filter(({ why }) => why === null).map(({ one }) => one);
  if (counting.length === 0) return { refused: noneText(judged) };
  const found = within(counting, need);
  if ('refused' in found) return found;
  const { between, throughput, low, high } = found;
  const cases = between.map(({ measured }) => measured);
  const interval = low === null || high === null ? null : ninetyOf(low, high);
  return {
    provenance: 'measured',
    value: throughput,
    low: interval === null ? null : Math.min(interval[0], throughput),
    high: interval === null ? null : Math.max(interval[1], throughput),
    shape: 'lognormal',
    source: sourceText(run, cases, need),
    caveats: [...new Set(cases.flatMap(caveatsOf)), ...(interval === null ? ['one round: it has no interval'] : [])],
  };
}

/** Why a case does not count, or null. */
function whyNot(one: Case, { acceptsDegraded }: ThroughputNeed): string | null {
  if (one.status !== 'ok') return `it is ${one.status}${one.cause === null ? '' : ` (${one.cause.message})`}`;
  if ((one.throughput?.value ?? null) === null) return 'its throughput is not known';
  if (hasFixedSchedule(one.scenario)) {
    return `its load is set (${scenarioText(one.scenario)}): its throughput is what was asked for, and max_utilisation would count the use twice`;
  }
  if (isInvalidForSpeed(one)) return `its verdict is invalid (${codes(one, 'invalid')})`;
  const degraded = familiesOfSpeed.filter((family) => one.verdicts[family] === 'degraded');
  if (degraded.length === 0 || acceptsDegraded) return null;
  return `its verdict is degraded (${codes(one, 'degraded')}); accept: [degraded] takes it as a caveat`;
}

function codes(one: Case, severity: 'invalid' | 'degraded'): string {
  const found = (one.findings ?? []).filter((finding) => finding.severity === severity);
  const families = familiesOfSpeed.filter((family) => one.verdicts[family] === severity);
  const named = [...new Set(found.map(({ code }) => code))];
  return named.length > 0 ? named.join(', ') : families.join(', ') || 'NOT_IN_EFFECT';
}

function noneText(judged: readonly { one: Case; why: string | null }[]): string {
  const [only] = judged;
  if (judged.length === 1 && only !== undefined) return `${only.one.id} does not count: ${only.why}`;
  const shown = judged.slice(0, 4).map(({ one, why }) => `${one.id}: ${why}`);
  return `none of ${judged.length} cases counts: ${shown.join('; ')}${judged.length > shown.length ? '; …' : ''}`;
}

function within(
  counting: readonly Case[],
  need: ThroughputNeed,
): (ReturnType<typeof throughputWithin<Point>> & object) | NoThroughput {
  const { limitMilliseconds: limit, percentile } = need;
  const points = counting.map((measured): Point => {
    const [low = null, high = null] = measured.throughput?.ci95 ?? [];
    return {
      measured,
      latency: limit === null ? 0 : (measured.latency?.[percentile] ?? Number.NaN),
      throughput: measured.throughput?.value ?? 0,
      low,
      high,
    };
  });
  if (limit === null) {
    const best = points.reduce((a, b) => (b.throughput > a.throughput ? b : a));
    return { ...best, between: [best] };
  }
  const known = points.filter(({ latency }) => !Number.isNaN(latency));
  if (known.length === 0) return { refused: unknownText(counting, percentile) };
  const found = throughputWithin(known, limit / 1e3);
  if (found !== null) return found;
  const least = Math.min(...known.map(({ latency }) => latency)) * 1e3;
  return {
    refused: `expected a latency limit of at least ${formatNumber(least)} ms, the ${percentile} of the fastest of ${known.length} cases, got ${limit} ms`,
  };
}

function unknownText(counting: readonly Case[], percentile: ThroughputNeed['percentile']): string {
  const [one] = counting;
  const reason = one?.reasons[`latency.${percentile}`] ?? one?.reasons.latency;
  const need = typeof reason?.need === 'number' ? ` (${reason.code}: ${reason.need} queries are needed)` : '';
  const others = (['p99', 'p95', 'p90', 'p50'] as const).filter((name) => (one?.latency?.[name] ?? null) !== null);
  const help =
    others[0] === undefined ? '' : `; known is ${others[0]}, which demand.latency_percentile: ${others[0]} asks for`;
  return `the ${percentile} of the response time is not known${need}: nothing shows that it is within the limit${help}`;
}

/** The central 90 % of the lognormal distribution whose central 95 % is given. */
function ninetyOf(low: number, high: number): [number, number] {
  if (!(low > 0)) return [low, high];
  const middle = Math.sqrt(low * high);
  const factor = Math.sqrt(high / low) ** (normalQuantile(0.95) / normalQuantile(0.975));
  return [middle / factor, middle * factor];
}

function sourceText(run: Run, cases: readonly Case[], { limitMilliseconds, percentile }: ThroughputNeed): string {
  const { cpu } = run.environment;
  const at = limitMilliseconds === null ? '' : `, within ${limitMilliseconds} ms at ${percentile}`;
  const how = cases.length === 1 ? '' : 'read off the front between ';
  return `run ${run.runId} of ${run.startedAt.slice(0, 10)}, ${how}${cases.map(({ id }) => id).join(' and ')}${at}; ${cpu.model ?? 'processor not known'}, ${cpu.availableCores} cores`;
}

function caveatsOf(one: Case): string[] {
  const degraded = familiesOfSpeed.filter((family) => one.verdicts[family] === 'degraded');
  return [
    ...(degraded.length === 0 ? [] : [`the measurement is degraded (${codes(one, 'degraded')})`]),
    ...(one.verdicts.accuracy === null ? ['its accuracy was not judged'] : []),
    ...(one.scenario.kind === 'single_stream' || one.scenario.kind === 'multi_stream'
      ? ['queries came one after another: under arriving load they also wait']
      : []),
  ];
}

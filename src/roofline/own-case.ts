import { hasFixedSchedule, scenarioText } from '../analysis/scenario-text.ts';
import { familiesOfSpeed, isInvalidForSpeed } from '../analysis/verdicts/judge-case.ts';
import type { PublishedFigure } from '../hardware/published.ts';
import type { Case } from '../results/run.ts';
import { normalQuantile } from '../stats/normal.ts';
import { studentQuantile } from '../stats/student.ts';
import { type Scenario, secondsBeforeWork } from './cell.ts';

/** Why a measured case is no evidence, and what helps. */
export interface NoRow {
  readonly code:
    | 'NOT_OK'
    | 'SCOPE_REQUEST'
    | 'INVALID'
    | 'NO_COUNTERPART'
    | 'RATE_IS_SET'
    | 'LIMIT_NOT_KEPT'
    | 'NO_FIGURE'
    | 'BEFORE_WORK'
    | 'NO_PROFILE'
    | 'SEVERAL_PROFILES'
    | 'OTHER_SIZE'
    | 'NO_COST'
    | 'OTHER_MODEL'
    | 'NO_PEAK'
    | 'ABOVE_PEAK'
    | 'BETTER_SETTINGS'
    | 'NOT_READABLE';
  readonly reason: string;
}

/** A measured case in the words of published figures. */
export interface CaseFigure {
  readonly scenario: Scenario;
  readonly unit: PublishedFigure['unit'];
  readonly value: number;
  /** Of ln(value), as its rounds show it: the 95 % interval is the value times and divided by e^1.96 of it; null: one round shows none. */
  readonly deviation: number | null;
}

/**
 * The figure of a measured case that a published one would have: offline the throughput, of one item after the other the 90th percentile of the
 * latency, of a server the throughput that a search found within the limit. Otherwise why there is none.
 */
export function figureOfCase(one: Case): CaseFigure | NoRow {
  const none = (code: NoRow['code'], reason: string): NoRow => ({ code, reason });
  const { status, scope, scenario, axes, throughput, latency } = one;
  if (status !== 'ok') return none('NOT_OK', `it is ${status}${one.cause === null ? '' : ` (${one.cause.message})`}`);
  if (scope === 'request') {
    return none(
      'SCOPE_REQUEST',
      'it times requests with their decoding and preprocessing, of which a roof knows nothing; bench with --scope inference',
    );
  }
  if (isInvalidForSpeed(one)) return none('INVALID', `its verdict is invalid (${invalidCodes(one)})`);
  const alone = scenario.kind === 'single_stream' && axes.batchSize === 1;
  if (alone) {
    const p90 = latency?.p90 ?? null;
    if (p90 === null) return none('NO_FIGURE', `the p90 of its latency is not known${whyNot(one, 'latency.p90')}`);
    if (p90 < secondsBeforeWork) {
      return none(
        'BEFORE_WORK',
        `a query takes less than the ${secondsBeforeWork * 1e3} ms that the roof of SingleStream has before any work: nothing can be told of models this small`,
      );
    }
    const finished = one.rounds.filter((round) => round.status === 'ok');
    const deviation = deviationOfRounds(finished.map(({ summary }) => summary?.p90 ?? null));
    return { scenario: 'SingleStream', unit: 'ms (p90)', value: p90 * 1e3, deviation };
  }
  if (scenario.kind === 'server') {
    if (hasFixedSchedule(scenario)) {
      return none('RATE_IS_SET', `its rate is set (${scenarioText(scenario)}); bench with --rate search`);
    }
    if (one.withinLimit !== true) {
      return none('LIMIT_NOT_KEPT', 'nothing shows that it keeps a limit on the latency; state one under limits');
    }
  } else if (scenario.kind !== 'offline') {
    const batch = scenario.kind === 'single_stream' ? ` in batches of ${axes.batchSize}` : '';
    return none(
      'NO_COUNTERPART',
      `nothing is projected of ${scenario.kind}${batch}; bench with --scenario offline, or single_stream with --batch-size 1`,
    );
  }
  const value = throughput?.value ?? null;
  if (value === null || !(value > 0)) {
    return none('NO_FIGURE', `its throughput is not known${whyNot(one, 'throughput.value')}`);
  }
  const deviation = deviationOfInterval(throughput?.ci95 ?? null);
  return scenario.kind === 'server'
    ? { scenario: 'Server', unit: 'queries/s per accelerator', value, deviation }
    : { scenario: 'Offline', unit: 'samples/s per accelerator', value, deviation };
}

/** The deviation of the normal distribution whose middle 95 % an interval is, of the logarithm. */
function deviationOfInterval(interval: readonly [number, number] | null): number | null {
  if (interval === null || !(interval[0] > 0)) return null;
  return Math.log(interval[1] / interval[0]) / (2 * normalQuantile(0.975));
}

/** The same from the rounds themselves: as wide as Student's interval of the mean of their logarithms. */
function deviationOfRounds(values: readonly (number | null)[]): number | null {
  const logs = values.flatMap((value) => (value === null ? [] : [Math.log(value)]));
  if (logs.length < 2) return null;
  const ratio = studentQuantile(0.975, logs.length - 1) / normalQuantile(0.975);
  return Math.sqrt(varianceOf(logs) / logs.length) * ratio;
}

/** Of a sample, n − 1 in the denominator. */
export function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

function invalidCodes(one: Case): string {
  const found = (one.findings ?? []).filter(({ severity }) => severity === 'invalid').map(({ code }) => code);
  const families = familiesOfSpeed.filter((family) => one.verdicts[family] === 'invalid');
  return [...new Set(found)].join(', ') || families.join(', ') || 'NOT_IN_EFFECT';
}

function whyNot({ reasons }: Case, path: string): string {
  const reason = reasons[path] ?? reasons[path.split('.')[0] ?? ''];
  if (reason === undefined) return '';
  return ` (${reason.code}${reason.need === null ? '' : `: ${reason.need} needed, ${reason.have} there`})`;
}

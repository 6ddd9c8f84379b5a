import type { VerdictFinding } from '../../results/run.ts';
import { samplesNeeded } from '../../stats/percentile.ts';
import { formatNumber, formatPercent, formatSeconds } from '../../units/format.ts';
import { type Evidence, type Judgement, judged, type RoundEvidence } from './evidence.ts';
import { longer } from './longer.ts';
import { finding } from './verdict-codes.ts';

/** Rates may differ by this share: LoadGen's own check of the server scenario. */
const rateTolerance = 0.05;
/** Bounds of MLPerf LoadGen for the ratio of the two clocks. */
const clocksDiffer = 0.001;
const clocksDisagree = 0.01;
/** The wall clock is read in whole milliseconds at both ends of the window. */
const wallClockStep = 0.001;

/**
 * Whether the load arrived as the scenario says, for long enough, and was kept up with (M1, M3, M7, M10, M15 of the measuring rules,
 * which are those of MLPerf LoadGen).
 */
export function judgeLoad(evidence: Evidence): Judgement {
  return judged([
    ...evidence.rounds.flatMap((round) => [...stopped(round), ...windowLength(round, evidence), ...clocks(round)]),
    ...growth(evidence),
    ...unserved(evidence),
    ...rates(evidence),
    ...samples(evidence),
    ...missingRounds(evidence),
    ...shortPolicy(evidence),
  ]);
}

function stopped({ round, measured }: RoundEvidence): VerdictFinding[] {
  const code = measured.generator?.stopped ?? null;
  if (code === null) return [];
  const what =
    code === 'OVER_SATURATED'
      ? 'queries under way and latency both kept growing: the latency is that of a growing queue'
      : 'the queue of waiting queries was full';
  const message = `The load was stopped after ${formatSeconds(measured.windowSeconds)}: ${what}.`;
  return [finding(code, { need: null, have: null, round, message })];
}

/** Queries may pile up without the load having been stopped: in a window that ends before the rule that stops it applies. */
function growth({ figures, rounds }: Evidence): VerdictFinding[] {
  const saturation = figures.load?.overSaturation ?? null;
  const isSaid = rounds.some(({ measured }) => measured.generator?.stopped === 'OVER_SATURATED');
  if (saturation === null || !saturation.significant || isSaid) return [];
  const { inFlightSlope, latencySlope, seconds } = saturation;
  const message = `Over ${formatSeconds(seconds)}, ${formatNumber(inFlightSlope)} more queries a second were under way and latency grew by ${formatSeconds(latencySlope)} a second: it is that of a growing queue.`;
  return [finding('OVER_SATURATED', { need: 0, have: inFlightSlope, message })];
}

function unserved({ figures }: Evidence): VerdictFinding[] {
  const have = figures.load?.unserved ?? 0;
  if (have === 0) return [];
  const message = `${have} queries that were due in the window were never served: their latency is in no figure.`;
  return [finding('UNSERVED', { need: 0, have, message })];
}

function windowLength({ round, measured }: RoundEvidence, { policy, figures }: Evidence): VerdictFinding[] {
  // Why a load that was stopped is short is said already.
  if (measured.generator?.stopped != null) return [];
  const { minQueries, minSeconds, maxSeconds } = policy.window;
  const { queries, windowSeconds } = measured;
  if (queries < minQueries && windowSeconds >= maxSeconds) {
    const message = `The window ended at its greatest length of ${formatSeconds(maxSeconds)} with ${queries} of ${minQueries} queries.`;
    // At the rate that was seen, with a tenth to spare.
    const enough = Math.ceil((windowSeconds / Math.max(1, queries)) * minQueries * 1.1);
    const nextStep = `Allow a longer window with \`--set policy.window.max_duration=${enough}s\`.`;
    return [finding('WINDOW_CUT_OFF', { need: minQueries, have: queries, round, message, nextStep })];
  }
  // The bounds of a schedule are on when queries were due: the last may be completed some gaps before the least length is over.
  const slack = isScheduled(figures.scenario.kind) ? (5 * windowSeconds) / Math.max(1, queries) : 0;
  if (windowSeconds + slack >= minSeconds || windowSeconds >= maxSeconds) return [];
  const message = `The load lasted ${formatSeconds(windowSeconds)}, and the window asks for ${formatSeconds(minSeconds)}.`;
  return [finding('WINDOW_BELOW_MINIMUM', { need: minSeconds, have: windowSeconds, round, message })];
}

/** Whether queries are due at times that do not depend on the answers. */
export function isScheduled(kind: string): boolean {
  return kind === 'server' || kind === 'replay';
}

function clocks({ round, measured: { clockRatioError, windowSeconds } }: RoundEvidence): VerdictFinding[] {
  if (clockRatioError === null) return [];
  const error = Math.abs(clockRatioError) - wallClockStep / windowSeconds;
  if (error <= clocksDiffer) return [];
  const isWorse = error > clocksDisagree;
  const message = `The wall clock ran ${formatPercent(Math.abs(clockRatioError))} ${clockRatioError > 0 ? 'faster' : 'slower'} than the monotonic clock over the window.`;
  return [
    finding(isWorse ? 'CLOCKS_DISAGREE' : 'CLOCKS_DIFFER', {
      need: isWorse ? clocksDisagree : clocksDiffer,
      have: clockRatioError,
      round,
      message,
    }),
  ];
}

function rates(evidence: Evidence): VerdictFinding[] {
  const { figures, rounds, policy } = evidence;
  const { load, scenario } = figures;
  if (load == null) return [];
  const { targetRate, scheduledRate, completedRate } = load;
  const findings: VerdictFinding[] = [];
  const twice = longer('window', 2 * Math.max(...rounds.map(({ measured }) => measured.windowSeconds)), policy);
  const isStopped = rounds.some(({ measured }) => measured.generator?.stopped != null);
  if (!isStopped && isScheduled(scenario.kind) && scheduledRate !== null && completedRate !== null) {
    const need = (1 - rateTolerance) * scheduledRate;
    if (withoutLastService(completedRate, evidence) < need) {
      const message = `${rateText(scheduledRate)} arrived and ${rateText(completedRate)} were completed.`;
      const nextStep = `Lower the rate (\`--rate\`), or lengthen the window with \`${twice}\`.`;
      findings.push(finding('RATE_NOT_KEPT', { need, have: completedRate, message, nextStep }));
    }
  }
  const chance = chanceOf(scenario.arrivals?.kind, Math.min(...rounds.map(({ measured }) => measured.queries)));
  if (targetRate !== null && scheduledRate !== null && chance !== null) {
    const off = scheduledRate / targetRate - 1;
    const message = `${rateText(scheduledRate)} were scheduled, ${formatPercent(Math.abs(off))} ${off > 0 ? 'more' : 'fewer'} than the ${rateText(targetRate)} that were asked for.`;
    const facts = { need: targetRate, have: scheduledRate, message };
    if (Math.abs(off) > Math.max(rateTolerance, chance)) findings.push(finding('RATE_OFF_TARGET', facts));
    else if (Math.abs(off) > rateTolerance) findings.push(finding('RATE_OFF_BY_CHANCE', facts));
  }
  return findings;
}

/**
 * The rate of completions if the last query had been answered at once: that its answer takes time is no sign that queries are not kept up with,
 * and of a few slow ones it is more than the tolerance.
 */
function withoutLastService(completedRate: number, { figures, rounds }: Evidence): number {
  const gaps = Math.min(...rounds.map(({ measured }) => measured.queries)) - 1;
  const seconds = gaps / completedRate - (figures.serviceLatency?.mean ?? 0);
  return seconds > 0 ? gaps / seconds : Number.POSITIVE_INFINITY;
}

/**
 * How far the rate of `queries` arrivals may be off by chance: three standard deviations, 1/√N each for a Poisson process, none for
 * constant gaps. null for arrivals whose mean is not the target (ramps) or whose spread the result does not tell.
 */
function chanceOf(arrivals: string | undefined, queries: number): number | null {
  if (arrivals === 'constant') return 0;
  return arrivals === 'poisson' ? 3 / Math.sqrt(Math.max(1, queries)) : null;
}

function rateText(rate: number): string {
  return `${formatNumber(rate)} queries/s`;
}

/** Offline has no response time: its queries are those of the service time. */
function samples({ figures }: Evidence): VerdictFinding[] {
  const have = (figures.latency ?? figures.serviceLatency)?.count ?? 0;
  const need = samplesNeeded(0.5);
  if (have >= need) return [];
  const message = `${have} queries were measured, and a median takes ${need}.`;
  const nextStep = `Ask for more with \`--set policy.window.min_queries=${need}\`.`;
  return [finding('TOO_FEW_SAMPLES', { need, have, message, nextStep })];
}

function missingRounds({ reasons }: Evidence): VerdictFinding[] {
  const missing = reasons.rounds;
  if (missing?.code !== 'ROUNDS_MISSING') return [];
  const { need, have } = missing;
  return [finding('ROUNDS_MISSING', { need, have, message: `${have} of ${need} rounds have ended well.` })];
}

/** What MLPerf Inference asks of a window (inference_rules.adoc, mlperf.conf: min_duration 600,000 ms). */
const mlperfSeconds = 600;

function shortPolicy({ policy }: Evidence): VerdictFinding[] {
  if (policy.preset !== 'smoke' && policy.preset !== 'ci') return [];
  const message = `The policy "${policy.preset}" measures windows of ${formatSeconds(policy.window.minSeconds)} and more, MLPerf Inference of ${mlperfSeconds} s.`;
  return [finding('SHORTER_THAN_MLPERF', { need: mlperfSeconds, have: policy.window.minSeconds, message })];
}

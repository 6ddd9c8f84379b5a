import type { Interval } from '../stats/interval.ts';
import { median } from '../stats/moments.ts';
import { generator } from '../stats/random.ts';
import { drawRelabelling, type Relabelling } from './aa-replay.ts';
import { estimateLocation, fewestPairs, thresholdOf } from './estimate.ts';
import { type Finding, findingOf } from './judge-look.ts';
import type { Metric } from './metric.ts';
import { isNoisierThan } from './self-noise.ts';
import type { PairedValues } from './series.ts';
import type { GateSettings } from './settings.ts';

/** Margins that are suggested: finer ones would claim to know the noise better than a session of some ten rounds can. */
const steps = [
  0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75,
  1,
];

/** Of the gates of equal versions so many may flag a row … */
export const mostAlarms = 0.01;
/** … and so many must pass it, or people would learn to run it again until it does. */
export const leastPasses = 0.95;
/** How far above its own noise a margin must lie. */
const timesNoise = 2;

/** What the first stage alone says of a row in gates of equal versions. */
export interface RowRates {
  readonly replays: number;
  /** Flagged as worse. */
  readonly alarms: number;
  /** Shown to be no worse, or said to be better. */
  readonly settled: number;
}

export interface MarginRates extends RowRates {
  readonly margin: number;
}

/** Gates of one row, which can be judged with any margin. */
export interface RowReplays {
  readonly metric: Metric;
  /** Of each gate its looks, in order; made when they are asked for. */
  readonly gates: readonly ((look: number) => ReplayedLook | null)[];
}

/** One look of a gate, but for what the margin says. */
interface ReplayedLook {
  readonly interval: Interval | null;
  /** Median of base. */
  readonly base: number;
  readonly isNoisierThan: (bound: number) => boolean;
}

/**
 * Gates of one row, drawn from its valid pairs as `replayGate` draws those of all rows: from a drawn pair on, in their order in time, with
 * base and head as a newly drawn schedule says.
 */
export function drawRowReplays(
  metric: Metric,
  valid: readonly PairedValues[],
  { looks, alpha, seed }: GateSettings,
  replays: number,
): RowReplays {
  const source = generator(seed);
  const level = 1 - alpha / looks.length;
  const gates = Array.from({ length: replays }, (_, index) => {
    const relabelling = drawRelabelling(valid.length, source);
    return kept((look) => {
      const pairs = looks[look];
      return pairs === undefined ? null : replayedLook(relabelledPairs(valid, relabelling, pairs), level, seed + index);
    });
  });
  return { metric, gates };
}

function relabelledPairs(valid: readonly PairedValues[], { from, first }: Relabelling, count: number): PairedValues[] {
  return Array.from({ length: count }, (_, round) => {
    const pair = valid[(from + round) % valid.length] as PairedValues;
    return pair.first === first(round) ? { ...pair, round } : exchanged(pair, round);
  });
}

function exchanged({ first, base, head, worse }: PairedValues, round: number): PairedValues {
  return { round, first: first === 'base' ? 'head' : 'base', base: head, head: base, worse: -worse };
}

function replayedLook(pairs: readonly PairedValues[], level: number, seed: number): ReplayedLook {
  const worse = pairs.map((pair) => pair.worse);
  return {
    interval: pairs.length < fewestPairs ? null : estimateLocation(worse, level).interval,
    base: median(Float64Array.from(pairs, ({ base }) => base).sort()),
    isNoisierThan: (bound) => isNoisierThan(bound, pairs, seed),
  };
}

function kept(make: (look: number) => ReplayedLook | null): (look: number) => ReplayedLook | null {
  const made: (ReplayedLook | null)[] = [];
  return (look) => {
    const known = made[look];
    if (known !== undefined) return known;
    const now = make(look);
    made[look] = now;
    return now;
  };
}

/** What the gates of a row say with a margin. */
export function ratesAt(margin: number, replays: RowReplays): RowRates {
  return count(margin, replays, () => false);
}

/** Counts until it is known that there are too many of some kind. */
function count(margin: number, { metric, gates }: RowReplays, isEnough: (rates: RowRates) => boolean): RowRates {
  const judged = { ...metric, margin };
  const rates = { replays: 0, alarms: 0, settled: 0 };
  for (const gate of gates) {
    const finding = findingOfGate(judged, gate);
    rates.replays++;
    if (finding === 'worse') rates.alarms++;
    else if (finding !== 'open') rates.settled++;
    if (isEnough(rates)) break;
  }
  return rates;
}

/** The first stage of a gate of one row, as `judgeLook` and `judgeStage` judge it. */
function findingOfGate(metric: Metric, gate: (look: number) => ReplayedLook | null): Finding {
  for (let index = 0; ; index++) {
    const look = gate(index);
    if (look === null) return 'open';
    if (look.interval === null) continue;
    const threshold = thresholdOf(metric, look.base);
    const finding = findingOf(look.interval, threshold);
    if (finding !== 'open' && !look.isNoisierThan(threshold.worse)) return finding;
  }
}

/** Whether a gate can be trusted with such rates: it hardly ever raises a false alarm, and mostly knows its answer. */
export function areTrusted({ replays, alarms, settled }: RowRates): boolean {
  return alarms <= mostAlarms * replays && settled >= leastPasses * replays;
}

/** Whether a margin, or the floor where that is more, lies as far above the noise as it must. `noise`: a logarithm. */
export function isAboveNoise(metric: Metric, base: number, noise: number): boolean {
  return thresholdOf(metric, base).worse >= timesNoise * noise;
}

/**
 * The least margin, in steps that people use, that is twice the noise of a row and with which replayed gates can be trusted; null where
 * not even 100 % would do. `noise`: what the estimate of the last look varies by among equal versions, as a logarithm.
 */
export function supportedMargin(replays: RowReplays, base: number, noise: number): MarginRates | null {
  const gates = replays.gates.length;
  const isHopeless = ({ replays: counted, alarms, settled }: RowRates) =>
    alarms > mostAlarms * gates || counted - settled > (1 - leastPasses) * gates;
  for (const margin of steps) {
    if (!isAboveNoise({ ...replays.metric, margin }, base, noise)) continue;
    const rates = count(margin, replays, isHopeless);
    if (rates.replays === gates && areTrusted(rates)) return { margin, ...rates };
  }
  return null;
}

import type { RowReason, StageResult } from './decision.ts';
import { judgeLook, type Look } from './judge-look.ts';
import type { Metric } from './metric.ts';
import type { Stage } from './pair.ts';
import type { Series } from './series.ts';

/** A row in a stage: what was measured, and at which numbers of valid pairs it is looked at. */
export interface Track {
  readonly metric: Metric;
  readonly series: Series;
  /** Rising, at least one. */
  readonly looks: readonly number[];
}

export interface StagePlan {
  readonly stage: Stage;
  /** Both sides together; each look of a row has an equal part. */
  readonly alpha: number;
  /** Determines the draws of the self-noise. */
  readonly seed: number;
  /** Whether results tell the self-noise: drawing it is most of the work. */
  readonly withNoise: boolean;
  /** Adjusts the p values of all rows for each other … */
  readonly adjust: (pValues: readonly number[]) => number[];
  /** … and up to here an adjusted one is a finding, for a row of so many looks. */
  readonly mostAdjusted: (looks: number) => number;
}

export interface Outcome {
  /**
   * `settled` by a finding · `exhausted` after the last look without one · `measuring`: more pairs are wanted · `waiting`: worse, and other
   * rows must reach the same look before it is weighed · `void`: too many pairs were dropped.
   */
  readonly state: 'settled' | 'exhausted' | 'measuring' | 'waiting' | 'void';
  readonly finding: Look['finding'];
  readonly reasons: readonly RowReason[];
  readonly result: StageResult;
  /** Valid pairs that are still wanted: 0 unless measuring. */
  readonly wanted: number;
}

interface Progress {
  readonly track: Track;
  last: Look | null;
  /** Looks that were taken. */
  looks: number;
  isSettled: boolean;
  isWaiting: boolean;
  /** At its last look it was worse, but not after adjustment. */
  isLuck: boolean;
  adjusted: number | null;
}

/**
 * Runs rows through their looks. A row is settled at the first look that finds something; that it is worse only if the finding stands when
 * its p value is adjusted for those of all rows. So that this does not hang on which row was measured first, worse rows are weighed when
 * every row that is not settled has reached the look; until then they wait.
 */
export function judgeStage(tracks: readonly Track[], plan: StagePlan): Outcome[] {
  const rows = tracks.map((track) => begin(track));
  const most = Math.max(0, ...tracks.map(({ looks }) => looks.length));
  for (let look = 0; look < most; look++) {
    const open = rows.filter((row) => !row.isSettled);
    for (const row of open) takeLook(row, look, plan);
    weigh(rows, open, plan);
    const atLook = open.filter((row) => row.looks === look + 1);
    const worse = atLook.filter(({ last }) => last?.finding === 'worse');
    if (open.some((row) => isBehind(row, look))) {
      for (const row of worse) row.isWaiting = true;
      break;
    }
    for (const row of worse) {
      row.isSettled = (row.adjusted ?? 1) <= plan.mostAdjusted(row.track.looks.length);
      row.isLuck = !row.isSettled;
    }
  }
  return rows.map((row) => outcomeOf(row, plan));
}

function begin(track: Track): Progress {
  return { track, last: null, looks: 0, isSettled: false, isWaiting: false, isLuck: false, adjusted: null };
}

function takeLook(row: Progress, look: number, plan: StagePlan): void {
  const { metric, series, looks } = row.track;
  const pairs = looks[look];
  if (pairs === undefined || series.valid.length < pairs) return;
  row.last = judgeLook(metric, series, { ...planOf(row, plan), look: look + 1, pairs });
  row.looks = look + 1;
  row.isLuck = false;
  row.isSettled = row.last.finding === 'pass' || row.last.finding === 'improved';
}

/** Adjusts the p values of all rows that can still be trusted, settled ones with the p value that settled them. */
function weigh(rows: readonly Progress[], open: readonly Progress[], plan: StagePlan): void {
  const weighed = rows.filter((row) => row.isSettled || !row.track.series.isVoid);
  const adjusted = plan.adjust(weighed.map(({ last }) => last?.pValue ?? 1));
  for (const [index, row] of weighed.entries()) {
    if (row.last !== null && open.includes(row)) row.adjusted = adjusted[index] ?? 1;
  }
}

function isBehind({ track: { series, looks } }: Progress, look: number): boolean {
  const pairs = looks[look];
  return pairs !== undefined && !series.isVoid && series.valid.length < pairs;
}

function planOf({ track }: Progress, { stage, alpha, seed }: StagePlan) {
  return { stage, seed, level: 1 - alpha / track.looks.length };
}

function outcomeOf(row: Progress, plan: StagePlan): Outcome {
  const { metric, series, looks } = row.track;
  // Before the first look: what there is, as a description.
  const shown =
    row.last ?? judgeLook(metric, series, { ...planOf(row, plan), look: 0, pairs: looks[0] ?? series.valid.length });
  const { finding } = shown;
  const { reasons, result: described } = shown.describe(plan.withNoise);
  const result = { ...described, adjusted: row.adjusted };
  const next = looks[row.looks];
  if (row.isSettled) return { state: 'settled', finding, reasons, result, wanted: 0 };
  if (series.isVoid) return { state: 'void', finding: 'open', reasons: [], result, wanted: 0 };
  if (row.isWaiting) return { state: 'waiting', finding, reasons, result, wanted: 0 };
  const luck: RowReason[] = row.isLuck
    ? [{ code: 'NOT_CHOSEN', need: plan.mostAdjusted(looks.length), have: row.adjusted }]
    : [];
  const shared = { finding: 'open', reasons: [...luck, ...reasons], result } as const;
  if (next === undefined) return { ...shared, state: 'exhausted', wanted: 0 };
  return { ...shared, state: 'measuring', wanted: Math.max(0, next - series.valid.length) };
}

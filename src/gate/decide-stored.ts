import { holm } from '../stats/multiple-comparisons.ts';
import { leastRankSumP } from '../stats/rank-sum-shift.ts';
import type { Decision, Dropped, GateVerdict, OneSided, Row, RowReason, StageResult } from './decision.ts';
import { judgeExact } from './exact-metric.ts';
import { type Metric, rowKey } from './metric.ts';
import { differInOutputs, outputsReason } from './other-outputs.ts';
import type { Arm } from './pair.ts';
import { judgeRankSum, type RankSumLook, type RoundSeries } from './rank-sum-look.ts';
import { invalidRow } from './row-verdict.ts';
import { pairOfCase } from './stored-pair.ts';
import type { StoredArm, StoredRuns, StoredScenario } from './stored-runs.ts';
import { storedShift } from './stored-shift.ts';

/** A row before the others are considered: decided by itself, or with a look whose finding still has to stand among all. */
type Draft = { readonly row: Row; readonly look: null } | { readonly metric: Metric; readonly look: RankSumLook };

/**
 * What two stored runs say: a function of its argument alone. Each row is judged once by the rounds of both runs. As no fresh processes can confirm what
 * is found, a gating row has regressed only where its p value stands among those of all gating rows (Holm); and where all rows moved together, which is
 * what another state of the machine looks like, nothing is said to be worse or better.
 */
export function decideStored({ settings, scenarios, doubts }: StoredRuns): Decision {
  const byName = new Map(scenarios.map((one) => [one.scenario, one]));
  const { removed, added, both } = presentIn(settings.metrics, byName);
  const drafts = both.flatMap((metric): Draft[] => {
    const scenario = byName.get(metric.scenario);
    return scenario === undefined ? [] : [draftOf(metric, scenario, doubts, settings)];
  });

  const gating = drafts.flatMap((draft) =>
    draft.look !== null && draft.metric.role === 'gating' ? [{ metric: draft.metric, look: draft.look }] : [],
  );
  const adjusted = holm(gating.map(({ look }) => look.result.pValue ?? 1));
  const ofRow = new Map(gating.map(({ metric }, index) => [rowKey(metric), adjusted[index] ?? 1]));
  const shift = storedShift(
    gating.flatMap(({ look }) => (look.high === null ? [] : [{ worse: look.worse, selfNoise: look.drift }])),
  );
  const most = settings.alpha / 2;
  const rows = drafts.map((draft): Row => {
    if (draft.look === null) return draft.row;
    const own = ofRow.get(rowKey(draft.metric)) ?? null;
    return rowOf(draft.metric, draft.look, { adjusted: own, most, shift, rows: gating.length });
  });
  const sampled = rows.filter(({ metric }) => metric.role === 'gating' && metric.kind === 'sampled');
  return {
    next: { kind: 'done' },
    verdict: verdictOf(rows),
    rows,
    removed,
    added,
    shift,
    multiplicity: {
      rows: sampled.length,
      chosen: sampled.filter(({ chosen }) => chosen).length,
      confirmed: sampled.filter(({ verdict }) => verdict === 'regressed').length,
    },
  };
}

/** Rows that both runs have. A case that failed is taken to have all. */
function presentIn(metrics: readonly Metric[], scenarios: ReadonlyMap<string, StoredScenario>) {
  const sorted = { both: [] as Metric[], removed: [] as OneSided[], added: [] as OneSided[] };
  const has = (arm: StoredScenario['base'], { metric }: Metric) =>
    arm !== null && (arm.outcome === 'failed' || Object.hasOwn(arm.figures, metric));
  for (const metric of metrics) {
    const one = scenarios.get(metric.scenario);
    const [inBase, inHead] = [has(one?.base ?? null, metric), has(one?.head ?? null, metric)];
    const named = { scenario: metric.scenario, metric: metric.metric };
    if (inBase && inHead) sorted.both.push(metric);
    else if (inBase) sorted.removed.push(named);
    else if (inHead) sorted.added.push(named);
  }
  return sorted;
}

function draftOf(
  metric: Metric,
  scenario: StoredScenario,
  doubts: readonly RowReason[],
  settings: StoredRuns['settings'],
): Draft {
  const { base, head } = scenario;
  const pair = pairOfCase(scenario);
  if (pair === null || base?.outcome !== 'measured' || head?.outcome !== 'measured') {
    const failed = [failure(base, 'base'), failure(head, 'head')].flatMap((reason) => reason ?? []);
    return { row: invalidRow(metric, failed), look: null };
  }
  if (metric.kind === 'exact') return { row: { metric, ...judgeExact(metric, [pair]) }, look: null };
  if (differInOutputs(pair)) return { row: invalidRow(metric, [outputsReason(pair)]), look: null };
  const against = [...doubts, ...[base, head].flatMap(({ invalid }) => invalid ?? [])];
  if (against.length > 0) return { row: invalidRow(metric, against), look: null };
  return ofRounds(metric, base, head, settings);
}

function ofRounds(metric: Metric, base: StoredArm, head: StoredArm, settings: StoredRuns['settings']): Draft {
  const { alpha, droppedShare } = settings;
  const series = seriesOf(metric, base, head);
  const isOneSided = series.base.length === 0 || series.head.length === 0;
  if (isOneSided && series.dropped.length === 0)
    return { row: withoutRounds(metric, base, head, 1 - alpha), look: null };
  const lost = series.dropped.reduce((sum, { count }) => sum + count, 0);
  if (isOneSided || lost > droppedShare * series.attempted) {
    const many = { code: 'TOO_MANY_ROUNDS_DROPPED', need: droppedShare, have: `${lost} of ${series.attempted}` };
    const causes = series.dropped.map(({ code, need, have }) => ({ code, need, have }));
    return { row: invalidRow(metric, [many, ...causes]), look: null };
  }
  return { metric, look: judgeRankSum(metric, series, 1 - alpha) };
}

function failure(arm: StoredScenario['base'], which: Arm): RowReason | null {
  if (arm?.outcome !== 'failed') return null;
  return { code: which === 'base' ? 'BASE_FAILED' : 'HEAD_FAILED', need: null, have: `${arm.code}: ${arm.message}` };
}

interface Among {
  /** Null for rows for information, which are judged each by itself. */
  readonly adjusted: number | null;
  readonly most: number;
  readonly shift: Decision['shift'];
  /** Gating rows that were weighed together. */
  readonly rows: number;
}

function rowOf(metric: Metric, look: RankSumLook, { adjusted, most, shift, rows }: Among): Row {
  const { finding, reasons, result, high, threshold } = look;
  const told: StageResult = { ...result, adjusted };
  const shared = { metric, look: told, confirm: null, exact: null, chosen: finding === 'worse' };
  const inconclusive = (more: readonly RowReason[]): Row => ({
    ...shared,
    verdict: 'inconclusive',
    reasons: [...more, ...reasons],
  });
  if (finding === 'open') return inconclusive([]);
  if (finding === 'worse' && (adjusted ?? 0) > most) return inconclusive(luck({ adjusted, most, rows }, told));
  if (shift !== null) {
    const together = { code: 'SUITE_SHIFT', need: null, have: `${shift.rows} of ${shift.of}` };
    // A pass counts where it would still be one had the machine not become so much better.
    const better = Math.max(0, -Math.log1p(shift.worse));
    if (finding !== 'pass' || (high ?? 0) + better >= threshold.worse) return inconclusive([together]);
  }
  const verdict = finding === 'worse' ? 'regressed' : finding;
  return { ...shared, verdict, reasons };
}

/** Worse by its own interval, and not among all rows. Where no figures could have been enough, how many rounds it takes. */
function luck(
  { adjusted, most, rows }: Pick<Among, 'adjusted' | 'most' | 'rows'>,
  { rounds }: StageResult,
): RowReason[] {
  const { base = 0, head = 0 } = rounds ?? {};
  const reasons: RowReason[] = [{ code: 'NOT_CHOSEN', need: most, have: adjusted }];
  if (leastRankSumP(base, head) * rows > most) {
    let need = Math.min(base, head);
    while (leastRankSumP(need, need) * rows > most) need++;
    reasons.push({ code: 'TOO_FEW_ROUNDS', need, have: `base: ${base}, head: ${head}` });
  }
  return reasons;
}

/** The rounds of both runs that count. */
function seriesOf({ metric }: Metric, base: StoredArm, head: StoredArm): RoundSeries {
  const counted = new Map<string, Dropped>();
  const drop = ({ code, need, have }: Omit<Dropped, 'count'>) => {
    const before = counted.get(code);
    counted.set(code, before === undefined ? { code, need, have, count: 1 } : { ...before, count: before.count + 1 });
  };
  const valuesOf = (arm: StoredArm, name: Arm) =>
    arm.rounds.flatMap(({ values, dropped }) => {
      const value = Object.hasOwn(values, metric) ? values[metric] : undefined;
      if (value === undefined) return [];
      if (dropped !== null) drop(dropped);
      else if (!(value > 0)) drop({ code: 'NOT_POSITIVE', need: 'above 0', have: `${name}: ${value}` });
      else return [value];
      return [];
    });
  const [ofBase, ofHead] = [valuesOf(base, 'base'), valuesOf(head, 'head')];
  const dropped = [...counted.values()].sort((a, b) => b.count - a.count);
  const lost = dropped.reduce((sum, { count }) => sum + count, 0);
  return { base: ofBase, head: ofHead, attempted: ofBase.length + ofHead.length + lost, dropped };
}

/** A figure that results keep for a case as a whole: it describes. */
function withoutRounds(metric: Metric, base: StoredArm, head: StoredArm, level: number): Row {
  const figures = [base, head].map(({ figures: all }) => all[metric.metric] ?? null);
  const [ofBase, ofHead] = figures;
  const isRatio = typeof ofBase === 'number' && typeof ofHead === 'number' && ofBase > 0;
  const result: StageResult = {
    ...{ stage: 'look', look: 0, pairs: 0, rounds: { base: 0, head: 0 }, attempted: 0, dropped: [] },
    base: ofBase ?? null,
    head: ofHead ?? null,
    change: isRatio ? { value: ofHead / ofBase - 1, low: null, high: null } : null,
    ...{ method: 'rank-sum', level, attained: null, outliers: 0, contaminated: false, pairedT: null },
    ...{ minimumDetectable: null, selfNoise: null, pValue: null, adjusted: null },
  };
  const reasons: RowReason[] = [{ code: 'NO_ROUND_FIGURES', need: null, have: metric.metric }];
  return { metric, verdict: 'inconclusive', reasons, chosen: false, look: result, confirm: null, exact: null };
}

/** The gravest of what gating rows say; an improvement is told only where no row is in doubt. */
function verdictOf(rows: readonly Row[]): GateVerdict {
  const order = ['regressed', 'invalid', 'inconclusive', 'improved', 'pass'] as const;
  const gating = rows.filter(({ metric }) => metric.role === 'gating');
  return order.find((one) => gating.some(({ verdict }) => verdict === one)) ?? 'nothing';
}

import { benjaminiHochberg, holm } from '../stats/multiple-comparisons.ts';
import { logarithmOf } from './change.ts';
import type { Decision, GateVerdict, Next, Row, RowReason } from './decision.ts';
import { exactPairs, judgeExact } from './exact-metric.ts';
import { judgeStage, type Outcome, type Track } from './judge-stage.ts';
import { type Metric, rowKey } from './metric.ts';
import { differInOutputs, outputsReason } from './other-outputs.ts';
import type { Pair } from './pair.ts';
import { pairsByScenario, presence, type ScenarioPairs } from './pairs-by-scenario.ts';
import { invalidRow, sampledRow } from './row-verdict.ts';
import { seriesOf } from './series.ts';
import { checkSettings, confirmLooks, type GateSettings } from './settings.ts';
import { type Movement, suiteShift } from './suite-shift.ts';

type Outcomes = ReadonlyMap<string, Outcome>;

/**
 * What pairs of base and head say, and what is to be measured next: a function of its arguments alone, so that a log gives the same answer
 * again. Ask with all pairs so far, as often as you like, until `next` is done or there is no more time: the rows then say what is known.
 *
 * First stage: each gating row is looked at when it has as many valid pairs as a planned look, until one of them finds something. What is
 * worse by more than its margin, and still so among all rows (Benjamini and Hochberg), is run again on fresh processes. It has regressed
 * if these, judged on their own, find it again (Holm). Throws `InputError` for settings or a log that cannot be.
 */
export function decide(settings: GateSettings, pairs: readonly Pair[]): Decision {
  return decideWith(settings, pairs, true);
}

/** The same verdicts in a fraction of the time, for whoever asks very often: rows tell nothing of their self-noise, and so there is no shift. */
export function decideWithoutNoise(settings: GateSettings, pairs: readonly Pair[]): Decision {
  return decideWith(settings, pairs, false);
}

function decideWith(settings: GateSettings, pairs: readonly Pair[], withNoise: boolean): Decision {
  checkSettings(settings);
  const scenarios = pairsByScenario(settings.metrics, pairs);
  const { both, neither, removed, added } = presence(settings.metrics, scenarios);
  const wrong = new Set([...scenarios].flatMap(([name, stages]) => (haveOtherOutputs(stages) ? [name] : [])));
  const judged = both.filter(({ kind, scenario }) => kind === 'sampled' && !wrong.has(scenario));

  const looks = judgeLooks(settings, { judged, withNoise }, scenarios);
  const chosen = judged.filter((metric) => metric.role === 'gating' && isWorse(looks.get(rowKey(metric))));
  const confirms = judgeConfirms(settings, { judged, withNoise, chosen, looks }, scenarios);

  const rows = settings.metrics.flatMap((metric): Row[] => {
    if (neither.includes(metric))
      return [invalidRow(metric, [{ code: 'METRIC_MISSING', need: metric.metric, have: null }])];
    if (!both.includes(metric)) return [];
    const stages = scenarios.get(metric.scenario) ?? { look: [], confirm: [] };
    if (metric.kind === 'exact') return [{ metric, ...judgeExact(metric, [...stages.look, ...stages.confirm]) }];
    const look = looks.get(rowKey(metric));
    if (look === undefined) return [invalidRow(metric, outputsReasons(stages))];
    return [sampledRow(metric, look, confirms.get(rowKey(metric)) ?? null, settings.limits)];
  });
  const gating = rows.filter(({ metric }) => metric.role === 'gating');
  return {
    next: nextOf({ both, chosen, looks, confirms }, scenarios),
    verdict: pairs.length === 0 ? 'nothing' : verdictOf(gating),
    rows,
    removed,
    added,
    shift: suiteShift(gating.flatMap(movement)),
    multiplicity: {
      rows: gating.filter(({ metric }) => metric.kind === 'sampled').length,
      chosen: chosen.length,
      confirmed: gating.filter(({ verdict, metric }) => metric.kind === 'sampled' && verdict === 'regressed').length,
    },
  };
}

/** The first stage. Informational rows are judged each on its own: they must not make it harder for the others to be found. */
function judgeLooks(
  settings: GateSettings,
  { judged, withNoise }: Asked,
  scenarios: ReadonlyMap<string, ScenarioPairs>,
): Outcomes {
  const { looks, alpha, seed, limits } = settings;
  const trackOf = (metric: Metric): Track => {
    const pairs = scenarios.get(metric.scenario)?.look ?? [];
    return { metric, looks, series: seriesOf(metric, pairs, limits, looks[0] ?? 0) };
  };
  const shared = { stage: 'look', alpha, seed, withNoise } as const;
  return judgeByRole(judged, trackOf, (tracks, isGating) =>
    isGating
      ? judgeStage(tracks, { ...shared, adjust: benjaminiHochberg, mostAdjusted: () => alpha })
      : judgeStage(tracks, { ...shared, adjust: (pValues) => [...pValues], mostAdjusted: () => 1 }),
  );
}

/** Rows that are to be judged. */
interface Asked {
  readonly judged: readonly Metric[];
  readonly withNoise: boolean;
}

interface Chosen extends Asked {
  readonly chosen: readonly Metric[];
  readonly looks: Outcomes;
}

/** The second stage: chosen rows, and the informational ones that were worse in a scenario that is run again anyway. */
function judgeConfirms(
  settings: GateSettings,
  { judged, withNoise, chosen, looks }: Chosen,
  scenarios: ReadonlyMap<string, ScenarioPairs>,
): Outcomes {
  const { alpha, seed, limits } = settings;
  const again = new Set(chosen.map(({ scenario }) => scenario));
  const metrics = judged.filter((metric) => again.has(metric.scenario) && isWorse(looks.get(rowKey(metric))));
  const trackOf = (metric: Metric): Track => {
    const pairs = scenarios.get(metric.scenario)?.confirm ?? [];
    const decided = chosen
      .filter(({ scenario }) => scenario === metric.scenario)
      .map((one) => looks.get(rowKey(one))?.result.pairs ?? 0);
    const planned = confirmLooks(settings, Math.max(0, ...decided), chosen.length);
    return { metric, looks: planned, series: seriesOf(metric, pairs, limits, planned[0] ?? 0) };
  };
  // One-sided p values, of which an interval of level 1 − alpha leaves half of alpha on its side; each look has its part of that.
  const mostAdjusted = (count: number) => alpha / 2 / count;
  const shared = { stage: 'confirm', alpha, seed, withNoise, mostAdjusted } as const;
  return judgeByRole(metrics, trackOf, (tracks, isGating) =>
    isGating
      ? judgeStage(tracks, { ...shared, adjust: holm })
      : judgeStage(tracks, { ...shared, adjust: (pValues) => [...pValues], mostAdjusted: () => 1 }),
  );
}

/** Gating rows together, each of the others by itself. */
function judgeByRole(
  metrics: readonly Metric[],
  trackOf: (metric: Metric) => Track,
  judge: (tracks: readonly Track[], isGating: boolean) => Outcome[],
): Outcomes {
  const gating = metrics.filter(({ role }) => role === 'gating');
  const outcomes = new Map<string, Outcome>();
  for (const [index, outcome] of judge(gating.map(trackOf), true).entries()) {
    const metric = gating[index];
    if (metric !== undefined) outcomes.set(rowKey(metric), outcome);
  }
  for (const metric of metrics) {
    if (metric.role === 'gating') continue;
    for (const outcome of judge([trackOf(metric)], false)) outcomes.set(rowKey(metric), outcome);
  }
  return outcomes;
}

function isWorse(outcome: Outcome | undefined): boolean {
  return outcome?.state === 'settled' && outcome.finding === 'worse';
}

/** Answers of base and head that differ: what is faster and wrong is not faster. */
function haveOtherOutputs(stages: ScenarioPairs): boolean {
  return [...stages.look, ...stages.confirm].some(differInOutputs);
}

function outputsReasons(stages: ScenarioPairs): RowReason[] {
  const pair = [...stages.look, ...stages.confirm].find(differInOutputs);
  return pair === undefined ? [] : [outputsReason(pair)];
}

interface State {
  readonly both: readonly Metric[];
  readonly chosen: readonly Metric[];
  readonly looks: Outcomes;
  readonly confirms: Outcomes;
}

/**
 * What to measure. A scenario begins with one pair: whether the versions answer alike, and run at all, is known before time is spent on
 * them. Rows that are looked at, or were chosen, say how many more it takes; the least of them is asked for, so that all are asked again then.
 */
function nextOf(state: State, scenarios: ReadonlyMap<string, ScenarioPairs>): Next {
  const { both, chosen, looks, confirms } = state;
  const wanted = new Map<string, number>();
  const want = (scenario: string, rounds: number) => {
    if (rounds > 0) wanted.set(scenario, Math.max(rounds, wanted.get(scenario) ?? 0));
  };
  for (const metric of both) {
    const begun = scenarios.get(metric.scenario)?.look.length ?? 0;
    const rounds = roundsWanted(metric, begun, looks);
    want(metric.scenario, begun === 0 ? Math.min(1, rounds) : rounds);
  }
  if (wanted.size > 0) return { kind: 'measure', ...least(wanted) };
  for (const metric of chosen) want(metric.scenario, confirms.get(rowKey(metric))?.wanted ?? 0);
  return wanted.size > 0 ? { kind: 'confirm', ...least(wanted) } : { kind: 'done' };
}

/** Informational rows are satisfied with the first look. */
function roundsWanted(metric: Metric, begun: number, looks: Outcomes): number {
  if (metric.kind === 'exact') return exactPairs - begun;
  const outcome = looks.get(rowKey(metric));
  if (outcome?.state !== 'measuring') return 0;
  return metric.role === 'gating' || outcome.result.look === 0 ? outcome.wanted : 0;
}

function least(wanted: ReadonlyMap<string, number>): { scenarios: string[]; rounds: number } {
  return { scenarios: [...wanted.keys()], rounds: Math.min(...wanted.values()) };
}

function movement({ metric, look }: Row): Movement[] {
  if (look === null || look.change === null || look.selfNoise === null) return [];
  const change = logarithmOf(look.change.value);
  return [{ worse: metric.better === 'lower' ? change : -change, selfNoise: logarithmOf(look.selfNoise) }];
}

/** The gravest of what gating rows say; an improvement is told only where no row is in doubt. */
const gravest = ['regressed', 'invalid', 'inconclusive', 'improved', 'pass'] as const;

function verdictOf(rows: readonly Row[]): GateVerdict {
  return gravest.find((one) => rows.some(({ verdict }) => verdict === one)) ?? 'nothing';
}

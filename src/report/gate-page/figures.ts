import type { Row } from '../../gate/decision.ts';
import { type GateReport, shownStage } from '../../gate/gate-report.ts';
import type { Pair, Stage } from '../../gate/pair.ts';
import { type PairedValues, seriesOf } from '../../gate/series.ts';
import { displayName } from '../display-name.ts';

/** `latency_p50, vision`. */
export function rowName({ metric }: Pick<Row, 'metric'>, limit = 60): string {
  return `${displayName(metric.metric, limit)}, ${displayName(metric.scenario, limit)}`;
}

/** The valid pairs of a row in a stage, as the gate took them. */
export function validPairs(
  row: Row,
  stage: Stage,
  { settings }: GateReport,
  pairs: readonly Pair[],
): readonly PairedValues[] {
  const own = pairs
    .filter((pair) => pair.scenario === row.metric.scenario && pair.stage === stage)
    .sort((a, b) => a.round - b.round);
  return seriesOf(row.metric, own, settings.limits, settings.looks[0] ?? 0).valid;
}

/** The one pair whose change is nearest to the row's, from the stage whose figures are shown: what really ran, and no mix of several runs. */
export function typicalPair(row: Row, report: GateReport, pairs: readonly Pair[]): Pair | null {
  const stage = shownStage(row);
  if (stage === null || stage.change === null) return null;
  const change = Math.log1p(stage.change.value);
  const estimate = row.metric.better === 'lower' ? change : -change;
  let nearest: PairedValues | null = null;
  for (const one of validPairs(row, stage.stage, report, pairs)) {
    if (nearest === null || Math.abs(one.worse - estimate) < Math.abs(nearest.worse - estimate)) nearest = one;
  }
  const round = nearest?.round;
  const { scenario } = row.metric;
  return pairs.find((pair) => pair.scenario === scenario && pair.stage === stage.stage && pair.round === round) ?? null;
}

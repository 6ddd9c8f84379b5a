import { formatSeconds } from '../units/format.ts';
import type { Row } from './decision.ts';
import { changeText } from './figure-text.ts';
import { type GateReport, operatorsOf, stagesOf } from './gate-report.ts';
import { operatorNotes } from './operator-notes.ts';
import type { StageChange } from './stage-changes.ts';

/** Stages that are named of a flagged scenario: the first ones explain most. */
const mostStages = 3;

/**
 * All that explains the change of a row, the stage that explains most of it first, each a sentence without its full stop. Nothing of a row of which it is
 * not known that it changed; of an exact one, which is no time, its operators alone.
 */
export function explanationNotes(report: GateReport, { metric, verdict }: Pick<Row, 'metric' | 'verdict'>): string[] {
  if (verdict !== 'regressed' && verdict !== 'improved') return [];
  const operators = operatorsOf(report, metric.scenario);
  return [
    ...(metric.kind === 'exact' ? [] : stageNotes(stagesOf(report, metric.scenario))),
    ...(operators === null ? [] : operatorNotes(operators)),
  ];
}

/** Where the time of a scenario went. */
export function stageNotes(stages: readonly StageChange[]): string[] {
  const changed = stages.filter(({ difference }) => difference !== 0);
  const main = mainStage(changed);
  return [
    ...(main === null ? [] : [main]),
    ...changed.slice(0, mostStages).map(({ stage, base, head, difference }) => {
      const by = `${difference > 0 ? '+' : '−'}${formatSeconds(Math.abs(difference))}`;
      if (base === null) return `stage ${stage}: ${by}, new in head`;
      if (head === null) return `stage ${stage}: ${by}, gone from head`;
      const relative = base > 0 ? `, ${changeText(head / base - 1)}` : '';
      return `stage ${stage}: ${by} (${formatSeconds(base)} to ${formatSeconds(head)}${relative})`;
    }),
  ];
}

/** `preprocess takes 0.82 ms longer: 94 % of the change`; null where no stage explains at least half of what all stages together changed by. */
function mainStage(changed: readonly StageChange[]): string | null {
  const total = changed.reduce((sum, { difference }) => sum + difference, 0);
  const [first] = changed;
  const share = first === undefined || total === 0 ? 0 : first.difference / total;
  if (first === undefined || share < 0.5) return null;
  const way = first.difference > 0 ? 'longer' : 'less';
  const part = Math.round(100 * share);
  // Other stages that changed the other way make more than the whole of it.
  const ofChange =
    part > 100 ? 'more than the whole change, as other stages made up for some of it' : `${part} % of the change`;
  return `${first.stage} takes ${formatSeconds(Math.abs(first.difference))} ${way}: ${ofChange}`;
}

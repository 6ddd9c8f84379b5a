import { type ToggleCell, type ToggleEffects, toggleEffects } from '../analysis/toggle-effects.ts';
import { groupName } from '../analysis/toggle-text.ts';
import { hasUsualHygiene, hasUsualLayout } from '../analysis/toggles.ts';
import type { Run } from '../results/run.ts';
import { caseLabels } from './case-label.ts';
import { fusionGroup, provenanceOf, runLetter } from './charts/panels.ts';
import { fusionGroups } from './charts/theme.ts';
import { displayName } from './display-name.ts';
import type { ReportInput } from './input.ts';
import { markedLabel } from './standing.ts';

/** What the toggles do to one group of cases, with the names under which a page shows them. */
export interface NamedEffects {
  readonly title: string;
  readonly run: Run;
  readonly effects: ToggleEffects;
  /** Labels by key, unique within the group; what is degraded or invalid bears its mark. */
  readonly labels: ReadonlyMap<string, string>;
  readonly provenance: string;
}

/** The groups of all runs in which precision, hygiene, fusion or layout varies. */
export function namedEffects({ runs }: ReportInput): NamedEffects[] {
  const several = runs.length > 1;
  return runs.flatMap(({ run }, index) => {
    const letter = runLetter(index);
    return toggleEffects(run).map((effects) => {
      const cells = sorted(effects);
      const cases = cells.map(({ one }) => one);
      const labels = caseLabels(cases);
      const name = displayName(groupName(effects.reference, run.cases), 80);
      const provenance = provenanceOf(cases);
      return {
        title: several ? `${name} · run ${letter}` : name,
        run,
        effects: { ...effects, cells },
        labels: new Map(cases.map((one) => [one.key, markedLabel(one, labels.get(one.key) ?? '')])),
        provenance: several ? `${provenance}, run ${letter}` : provenance,
      };
    });
  });
}

/** The precision of the reference first, and within a precision what has the most set: the plan may have them in any order. */
function sorted({ cells, reference }: ToggleEffects): readonly ToggleCell[] {
  const precisions = [reference.axes.precision, ...cells.map(({ one }) => one.axes.precision)];
  const order = ({ one }: ToggleCell): number[] => [
    precisions.indexOf(one.axes.precision),
    fusionGroups.indexOf(fusionGroup(one)),
    hasUsualHygiene(one) ? 0 : 1,
    hasUsualLayout(one) ? 0 : 1,
  ];
  return [...cells].sort((a, b) => {
    const [left, right] = [order(a), order(b)];
    return left.map((rank, index) => rank - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  });
}

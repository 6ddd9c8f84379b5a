import type { Case } from '../results/run.ts';
import { caseLabels, type LabelPart, partText } from './case-label.ts';
import { runLetter } from './charts/panels.ts';
import { displayName } from './display-name.ts';
import type { ReportInput } from './input.ts';

/** All cases of all runs. */
export function listedCases({ runs }: ReportInput): ListedCase[] {
  const several = runs.length > 1;
  return runs.flatMap(({ run }, index) => {
    const letter = several ? runLetter(index) : '';
    const prefix = several ? `${letter}: ` : '';
    const labels = labelsOf(run.cases);
    return run.cases.map((one) => ({
      run: letter,
      name: `${prefix}${displayName(one.id, 80)}`,
      short: `${prefix}${displayName(one.workload, 40)} · ${labels.get(one) ?? ''}`,
      one,
    }));
  });
}

/** Labels of all cases, each within those of its workload. */
function labelsOf(cases: readonly Case[]): Map<Case, string> {
  const workloads = [...new Set(cases.map(({ workload }) => workload))];
  return new Map(
    workloads.flatMap((workload) => {
      const some = cases.filter((one) => one.workload === workload);
      const labels = caseLabels(some);
      return some.map((one) => [one, labels.get(one.key) ?? ''] as const);
    }),
  );
}

/**
 * A case of a report: `name` is its readable id, `short` its workload and what tells it apart from the others of it; the run's letter stands in
 * front of both where there are several runs.
 */
export interface ListedCase {
  readonly run: string;
  readonly name: string;
  readonly short: string;
  readonly one: Case;
}

const parts: readonly LabelPart[] = [
  'scenario',
  'arrivals',
  'load',
  'scope',
  'backend',
  'batchSize',
  'precision',
  'fusion',
  'hygiene',
  'layout',
  'threads',
  'spinning',
];

/** What is the same in some cases, tried in this order to say which of all cases they are. */
const traits: readonly ((listed: ListedCase) => string)[] = [
  ({ run }) => (run === '' ? '' : `run ${run}`),
  ({ one }) => displayName(one.workload, 40),
  ...parts.map((part) => (listed: ListedCase) => partText(listed.one, part)),
  ({ one }) => (one.status === 'ok' ? 'measured' : one.status),
];

/**
 * Says which of all cases some are, the shortest way that holds exactly for them: `all 8 cases`, `4 cases: unfused`, `2 cases: resnet50,
 * batch 8`, else the first few by name.
 */
export function describeCases(some: readonly ListedCase[], all: readonly ListedCase[]): string {
  if (some.length === all.length) return all.length === 1 ? 'the case' : `all ${all.length} cases`;
  const first = some[0];
  if (first === undefined) return 'no case';
  const common = traits
    .map((trait) => ({ trait, text: trait(first) }))
    .filter(
      ({ trait, text }) =>
        text !== '' && some.every((one) => trait(one) === text) && all.some((one) => trait(one) !== text),
    );
  const fits = (chosen: typeof common) =>
    all.filter((one) => chosen.every(({ trait, text }) => trait(one) === text)).length === some.length;
  const best = [1, 2, 3].flatMap((size) => combinations(common, size)).find(fits);
  if (best !== undefined && some.length > 1) return `${some.length} cases: ${best.map(({ text }) => text).join(', ')}`;
  const shown = some.slice(0, 3).map(({ name }) => name);
  return `${shown.join(', ')}${some.length > shown.length ? ` and ${some.length - shown.length} more of ${all.length}` : ''}`;
}

/** The same with short names. */
export function describeShort(some: readonly ListedCase[], all: readonly ListedCase[]): string {
  const shortened = (cases: readonly ListedCase[]) => cases.map((listed) => ({ ...listed, name: listed.short }));
  return describeCases(shortened(some), shortened(all));
}

/** All ways to take `size` of some values, in their order. */
function combinations<T>(values: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return values.flatMap((value, index) =>
    combinations(values.slice(index + 1), size - 1).map((rest) => [value, ...rest]),
  );
}

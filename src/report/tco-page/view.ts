import type { Assumption, StudyData } from '../../tco/model/study-data.ts';
import type { OptionOutcome, PairOutcome, StudyOutcome } from '../../tco/model/study-outcome.ts';
import { displayName } from '../display-name.ts';
import { type OptionStyle, optionStyle } from './colours.ts';
import { listText } from './texts.ts';

/** A study and what it comes to, as all parts and charts of the page look at it. */
export interface TcoView {
  readonly study: StudyData;
  readonly outcome: StudyOutcome;
  /** The cheapest first. */
  readonly options: readonly ShownOption[];
  /** The cheapest option against the next one; null with one option. */
  readonly best: PairOutcome | null;
  /** Where the throughputs are from, in words. */
  readonly origin: string;
}

export interface ShownOption extends OptionOutcome {
  /** Its name, unless that is very long. */
  readonly label: string;
  readonly style: OptionStyle;
}

const provenances = ['measured', 'published', 'projected', 'given'] as const;

export function viewOf(study: StudyData, outcome: StudyOutcome): TcoView {
  const labels = labelsOf(outcome.options.map(({ name }) => name));
  const shown = outcome.options.map(
    (option, place): ShownOption => ({ ...option, label: labels[place] ?? '', style: optionStyle(place) }),
  );
  const options = outcome.order.flatMap((name) => shown.filter((option) => option.name === name));
  const [first, second] = options;
  const kinds = provenances.filter((kind) => options.some(({ throughput }) => throughput.provenance === kind));
  return {
    study,
    outcome,
    options,
    best: outcome.pairs.find(({ a, b }) => a === first?.name && b === second?.name) ?? null,
    origin: `throughput ${listText(kinds)}`,
  };
}

/** Labels of options, each unique, also where names differ only in what is cut off. */
function labelsOf(names: readonly string[]): string[] {
  const taken = new Map<string, number>();
  return names.map((name) => {
    // vega joins marks by their texts as keys of an object, which this one cannot be.
    const label = name === '__proto__' ? '__proto__\u00a0' : displayName(name, 48);
    const seen = (taken.get(label) ?? 0) + 1;
    taken.set(label, seen);
    return seen === 1 ? label : `${label} (${seen})`;
  });
}

/** The label of an option by its name. */
export function labelOf({ options }: TcoView, name: string): string {
  return options.find((option) => option.name === name)?.label ?? displayName(name, 48);
}

/** The assumption of a name. */
export function assumptionOf({ study }: TcoView, name: string): Assumption | null {
  return study.assumptions.find((one) => one.name === name) ?? null;
}

/** What an assumption is called where figures of several options stand together: `price of an accelerator, A100`. */
export function titleOf({ title, owner }: Pick<Assumption, 'title' | 'owner'>): string {
  return owner === null ? title : `${title}, ${displayName(owner, 48)}`;
}

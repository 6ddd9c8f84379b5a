import type { Reason } from '../results/events.ts';
import type { Case, Run } from '../results/run.ts';
import { type SpeedEffect, speedEffect } from './speed-effect.ts';
import {
  hasUsualHygiene,
  hasUsualLayout,
  type ToggleGroup,
  type ToggleName,
  type Toggles,
  togglesOf,
} from './toggles.ts';

/** A toggle and the two values that are compared. */
export interface ToggleChange {
  readonly toggle: ToggleName;
  readonly from: string;
  readonly to: string;
}

/**
 * Whether two toggles do more together than each alone: how many times as large the gain of the first is when the second is set,
 * (t[a0,b1] / t[a1,b1]) / (t[a0,b0] / t[a1,b0]). 1: they multiply. Of times instead of gains it is the inverse,
 * (t[a1,b1] · t[a0,b0]) / (t[a1,b0] · t[a0,b1]).
 */
export interface Interaction {
  readonly first: ToggleChange;
  readonly second: ToggleChange;
  /** What all four cases have besides, where that is not the usual: `fusion on`. */
  readonly at: string;
  readonly effect: SpeedEffect;
}

/** Values of a toggle in the order in which one is set after the other. */
const orders: Readonly<Record<ToggleName, readonly string[]>> = {
  precision: ['fp32'],
  hygiene: ['off', 'on'],
  fusion: ['off', 'graph', 'engine', 'on'],
  layout: ['plain', 'engine'],
};

/**
 * The interactions of a group: precision with fusion (hygiene and layout as they follow from the two), precision with layout within one
 * fusion, and hygiene with fusion at the base precision. The first are told even where a case is missing, with the reason; the others where
 * the plan has all four cases.
 */
export function interactionsOf(group: ToggleGroup, run: Pick<Run, 'policy'>): Interaction[] {
  const usual = group.cases.filter((one) => hasUsualHygiene(one) && hasUsualLayout(one));
  const precisions = changesOf('precision', usual);
  const base = precisions[0]?.from ?? group.cases[0]?.axes.precision;
  const found = precisions.flatMap((first) =>
    changesOf('fusion', usual).map((second) => interaction(first, second, '', usual, run)),
  );
  for (const fusion of ['engine', 'on']) {
    const cases = group.cases.filter((one) => one.axes.fusion === fusion && hasUsualHygiene(one));
    for (const first of changesOf('precision', cases))
      for (const second of changesOf('layout', cases))
        if (isComplete(first, second, cases)) found.push(interaction(first, second, `fusion ${fusion}`, cases, run));
  }
  const ofBase = group.cases.filter((one) => one.axes.precision === base && hasUsualLayout(one));
  for (const first of changesOf('hygiene', ofBase))
    for (const second of changesOf('fusion', ofBase))
      if (isComplete(first, second, ofBase)) found.push(interaction(first, second, base ?? '', ofBase, run));
  return found;
}

/** From the first value that the cases have to each of the others. */
function changesOf(toggle: ToggleName, cases: readonly Case[]): ToggleChange[] {
  const order = orders[toggle];
  const rank = (value: string): number => (order.includes(value) ? order.indexOf(value) : order.length);
  const [from, ...others] = [...new Set(cases.map((one) => togglesOf(one)[toggle]))].sort((a, b) => rank(a) - rank(b));
  return from === undefined ? [] : others.map((to) => ({ toggle, from, to }));
}

function isComplete(first: ToggleChange, second: ToggleChange, cases: readonly Case[]): boolean {
  return corners(first, second).every(({ values }) => find(values, cases) !== undefined);
}

function interaction(
  first: ToggleChange,
  second: ToggleChange,
  at: string,
  cases: readonly Case[],
  run: Pick<Run, 'policy'>,
): Interaction {
  const found = corners(first, second).map(({ values, weight }) => ({ values, weight, one: find(values, cases) }));
  const terms = found.flatMap(({ one, weight }) => (one === undefined ? [] : [{ one, weight }]));
  const missing = found.find(({ one }) => one === undefined);
  const effect = missing === undefined ? speedEffect(terms, run) : notTold(missing.values);
  return { first, second, at, effect };
}

/** The four cases: gains with the second toggle set stand above the line, those without it below. */
function corners(first: ToggleChange, second: ToggleChange): { values: Partial<Toggles>; weight: number }[] {
  const corner = (a: string, b: string, weight: number) => ({
    values: { [first.toggle]: a, [second.toggle]: b },
    weight,
  });
  return [
    corner(first.from, second.to, 1),
    corner(first.to, second.to, -1),
    corner(first.from, second.from, -1),
    corner(first.to, second.from, 1),
  ];
}

function find(values: Partial<Toggles>, cases: readonly Case[]): Case | undefined {
  const wanted = Object.entries(values);
  return cases.find((one) => wanted.every(([name, value]) => togglesOf(one)[name as ToggleName] === value));
}

function notTold(values: Partial<Toggles>): SpeedEffect {
  const need = Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  const reason: Reason = { code: 'NO_SUCH_CASE', need, have: null };
  return { value: null, low: null, high: null, rounds: 0, reason };
}

import type { Case, Run } from '../results/run.ts';
import { isPaired, roundsInCommon, type SpeedEffect, speedEffect } from './speed-effect.ts';
import { type ToggleGroup, type ToggleName, type Toggles, toggleNames, togglesOf, usualHygiene } from './toggles.ts';
import { isInvalidForSpeed } from './verdicts/judge-case.ts';

/** From one case to the next, and which toggles are set differently. */
export interface LadderStep {
  readonly from: Case;
  readonly to: Case;
  readonly toggles: readonly ToggleName[];
  /** How many times as fast `to` is. */
  readonly speed: SpeedEffect;
}

/** Cases in which one toggle after the other is set. The effects of the steps multiply to the total. */
export interface Ladder {
  readonly steps: readonly LadderStep[];
  readonly total: SpeedEffect;
}

/** Fusion in the order in which it is added: ours alone and then the engine's beside it, or the engine's alone and then ours. */
const ways = [
  ['off', 'graph', 'on'],
  ['off', 'engine', 'on'],
] as const;

const ranks: Readonly<Record<string, number>> = { off: 0, plain: 0, on: 1, engine: 1 };

/**
 * The ladders of a group. The first goes by way of Dyno's own passes, the second by way of the engine's fusions; each from the case with the
 * least that is set to the one with the most, as far as the cases were measured, and the first on to each further precision. A step sets as few
 * toggles as the cases allow; where the case between is missing, one step sets several and is named by all of them.
 *
 * Where rounds are paired, all steps are of the rounds that every case of the ladder has, so that they multiply to the total.
 */
export function laddersOf(group: ToggleGroup, run: Pick<Run, 'policy'>): Ladder[] {
  const measured = group.cases.filter((one) => one.status === 'ok' && !isInvalidForSpeed(one));
  const planned = [...new Set(group.cases.map(({ axes }) => axes.precision))];
  const base = planned.includes('fp32') ? 'fp32' : planned[0];
  const ofBase = measured.filter(({ axes }) => axes.precision === base);
  const [ours, engines] = ways.map((way) => climb(ofBase, way));
  if (ours === undefined || engines === undefined) return [];
  const ladders: Ladder[] = [];
  const others = planned.filter((precision) => precision !== base);
  const first = ours.length >= 2 || !usesEngine(engines) ? ours : engines;
  for (const precision of others) {
    const end = first.findLastIndex((one) => atPrecision(one, precision, measured) !== null);
    const last = first[end];
    const top = last === undefined ? null : atPrecision(last, precision, measured);
    if (top !== null) ladders.push(ladder([...first.slice(0, end + 1), top], run));
  }
  if (ladders.length === 0 && first.length >= 2) ladders.push(ladder(first, run));
  if (first !== engines && usesEngine(engines) && engines.length >= 2) ladders.push(ladder(engines, run));
  return ladders;
}

/** The cases of one way in an order in which nothing that was set is taken back. */
function climb(cases: readonly Case[], way: readonly string[]): Case[] {
  const byEngine = way.includes('engine');
  const height = (one: Case): [number, number, number] => {
    const { fusion, hygiene, layout } = togglesOf(one);
    return [way.indexOf(fusion), ranks[hygiene] ?? 0, ranks[layout] ?? 0];
  };
  const sorted = cases
    .map((one) => ({ one, height: height(one) }))
    // By way of the engine, hygiene comes with our own passes: it has a step of its own in the other ladder.
    .filter(
      ({ one, height: [fusion] }) => fusion >= 0 && !(byEngine && togglesOf(one).hygiene !== usualHygiene(one.axes)),
    )
    .sort((a, b) => a.height[0] - b.height[0] || a.height[1] - b.height[1] || a.height[2] - b.height[2]);
  const climbed: typeof sorted = [];
  for (const next of sorted) {
    const last = climbed.at(-1);
    if (last === undefined || next.height.every((value, index) => value >= (last.height[index] ?? 0)))
      climbed.push(next);
  }
  return climbed.map(({ one }) => one);
}

function usesEngine(cases: readonly Case[]): boolean {
  return cases.some(({ axes }) => axes.fusion === 'engine');
}

/** The case of another precision that is else the same; hygiene, which conversion brings along, may come with it. */
function atPrecision(one: Case, precision: string, cases: readonly Case[]): Case | null {
  const { fusion, layout, hygiene } = togglesOf(one);
  const alike = cases.filter((other) => {
    const toggles = togglesOf(other);
    return toggles.precision === precision && toggles.fusion === fusion && toggles.layout === layout;
  });
  return alike.find((other) => togglesOf(other).hygiene === hygiene) ?? alike[0] ?? null;
}

function ladder(cases: readonly Case[], run: Pick<Run, 'policy'>): Ladder {
  const rounds = isPaired(run.policy) ? roundsInCommon(cases) : null;
  const speed = (from: Case, to: Case): SpeedEffect =>
    speedEffect(
      [
        { one: from, weight: 1 },
        { one: to, weight: -1 },
      ],
      run,
      rounds,
    );
  const steps = cases.slice(1).flatMap((to, index): LadderStep[] => {
    const from = cases[index];
    return from === undefined ? [] : [{ from, to, toggles: changed(from, to), speed: speed(from, to) }];
  });
  const [first, last] = [cases[0], cases.at(-1)];
  if (first === undefined || last === undefined)
    throw new RangeError('Expected a ladder of at least one case, got none.');
  return { steps, total: speed(first, last) };
}

/** Which toggles two cases have set differently. */
function changed(from: Case, to: Case): ToggleName[] {
  const [before, after]: [Toggles, Toggles] = [togglesOf(from), togglesOf(to)];
  return toggleNames.filter((name) => before[name] !== after[name]);
}

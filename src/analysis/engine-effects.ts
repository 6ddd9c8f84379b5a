import type { Case, Run } from '../results/run.ts';
import { type SpeedEffect, type SpeedMeasure, speedEffect, speedMeasure } from './speed-effect.ts';
import { groupName } from './toggle-text.ts';
import { togglesOf, toggleText } from './toggles.ts';
import { isInvalidForSpeed } from './verdicts/judge-case.ts';

/** Cases of a run that are alike in everything but the engine, beside one of them. */
export interface EngineEffects {
  /** What they have in common, as far as it differs within the run: `resnet50, batch 8`. */
  readonly name: string;
  readonly measure: SpeedMeasure;
  /** What the others are compared with: a case of `cells`. */
  readonly reference: Case;
  readonly cells: readonly EngineCell[];
}

export interface EngineCell {
  readonly one: Case;
  /** How many times as fast as the reference. Of the reference itself 1, without an interval. */
  readonly speed: SpeedEffect;
}

/** The engine that others are compared with, where it was measured: the one that is embedded in every installation. */
const embedded = 'ort-cpu';

/**
 * Engines side by side, one entry for each group of cases that differ in the backend alone and of which at least two were measured. A run that
 * compares with a bare loop ranks nothing, and has none.
 */
export function engineEffects(run: Pick<Run, 'cases' | 'policy'>): EngineEffects[] {
  if (run.policy.bareLoop === 'interleaved') return [];
  const groups = groupsOf(run.cases);
  const severalToggles = new Set(groups.map(([first]) => JSON.stringify(first && togglesOf(first)))).size > 1;
  return groups.flatMap((cases) => {
    const reference = referenceOf(cases);
    if (reference === null) return [];
    // Where the engine is the only thing that differs, it is no part of the name.
    const alike = run.cases.filter(({ axes }) => axes.backend === reference.axes.backend);
    const name = groupName(reference, alike);
    return [
      {
        name: severalToggles ? `${name}, ${toggleText(reference)}` : name,
        measure: speedMeasure(reference.scenario),
        reference,
        cells: cases.map((one) => ({ one, speed: speedOf(one, reference, run) })),
      },
    ];
  });
}

function groupsOf(cases: readonly Case[]): Case[][] {
  const groups = new Map<string, Case[]>();
  for (const one of cases) {
    const { workload, scenario, scope, profile, provenance } = one;
    const { batchSize, threads, spinning } = one.axes;
    const common = [workload, scenario, scope, profile, provenance, batchSize, threads, spinning, togglesOf(one)];
    const name = JSON.stringify(common);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [one]);
    else known.push(one);
  }
  return [...groups.values()].filter((group) => group.filter(({ status }) => status === 'ok').length > 1);
}

/** The embedded engine, else the first that stands. What is invalid is no reference. */
function referenceOf(cases: readonly Case[]): Case | null {
  const standing = cases.filter((one) => one.status === 'ok' && !isInvalidForSpeed(one));
  return standing.find(({ axes }) => axes.backend === embedded) ?? standing[0] ?? null;
}

function speedOf(one: Case, reference: Case, run: Pick<Run, 'policy'>): SpeedEffect {
  if (one.key === reference.key) {
    return { value: 1, low: null, high: null, rounds: 0, reason: { code: 'IS_REFERENCE', need: null, have: null } };
  }
  const terms = [
    { one: reference, weight: 1 },
    { one, weight: -1 },
  ];
  return speedEffect(terms, run);
}

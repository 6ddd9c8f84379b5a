import type { Case } from '../results/run.ts';

/** The axes that change what the engine is given or does with it, and not how much work it gets. */
export const toggleNames = ['precision', 'hygiene', 'fusion', 'layout'] as const;

export type ToggleName = (typeof toggleNames)[number];

export type Toggles = Readonly<Record<ToggleName, string>>;

/**
 * The toggles of a case. Results of older versions know neither hygiene nor layout: they measured files as they are, and the layout followed
 * from the fusion.
 */
export function togglesOf({ axes }: Pick<Case, 'axes'>): Toggles {
  const { precision, fusion } = axes;
  return { precision, hygiene: axes.hygiene ?? 'off', fusion, layout: axes.layout ?? usualLayout(axes) };
}

/** Whether a precision has a file of its own. `fp32` and `tf32` are two ways of computing the same file. */
export function isConverted(precision: string): boolean {
  return precision !== 'fp32' && precision !== 'tf32';
}

/** The hygiene that follows from the other axes: a graph is cleaned where it is rewritten anyway. */
export function usualHygiene({ fusion, precision }: Pick<Case['axes'], 'fusion' | 'precision'>): string {
  return fusion === 'graph' || fusion === 'on' || isConverted(precision) ? 'on' : 'off';
}

/** The layout that follows from the fusion: an engine that fuses may change it. */
export function usualLayout({ fusion }: Pick<Case['axes'], 'fusion'>): string {
  return fusion === 'engine' || fusion === 'on' ? 'engine' : 'plain';
}

/** Whether hygiene is what follows from the other axes. Of an older result it is. */
export function hasUsualHygiene({ axes }: Pick<Case, 'axes'>): boolean {
  return axes.hygiene === undefined || axes.hygiene === usualHygiene(axes);
}

/** The same of the layout. */
export function hasUsualLayout({ axes }: Pick<Case, 'axes'>): boolean {
  return axes.layout === undefined || axes.layout === usualLayout(axes);
}

/** Toggles in words: precision and fusion, and hygiene and layout where they do not follow: `int8, fusion on, layout plain`. */
export function toggleText(one: Pick<Case, 'axes'>): string {
  const { precision, fusion, hygiene, layout } = togglesOf(one);
  return [
    precision,
    `fusion ${fusion}`,
    ...(hasUsualHygiene(one) ? [] : [`hygiene ${hygiene}`]),
    ...(hasUsualLayout(one) ? [] : [`layout ${layout}`]),
  ].join(', ');
}

/** Cases of one run that differ in nothing but toggles. */
export interface ToggleGroup {
  readonly cases: readonly Case[];
}

/** The groups of a run that have at least two cases, one of them measured, in the order of the plan. */
export function toggleGroups(cases: readonly Case[]): ToggleGroup[] {
  const groups = new Map<string, Case[]>();
  for (const one of cases) {
    const { workload, scenario, scope, stack, profile, provenance } = one;
    const { backend, batchSize, threads, spinning } = one.axes;
    const name = JSON.stringify([
      ...[workload, scenario, scope, stack, profile, provenance],
      ...[backend, batchSize, threads, spinning],
    ]);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [one]);
    else known.push(one);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1 && group.some(({ status }) => status === 'ok'))
    .map((group) => ({ cases: group }));
}

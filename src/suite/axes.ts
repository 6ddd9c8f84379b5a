import type { Axes, PlannedCase, Precision } from './plan.ts';
import { scenarioName } from './scenario-name.ts';

/** The axes in the order in which they vary, the last one fastest. */
export const axisNames = [
  'backend',
  'batch_size',
  'precision',
  'threads',
  'spinning',
  'hygiene',
  'fusion',
  'layout',
] as const;

export type AxisName = (typeof axisNames)[number];

/** The value that an axis has when the suite does not list it. What `auto` stands for follows from the machine or the other axes. */
export const axisDefaults = {
  backend: 'ort-cpu',
  batch_size: 1,
  precision: 'fp32',
  threads: 'auto',
  spinning: 'off',
  hygiene: 'auto',
  fusion: 'on',
  layout: 'auto',
} as const;

/**
 * Readable name of a case. What every case has is left out: spinning off, scope `request`, profile `local`, and the hygiene and layout that
 * follow from the other axes.
 */
export function caseId(planned: Pick<PlannedCase, 'workload' | 'axes' | 'scenario' | 'scope' | 'profile'>): string {
  const { workload, axes, scenario, scope, profile } = planned;
  const parts = [
    workload,
    axes.backend,
    `b${axes.batchSize}`,
    axes.precision,
    `fusion-${axes.fusion}`,
    `t${axes.threads}`,
  ];
  if (axes.spinning === 'on') parts.push('spinning');
  if (!isUsual('hygiene', axes)) parts.push(`hygiene-${axes.hygiene}`);
  if (!isUsual('layout', axes)) parts.push(`layout-${axes.layout}`);
  parts.push(scenarioName(scenario));
  if (scope !== 'request') parts.push(scope);
  if (profile !== 'local') parts.push(profile);
  return parts.join('/');
}

/** Axes as a suite writes them. */
export interface AxisValues {
  readonly backend: string;
  readonly batch_size: number;
  readonly precision: Axes['precision'];
  readonly threads: number;
  readonly spinning: 'on' | 'off';
  readonly hygiene: 'auto' | 'on' | 'off';
  readonly fusion: Axes['fusion'];
  readonly layout: 'auto' | 'engine' | 'plain';
}

/** Whether the engine itself fuses operators. */
export function engineFuses(fusion: Axes['fusion']): boolean {
  return fusion === 'engine' || fusion === 'on';
}

/** Whether Dyno's own passes fuse operators, before an engine sees the graph. */
export function graphIsFused(fusion: Axes['fusion']): boolean {
  return fusion === 'graph' || fusion === 'on';
}

/** Whether a precision asks for a file of its own. `fp32` and `tf32` are two ways of computing the same file. */
export function isConverted(precision: Precision): precision is Exclude<Precision, 'fp32' | 'tf32'> {
  return precision !== 'fp32' && precision !== 'tf32';
}

/** A graph is cleaned where it is rewritten anyway; else the file is measured as it is. */
export function usualHygiene({ fusion, precision }: Pick<Axes, 'fusion' | 'precision'>): Axes['hygiene'] {
  return graphIsFused(fusion) || isConverted(precision) ? 'on' : 'off';
}

/** An engine that fuses may change the memory layout for it. */
export function usualLayout({ fusion }: Pick<Axes, 'fusion'>): Axes['layout'] {
  return engineFuses(fusion) ? 'engine' : 'plain';
}

/** Whether a case has the hygiene, or the layout, that follows from its other axes. */
export function isUsual(axis: 'hygiene' | 'layout', axes: Axes): boolean {
  return axes[axis] === (axis === 'hygiene' ? usualHygiene(axes) : usualLayout(axes));
}

/**
 * The toggles of a case. Two things cannot be asked for: a layout of the engine's where it does not fuse, and a graph that is converted to
 * another precision without being cleaned.
 */
export function axesOf(values: AxisValues): Axes {
  const { backend, batch_size, precision, fusion, threads, spinning } = values;
  const hygiene = values.hygiene === 'auto' || isConverted(precision) ? usualHygiene(values) : values.hygiene;
  const layout = values.layout === 'auto' || !engineFuses(fusion) ? usualLayout(values) : values.layout;
  return { backend, batchSize: batch_size, precision, fusion, threads, spinning, hygiene, layout };
}

/** The axes as the key of a case has them: what follows from the others is left out, so that it may be told in more detail one day. */
export function axesOfKey(axes: Axes): Partial<Axes> {
  const { hygiene, layout, ...others } = axes;
  return {
    ...others,
    ...(isUsual('hygiene', axes) ? {} : { hygiene }),
    ...(isUsual('layout', axes) ? {} : { layout }),
  };
}

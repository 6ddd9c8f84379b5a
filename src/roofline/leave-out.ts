import type { HardwareProfile } from '../hardware/profile.ts';
import type { PublishedFigure } from '../hardware/published.ts';
import { median } from '../stats/moments.ts';
import { generationOf } from './effects.ts';
import { type Evidence, inUnit, sortEvidence } from './evidence.ts';
import { groupBy } from './group-by.ts';
import { plainRooflineSeconds } from './plain-roofline.ts';
import { type Projection, Projector } from './project.ts';

/**
 * What is left out together: all figures of a device, of an architecture, of a generation of architectures, or of a model, as if it were one
 * that nobody has published of.
 */
export const leftOutTogether = ['device', 'architecture', 'generation', 'model'] as const;
export type LeftOutTogether = (typeof leftOutTogether)[number];

/** A published figure and what would have been projected had it not been known. */
export interface LeftOut {
  readonly evidence: Evidence;
  readonly projection: Projection;
  /** What the plain roofline projects, in the figure's unit; null where it has nothing to go by. */
  readonly plain: number | null;
}

/**
 * Projects every published figure from the others, each time without all figures of its device, architecture, generation or model; intervals, too,
 * are made without them.
 */
export function leaveOut(
  profiles: readonly HardwareProfile[],
  figures: readonly PublishedFigure[],
  together: LeftOutTogether,
): readonly LeftOut[] {
  return leaveOutEvidence(profiles, sortEvidence(figures, profiles).evidence, together);
}

/** The same of evidence; where one's own measurements are among it, those are projected, and published figures only stand beside them. */
export function leaveOutEvidence(
  profiles: readonly HardwareProfile[],
  evidence: readonly Evidence[],
  together: LeftOutTogether,
): readonly LeftOut[] {
  const hasOwn = evidence.some(({ measured }) => measured !== undefined);
  const groups = groupBy(evidence, (one) => groupOf(one, together));
  return [...groups].flatMap(([group, members]) => {
    const asked = hasOwn ? members.filter(({ measured }) => measured !== undefined) : members;
    if (asked.length === 0) return [];
    const rest = evidence.filter((one) => groupOf(one, together) !== group);
    const projector = new Projector(profiles, rest);
    return asked.map((one) => {
      const seconds = plainRooflineSeconds(one, rest);
      const { accelerator, scenario, precision, unit, stack } = one.figure;
      return {
        evidence: one,
        projection: projector.project({ accelerator, scenario, precision, unit, stack, cost: one.model }),
        plain: seconds === null ? null : inUnit(seconds, one.figure.unit, one.model),
      };
    });
  });
}

function groupOf({ profile: { id, architecture }, model }: Evidence, together: LeftOutTogether): string {
  if (together === 'device') return id;
  if (together === 'model') return model.id;
  return together === 'architecture' ? architecture : generationOf(architecture);
}

/** How good projections of left-out figures were. Shares are of 1; null where there is nothing to take them of. */
export interface LeaveOutSummary {
  readonly figures: number;
  readonly refusedShare: number | null;
  /** Medians of |projected ÷ published − 1|. */
  readonly medianError: number | null;
  readonly plainMedianError: number | null;
  /** Share of the figures that lie in their interval. */
  readonly coverage: number | null;
  /** Median of √(high ÷ low): the interval is the value times and divided by it. */
  readonly medianFactor: number | null;
}

export function summarise(rows: readonly LeftOut[]): LeaveOutSummary {
  const answered = rows.flatMap(({ evidence, projection }) =>
    'refused' in projection ? [] : [{ published: evidence.figure.value, projection }],
  );
  const plain = rows.flatMap((row) =>
    row.plain === null ? [] : [Math.abs(row.plain / row.evidence.figure.value - 1)],
  );
  const errors = answered.map(({ published, projection }) => Math.abs(projection.value / published - 1));
  const inside = answered.filter(({ published, projection: { low, high } }) => low <= published && published <= high);
  const factors = answered.map(({ projection: { low, high } }) => Math.sqrt(high / low));
  return {
    figures: rows.length,
    refusedShare: rows.length === 0 ? null : (rows.length - answered.length) / rows.length,
    medianError: medianOrNull(errors),
    plainMedianError: medianOrNull(plain),
    coverage: answered.length === 0 ? null : inside.length / answered.length,
    medianFactor: medianOrNull(factors),
  };
}

function medianOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : median(Float64Array.from(values).sort());
}

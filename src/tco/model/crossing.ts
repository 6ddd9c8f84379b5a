import { checkPositive } from './check-figure.ts';
import type { CostLine, VolumeCurve } from './volume-curve.ts';

/** Where one option is cheaper than another. Volumes are requests a day in the first year. */
export interface Crossing {
  /** The stretches in which it is strictly cheaper, each above `from`, up to and including `to`. */
  readonly stretches: readonly Stretch[];
  /** The volume above which it is cheaper for the first time; 0: from the first request on; null: nowhere up to `examinedTo`. */
  readonly first: number | null;
  /** The volume above which it is cheaper at every larger one; null: there is none up to `examinedTo`. */
  readonly persistent: number | null;
  readonly examinedTo: number;
  /** Whether it is certain that nothing changes beyond `examinedTo`. */
  readonly isSettled: boolean;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** More pieces than that take seconds; the volume is far beyond all steps that matter. */
const mostPieces = 1_000_000;

/**
 * Where `a` is cheaper than `b`, at every volume up to `upTo`. Costs climb in steps of whole machines, so that there are often several
 * crossings: every piece between two steps of either option is looked at, none is sampled. Without `upTo` it goes as far as anything can
 * change, which is known where both costs are straight lines in machines and volume. Throws a RangeError where it is not.
 */
export function crossing(a: VolumeCurve, b: VolumeCurve, upTo?: number): Crossing {
  const settled = settledVolume(a, b);
  const examinedTo = upTo ?? settled;
  if (examinedTo === null) {
    throw new RangeError(
      `Expected a volume up to which ${a.name} and ${b.name} are compared: their costs are no straight lines, or rise equally fast.`,
    );
  }
  checkPositive('a volume up to which costs are compared', examinedTo);

  const stretches: Stretch[] = [];
  let from = 0;
  for (const to of stepsUpTo([...a.steps, ...b.steps], examinedTo)) {
    const cheaper = cheaperWithin(a, b, from, to);
    const last = stretches.at(-1);
    if (cheaper !== null && last !== undefined && last.to === cheaper.from) {
      stretches[stretches.length - 1] = { from: last.from, to: cheaper.to };
    } else if (cheaper !== null) stretches.push(cheaper);
    from = to;
  }
  const last = stretches.at(-1);
  return {
    stretches,
    first: stretches[0]?.from ?? null,
    persistent: last?.to === examinedTo ? last.from : null,
    examinedTo,
    isSettled: settled !== null && examinedTo >= settled,
  };
}

/** The volumes at which a fleet is full, in rising order, and the last one examined. */
function stepsUpTo(steps: readonly number[], upTo: number): Float64Array {
  const counts = steps.map((step) => Math.floor(upTo / step));
  const total = counts.reduce((sum, count) => sum + count, 1);
  if (!(total <= mostPieces)) {
    throw new RangeError(`Expected a volume with at most ${mostPieces} steps up to it, got ${upTo} with ${total}.`);
  }
  const ends = new Float64Array(total);
  let filled = 0;
  for (const [index, step] of steps.entries()) {
    for (let count = 1; count <= (counts[index] ?? 0); count++) ends[filled++] = count * step;
  }
  ends[filled] = upTo;
  ends.sort();
  // Equal steps of both options may differ in their last bits; between them there is nothing.
  return ends.filter((end, index) => index === ends.length - 1 || (ends[index + 1] ?? 0) - end > 1e-12 * end);
}

/** Where within a piece (from, to], in which the fleets stay as they are, `a` is cheaper. */
function cheaperWithin(a: VolumeCurve, b: VolumeCurve, from: number, to: number): Stretch | null {
  const inside = (from + to) / 2;
  const machinesOf = ({ steps }: VolumeCurve) => steps.map((step) => Math.ceil(inside / step));
  const machinesOfA = machinesOf(a);
  const machinesOfB = machinesOf(b);
  const isCheaper = (volume: number) => a.cost(volume, machinesOfA) < b.cost(volume, machinesOfB);
  const before = isCheaper(from);
  const after = isCheaper(to);
  if (before === after) return before ? { from, to } : null;
  let low = from;
  let high = to;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (isCheaper(middle) === before) low = middle;
    else high = middle;
  }
  return before ? { from, to: low } : { from: low, to };
}

/**
 * The volume beyond which the same option stays the cheaper one; null: unknown. With V the volume and s what one machine carries, the
 * machines are at least V / s and less than V / s + 1, so that each cost lies between two parallel lines; beyond the point where the upper
 * line of the one meets the lower line of the other, nothing can change.
 */
export function settledVolume(a: VolumeCurve, b: VolumeCurve): number | null {
  const stepOfA = a.steps[0];
  const stepOfB = b.steps[0];
  if (a.line === null || b.line === null || stepOfA === undefined || stepOfB === undefined) return null;
  const slope = (line: CostLine, step: number) => line.perMachine / step + line.perVolume;
  const difference = slope(b.line, stepOfB) - slope(a.line, stepOfA);
  const meeting =
    difference > 0
      ? (a.line.fixed + a.line.perMachine - b.line.fixed) / difference
      : (b.line.fixed + b.line.perMachine - a.line.fixed) / -difference;
  // One step further, so that the last stretch is seen as well as known.
  return Number.isFinite(meeting) ? Math.max(0, meeting) + Math.max(stepOfA, stepOfB) : null;
}

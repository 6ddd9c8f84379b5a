import { checkValues } from './check-values.ts';

/**
 * The curve through points that bends nowhere between them: it rises where they rise and falls where they fall, so that it lies within each
 * pair of neighbours. Cubic pieces with a continuous slope, by M. Steffen, "A simple method for monotonic interpolation in one dimension",
 * Astronomy and Astrophysics 239 (1990), 443–450; two points are joined by a straight line. `x` rises strictly. The answer throws a
 * RangeError beyond the points: the curve says nothing there.
 */
export function monotoneCurve(x: readonly number[], y: readonly number[]): (at: number) => number {
  checkValues(x, 2, 'places');
  checkValues(y, 2);
  if (x.length !== y.length) throw new RangeError(`Expected ${x.length} values, one a place, got ${y.length}.`);
  if (x.some((place, index) => index > 0 && place <= (x[index - 1] ?? 0))) {
    throw new RangeError(`Expected places in rising order, got ${x.join(', ')}.`);
  }
  const steps = x.slice(1).map((place, index) => place - (x[index] ?? 0));
  const secants = y.slice(1).map((value, index) => (value - (y[index] ?? 0)) / (steps[index] ?? 1));
  const slopes = x.map((_, index) => slopeAt(index, steps, secants));
  return (at) => {
    const last = x.length - 1;
    if (!(at >= (x[0] ?? 0) && at <= (x[last] ?? 0))) {
      throw new RangeError(`Expected a place from ${x[0]} to ${x[last]}, got ${at}.`);
    }
    const next = x.findIndex((place, index) => index > 0 && at <= place);
    const piece = next - 1;
    const [step = 1, secant = 0, left = 0, right = 0] = [steps[piece], secants[piece], slopes[piece], slopes[next]];
    const cubic = (left + right - 2 * secant) / step ** 2;
    const square = (3 * secant - 2 * left - right) / step;
    const beyond = at - (x[piece] ?? 0);
    return (y[piece] ?? 0) + beyond * (left + beyond * (square + beyond * cubic));
  };
}

/** Slope at a point: that of the parabola through it and its neighbours, limited so that no piece overshoots (equations 11 and 24 to 28). */
function slopeAt(index: number, steps: readonly number[], secants: readonly number[]): number {
  const [step = 1, secant = 0] = [steps[index], secants[index]];
  const [stepBefore = 1, secantBefore = 0] = [steps[index - 1], secants[index - 1]];
  if (secants.length === 1) return secants[0] ?? 0;
  if (index === 0) return endSlope(step, secant, steps[1] ?? 1, secants[1] ?? 0);
  if (index === secants.length)
    return endSlope(stepBefore, secantBefore, steps[index - 2] ?? 1, secants[index - 2] ?? 0);
  const parabola = (secantBefore * step + secant * stepBefore) / (stepBefore + step);
  const least = Math.min(Math.abs(secantBefore), Math.abs(secant), Math.abs(parabola) / 2);
  return (Math.sign(secantBefore) + Math.sign(secant)) * least;
}

/** At an end of the curve, from the first piece and the one after it. */
function endSlope(step: number, secant: number, stepAfter: number, secantAfter: number): number {
  const share = step / (step + stepAfter);
  const parabola = secant * (1 + share) - secantAfter * share;
  if (parabola * secant <= 0) return 0;
  return Math.abs(parabola) > 2 * Math.abs(secant) ? 2 * secant : parabola;
}

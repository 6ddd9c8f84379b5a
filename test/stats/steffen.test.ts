import { expect, test } from 'vitest';
import { generator, uniform } from '../../src/stats/random.ts';
import { monotoneCurve } from '../../src/stats/steffen.ts';

test('points on a parabola that rises from its foot are joined by that parabola', () => {
  // Steffen's slopes at 0, 1 and 2 are then 0, 2 and 4: those of x².
  const curve = monotoneCurve([0, 1, 2], [0, 1, 4]);
  for (const x of [0, 0.3, 0.5, 1, 1.25, 1.5, 2]) expect(curve(x)).toBeCloseTo(x ** 2, 14);
});

test('points at unequal distances are joined as by hand', () => {
  // Secants 2 and 0.5; slopes 2.5 (parabola at the end), 2 · min(2, 0.5, 1.5 / 2) = 1, and 0 (the parabola would fall).
  const curve = monotoneCurve([0, 1, 3], [0, 2, 3]);
  expect(curve(0.5)).toBeCloseTo((0 + 2) / 2 + (1 / 8) * (2.5 - 1), 14);
  expect(curve(2)).toBeCloseTo((2 + 3) / 2 + (2 / 8) * (1 - 0), 14);
});

test('an end that would overshoot is limited to twice its secant', () => {
  // Secants 1 and −9: the parabola at the start would rise by 1 · 1.5 + 9 · 0.5 = 6, more than 2.
  const curve = monotoneCurve([0, 1, 2], [0, 1, -8]);
  expect(curve(0.5)).toBeCloseTo(0.5 + (1 / 8) * (2 - 0), 14);
});

test('two points are joined by a straight line', () => {
  expect(monotoneCurve([1, 3], [10, 20])(1.5)).toBeCloseTo(12.5, 14);
});

test('between any two neighbours the curve stays between their values', () => {
  const source = generator(5);
  for (let round = 0; round < 200; round++) {
    const places: number[] = [];
    const values: number[] = [];
    for (let index = 0; index < 6; index++) {
      places.push((places.at(-1) ?? 0) + 0.05 + uniform(source) * 3);
      values.push(uniform(source) * 10 - (round % 2) * 5);
    }
    const curve = monotoneCurve(places, values);
    for (let index = 1; index < places.length; index++) {
      const [from = 0, to = 0, left = 0, right = 0] = [
        places[index - 1],
        places[index],
        values[index - 1],
        values[index],
      ];
      expect(curve(from)).toBeCloseTo(left, 10);
      expect(curve(to)).toBeCloseTo(right, 10);
      for (const share of [0.1, 0.35, 0.5, 0.8, 0.95]) {
        const at = curve(from + share * (to - from));
        expect(at).toBeGreaterThanOrEqual(Math.min(left, right) - 1e-9);
        expect(at).toBeLessThanOrEqual(Math.max(left, right) + 1e-9);
      }
    }
  }
});

test('beyond the points, and for points that are none, there is no curve', () => {
  const curve = monotoneCurve([0, 1], [0, 1]);
  expect(() => curve(1.01)).toThrow('from 0 to 1, got 1.01');
  expect(() => curve(Number.NaN)).toThrow(RangeError);
  expect(() => monotoneCurve([0, 0], [1, 2])).toThrow('rising order');
  expect(() => monotoneCurve([0, 1], [1])).toThrow(RangeError);
  expect(() => monotoneCurve([0], [1])).toThrow(RangeError);
});

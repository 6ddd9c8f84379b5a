import { expect, test } from 'vitest';
import { counterDifference, integratePower, sensorSamples } from '../../src/analysis/energy-integral.ts';

const window = { start: 10, seconds: 4 };

test('constant power over the window is power times its length', () => {
  expect(integratePower({ seconds: [9, 11, 13, 15], values: [50, 50, 50, 50] }, window)).toBeCloseTo(200, 9);
});

test('power at the edges of the window is interpolated', () => {
  // Power rises by 10 W a second and is 0 at 9 s: 10 W at 10 s, 50 W at 14 s; the mean of 30 W over 4 s makes 120 J.
  expect(integratePower({ seconds: [9, 10.5, 13, 15], values: [0, 15, 40, 60] }, window)).toBeCloseTo(120, 9);
});

test('samples outside of the window count at its edges only', () => {
  const samples = { seconds: [8, 9.9, 10, 12, 14, 14.1, 15], values: [900, 900, 50, 50, 50, 900, 900] };
  expect(integratePower(samples, window)).toBeCloseTo(200, 9);
});

test('samples that begin after the window or end before it make no energy, and the reason says by how much', () => {
  expect(integratePower({ seconds: [10.5, 12, 15], values: [1, 1, 1] }, window)).toEqual({
    code: 'ENERGY_NOT_BRACKETED',
    need: 'a sample before the window',
    have: '0.50 s without one',
  });
  expect(integratePower({ seconds: [9, 12, 13], values: [1, 1, 1] }, window)).toEqual({
    code: 'ENERGY_NOT_BRACKETED',
    need: 'a sample after the window',
    have: '1.00 s without one',
  });
});

test('a gap of more than three seconds in the window is an energy gap; of three, none', () => {
  expect(integratePower({ seconds: [9, 10, 13.5, 14, 15], values: [1, 1, 1, 1, 1] }, window)).toEqual({
    code: 'ENERGY_GAP',
    need: 3,
    have: 3.5,
  });
  expect(integratePower({ seconds: [9, 10, 13, 14, 15], values: [1, 1, 1, 1, 1] }, window)).toBeCloseTo(4, 9);
});

test('a window with fewer than two samples in it is too short for the sensor', () => {
  const short = { start: 10, seconds: 0.3 };
  expect(integratePower({ seconds: [9.9, 10.1, 10.4], values: [5, 5, 5] }, short)).toEqual({
    code: 'WINDOW_TOO_SHORT_FOR_SENSOR',
    need: 2,
    have: 1,
  });
});

test('no samples at all are no energy', () => {
  expect(integratePower({ seconds: [], values: [] }, window)).toMatchObject({ code: 'NO_POWER_SAMPLES', have: 0 });
});

test('a counter gives its difference between the edges, interpolated between readings', () => {
  // 20 J a second: from (10 − 9) · 20 = 20 J at 10 s to 100 J at 14 s.
  expect(counterDifference({ seconds: [9, 11, 13, 15], values: [0, 40, 80, 120] }, window)).toBeCloseTo(80, 9);
});

test('a gap within the window costs a counter nothing, one at its edge does', () => {
  const inside = { seconds: [9.9, 10.1, 13.9, 14.1], values: [0, 4, 80, 84] };
  expect(counterDifference(inside, window)).toBeCloseTo(80, 9); // 2 J at 10 s, 82 J at 14 s
  const atEdge = { seconds: [6, 10.1, 13.9, 14.1], values: [0, 4, 80, 84] };
  expect(counterDifference(atEdge, window)).toMatchObject({ code: 'ENERGY_GAP', need: 3 });
});

test('a counter that fell was reset; one that stepped once says nothing', () => {
  expect(counterDifference({ seconds: [9, 11, 13, 15], values: [50, 60, 1, 10] }, window)).toMatchObject({
    code: 'COUNTER_RESET',
  });
  expect(counterDifference({ seconds: [9, 11, 13, 15], values: [50, 50, 60, 60] }, window)).toEqual({
    code: 'WINDOW_TOO_SHORT_FOR_SENSOR',
    need: 2,
    have: 1,
  });
});

test('samples are put where they were taken, in order, those of one instant as their mean, without what was not read', () => {
  const samples = sensorSamples([1, 2, 3, 4, 5], [10, Number.NaN, 30, 50, 40], [0, 0, 0.5, 0, 2.5]);
  // 30 W at 3 − 0.5, 50 W at 4, 40 W at 5 − 2.5: the first and the last of these are of one instant.
  expect(samples).toEqual({ seconds: [1, 2.5, 4], values: [10, 35, 50] });
});

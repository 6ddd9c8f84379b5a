import { expect, test } from 'vitest';
import { differenceWatts, powerUncertainty, unseenWatts } from '../../src/analysis/energy-uncertainty.ts';

const power = { meanWatts: 400, spreadWatts: 40, readings: 48, sensorError: 0.05, sensorCoverage: 0.25 };

test('a sensor that looks all the time leaves its own error and nothing else', () => {
  expect(powerUncertainty({ ...power, sensorCoverage: 1 })).toBe(0.05);
});

test('a sensor that sees a quarter leaves 1.96 · s · √(0.75 / n) more', () => {
  // √(0.75 / 48) = 1/8; 1.96 · 40 / 8 = 9.8 W of 400 W are 2.45 %.
  expect(unseenWatts(power)).toBeCloseTo(9.8, 12);
  expect(powerUncertainty(power)).toBeCloseTo(0.0745, 12);
  // Four times the readings halve it.
  expect(powerUncertainty({ ...power, readings: 192 })).toBeCloseTo(0.05 + 0.01225, 12);
});

test('in a difference the error of the sensor stays the same share, and what was not seen adds up in squares', () => {
  // At rest: 1.96 · 4 · √(0.75 / 12) = 1.96 W; √(9.8² + 1.96²) = 9.994 W of 300 W.
  const idle = { ...power, meanWatts: 100, spreadWatts: 4, readings: 12 };
  expect(differenceWatts(power, idle)).toBeCloseTo(15 + Math.hypot(9.8, 1.96), 12);
  const all = { sensorCoverage: 1 };
  expect(differenceWatts({ ...power, ...all }, { ...idle, ...all })).toBeCloseTo(15, 12);
});

import { expect, test } from 'vitest';
import {
  checkSettings,
  confirmLooks,
  defaultSettings,
  type GateSettings,
  quickSettings,
} from '../../src/gate/settings.ts';
import { latency } from './made-pairs.ts';

const settings: GateSettings = { ...defaultSettings, metrics: [latency()] };

test('a confirm stage takes as many pairs as the first one, at least ten, and goes on to the planned looks', () => {
  expect(confirmLooks(settings, 10, 1)).toEqual([10, 16, 24, 40]);
  expect(confirmLooks(settings, 16, 1)).toEqual([16, 24, 40]);
  expect(confirmLooks(settings, 40, 1)).toEqual([40]);
});

test('of many chosen rows each can still be found: 2^−pairs, times their number, lies below the part of a look', () => {
  const [first = 0] = confirmLooks(settings, 10, 50);
  expect(first).toBe(15); // 0.05 / 2 / 4 / 50 = 1/8000: 13 pairs, and two more
  expect(50 * 2 ** -(first - 2)).toBeLessThan(0.05 / 2 / 4);
});

test('--quick has at least six pairs in both stages', () => {
  expect(quickSettings.looks[0]).toBeGreaterThanOrEqual(6);
  expect(confirmLooks({ ...quickSettings, metrics: [] }, 8, 1)).toEqual([9, 16]); // 0.05 / 2 / 2 = 1/80: 7 pairs, and two more
});

test.each([
  [{ looks: [] }, 'looks must be whole numbers above 0 that rise, got []'],
  [{ looks: [10, 10] }, 'got [10,10]'],
  [{ looks: [0, 10] }, 'got [0,10]'],
  [{ alpha: 0 }, 'alpha must lie between 0 and 1, got 0'],
  [{ confirmRounds: 0 }, 'confirmRounds must be a whole number above 0, got 0'],
  [{ metrics: [latency({ margin: 0 })] }, 'the margin of digits, latency_p50 must be above 0, got 0'],
  [{ metrics: [latency({ margin: -1, kind: 'exact' })] }, 'must be at least 0, got -1'],
  [{ metrics: [latency({ floor: Number.NaN })] }, 'the floor of digits, latency_p50 must be at least 0, got NaN'],
  [{ metrics: [latency(), latency()] }, 'digits, latency_p50 stands there twice'],
] as const)('%j are refused', (wrong, message) => {
  expect(() => checkSettings({ ...settings, ...wrong })).toThrow(message);
  expect(() => checkSettings({ ...settings, ...wrong })).toThrow(
    expect.objectContaining({ code: 'GATE_SETTINGS_INVALID', exitCode: 3 }),
  );
});

test('what holds by default is accepted', () => {
  expect(() => checkSettings(settings)).not.toThrow();
  expect(() => checkSettings({ ...quickSettings, metrics: [] })).not.toThrow();
});

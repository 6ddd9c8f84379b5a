import { expect, test } from 'vitest';
import { deviceTimeOf } from '../../src/analysis/device-time.ts';
import { measured } from './run-fixture.ts';

test('a case whose engine takes no events of a device has no time of it', () => {
  expect(deviceTimeOf([{ ...measured, queries: 10 }])).toBe(null);
});

test('both times are means over the queries of all rounds, and their ratio is of the sums', () => {
  const first = { ...measured, queries: 10, deviceTime: { runs: 10, insideSeconds: 0.3, deviceSeconds: 0.2 } };
  const second = { ...measured, queries: 30, deviceTime: { runs: 60, insideSeconds: 0.9, deviceSeconds: 0.8 } };
  expect(deviceTimeOf([first, second])).toEqual({
    unit: 's',
    inside: expect.closeTo(0.03, 12), // (0.3 + 0.9) / 40
    device: expect.closeTo(0.025, 12), // (0.2 + 0.8) / 40
    ratio: expect.closeTo(1.2, 12),
  });
});

test('a round without events leaves the case without: the others would be a choice', () => {
  const timed = { ...measured, queries: 10, deviceTime: { runs: 10, insideSeconds: 0.3, deviceSeconds: 0.2 } };
  expect(deviceTimeOf([timed, { ...measured, queries: 10 }])).toBe(null);
});

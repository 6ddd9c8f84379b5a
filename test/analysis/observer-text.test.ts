import { expect, test } from 'vitest';
import { observerText } from '../../src/analysis/observer-text.ts';

const effect = {
  blocks: { on: 20, off: 20 },
  hertz: 10,
  p50: { change: 0.0021, ci95: [-0.005, 0.009] },
  p99: null,
} as const;

test('an interval that holds 0 says what could hide in it', () => {
  expect(observerText(effect)).toBe(
    'sampling at 10 Hz changes p50 by +0.21 % (95 %: −0.5 to 0.9 %; less than 0.9 % cannot be told from none)',
  );
});

test('an effect that is shown is said without it, that of p99 behind that of p50', () => {
  expect(observerText({ ...effect, p99: { change: -0.034, ci95: [-0.05, -0.021] } })).toMatch(
    /, p99 by −3\.4 % \(95 %: −5 to −2\.1 %\)$/,
  );
});

test('where it is not known, the reason is said', () => {
  expect(observerText({ code: 'TOO_FEW_BLOCKS', need: 12, have: 10 })).toBe(
    'what sampling does to the latency is not known: an interval needs 12 blocks of it, with and without sampling, and there are 10',
  );
});

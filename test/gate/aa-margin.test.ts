import { expect, test } from 'vitest';
import { areTrusted, drawRowReplays, isAboveNoise, ratesAt, supportedMargin } from '../../src/gate/aa-margin.ts';
import { measuredRounds, replayGate } from '../../src/gate/aa-replay.ts';
import { selfNoise } from '../../src/gate/self-noise.ts';
import { sortPairs } from '../../src/gate/series.ts';
import { defaultLimits } from '../../src/gate/settings.ts';
import { type MadeSession, madeSession } from './aa-pairs.ts';
import { latency } from './made-pairs.ts';

function row(made: MadeSession = {}, replays = 100) {
  const { settings, pairs } = madeSession(made);
  const metric = latency(made.metric);
  const { valid } = sortPairs(metric, pairs, defaultLimits);
  const noise = selfNoise(valid, settings.seed) ?? Number.NaN;
  return { settings, pairs, noise, drawn: drawRowReplays(metric, valid, settings, replays) };
}

test('the supported margin is at least twice the noise, and of more noise more', () => {
  const margins = [0.005, 0.02, 0.05].map((noise) => {
    const { drawn, noise: found } = row({ noise });
    const supported = supportedMargin(drawn, 0.01, found);
    expect(Math.log1p(supported?.margin ?? Number.NaN)).toBeGreaterThanOrEqual(2 * found);
    expect(supported?.alarms).toBe(0);
    expect(supported?.settled).toBeGreaterThanOrEqual(95);
    return supported?.margin ?? Number.NaN;
  });
  // Twice 1.96 · √2 · noise / √40 is 0.88 · noise: 0.4 %, 1.8 % and 4.4 %; the estimates of 40 pairs vary by a fifth or so.
  expect(margins[0]).toBeLessThanOrEqual(0.01);
  expect(margins[1]).toBeGreaterThanOrEqual(0.015);
  expect(margins[1]).toBeLessThanOrEqual(0.03);
  expect(margins[2]).toBeGreaterThanOrEqual(0.04);
  expect(margins[2]).toBeLessThanOrEqual(0.07);
});

test('where processes differ manyfold no margin up to 100 % is supported', () => {
  const { drawn, noise } = row({ noise: 2 });
  expect(supportedMargin(drawn, 0.01, noise)).toBeNull();
});

test('a floor that is more than the noise makes any margin do', () => {
  const { drawn, noise } = row({ noise: 0.03, metric: { floor: 0.001 } });
  // 1 ms of 10 ms is a threshold of 10 %.
  expect(supportedMargin(drawn, 0.01, noise)?.margin).toBe(0.005);
  expect(isAboveNoise(latency({ margin: 0.005 }), 0.01, noise)).toBe(false);
  expect(isAboveNoise(latency({ margin: 0.005, floor: 0.001 }), 0.01, noise)).toBe(true);
});

test('rates of one row agree with those of gates that are decided in full', () => {
  const { settings, pairs, drawn } = row({ noise: 0.06, metric: { margin: 0.05 } }, 300);
  const rounds = measuredRounds(settings, pairs);
  const gates = Array.from({ length: 300 }, (_, seed) => replayGate(settings, rounds, seed));
  const settled = gates.filter(({ decision }) => ['pass', 'improved'].includes(decision.verdict)).length;
  const rates = ratesAt(0.05, drawn);
  // Both are shares of 300 draws of the same: they differ by less than four standard errors of a difference, 4 · √(2 · ¼ / 300).
  expect(Math.abs(rates.settled - settled) / 300).toBeLessThan(0.17);
  expect(rates.settled).toBeGreaterThan(30);
  expect(rates.settled).toBeLessThan(290);
});

test('one alarm of a hundred is trusted and two are not, nor are six answers that are missing', () => {
  expect(areTrusted({ replays: 100, alarms: 1, settled: 99 })).toBe(true);
  expect(areTrusted({ replays: 100, alarms: 2, settled: 98 })).toBe(false);
  expect(areTrusted({ replays: 100, alarms: 0, settled: 95 })).toBe(true);
  expect(areTrusted({ replays: 100, alarms: 0, settled: 94 })).toBe(false);
});

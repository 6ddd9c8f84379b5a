import { expect, test } from 'vitest';
import { compareValuesCommand, percentilesCommand } from '../../../src/cli/commands/stats-values.ts';
import { captureStreams } from '../fixtures/capture-streams.ts';

async function* stdin(value: unknown) {
  yield JSON.stringify(value);
}

async function asked(command: typeof percentilesCommand, value: unknown, json = true): Promise<string> {
  const streams = captureStreams();
  expect(await command({ json }, streams, stdin(value))).toBe(0);
  return streams.out();
}

// 0 … 199 in an order that spreads neighbours: 77 and 200 have no common divisor.
const spread = Array.from({ length: 200 }, (_, index) => (index * 77) % 200);

test('percentiles of 200 numbers have what they support, and say what is missing', async () => {
  const answer = JSON.parse(await asked(percentilesCommand, spread));
  expect(answer).toMatchObject({ count: 200, min: 0, max: 199, mean: { value: 99.5, batchesCorrelated: false } });
  expect(answer.percentiles.p50).toMatchObject({ value: 100, reason: null });
  // B(200, ½): P(B ≤ 85) = 2.00 %, P(B ≤ 86) = 2.8 %: ranks 86 and 115, which hold 85 and 114.
  expect(answer.percentiles.p50.ci95).toEqual([85, 114]);
  expect(answer.percentiles.p95.value).toBe(190);
  expect(answer.percentiles.p95.under).toBeGreaterThan(190);
  expect(answer.percentiles.p99).toEqual({
    value: null,
    ci95: null,
    attained: null,
    under: null,
    reason: { code: 'TOO_FEW_SAMPLES', need: 662, have: 200 },
  });
});

test('the table says what is withheld and why', async () => {
  const text = await asked(percentilesCommand, [3, 1, 2], false);
  expect(text).toMatch(/p50 +3 of the 11 that it takes/);
  expect(text).toContain('mean 2 (no interval: 3 of the 200 that it takes)');
  expect(text).toContain('3 numbers, worth');
});

test('a comparison of pairs has every test, and one of sets only those of sets', async () => {
  const value = { base: [10, 11, 12, 13, 14, 15], candidate: [11, 13, 15, 17, 19, 21] };
  const sets = JSON.parse(await asked(compareValuesCommand, value));
  expect(sets).toMatchObject({ base: { count: 6, mean: 12.5, median: 12.5 }, candidate: { mean: 16 }, pairs: null });
  expect(sets.ratio.value).toBeGreaterThan(1);
  expect(sets.welch.difference.value).toBe(3.5);
  const pairs = JSON.parse(await asked(compareValuesCommand, { ...value, paired: true })).pairs;
  // Differences 1 … 6, all positive: 2 / 64.
  expect(pairs).toMatchObject({
    shift: { value: 3.5, low: 1, high: 6 },
    signedRank: { pValue: 2 / 64 },
    sign: { positive: 6 },
  });
  const text = await asked(compareValuesCommand, { ...value, paired: true }, false);
  expect(text).toMatch(/shift of pairs \(Hodges–Lehmann\) +3.50 +1 … 6 +0.0313/);
});

test('what is not positive has no ratio, and single numbers have no intervals', async () => {
  expect(JSON.parse(await asked(compareValuesCommand, { base: [0, 1], candidate: [1, 2] })).ratio).toBeNull();
  const text = await asked(compareValuesCommand, { base: [1], candidate: [2], paired: true }, false);
  expect(text).toContain('none: 1 of the 2 that it takes');
  expect(text).toContain('none: 1 of the 6 that it takes');
});

test.each([
  ['text among numbers', percentilesCommand, [1, 'x'], '[1]: expected a number, got "x"'],
  ['no numbers', percentilesCommand, [], 'expected at least one number'],
  ['no candidate', compareValuesCommand, { base: [1] }, 'candidate: expected a list of numbers, got nothing'],
  ['an empty base', compareValuesCommand, { base: [], candidate: [1] }, 'base: expected at least one number'],
  [
    'pairs of different counts',
    compareValuesCommand,
    { base: [1], candidate: [1, 2], paired: true },
    'candidate: expected as many numbers as the base has',
  ],
] as const)('%s are refused with the place', async (_, command, value, words) => {
  const refused = command({ json: true }, captureStreams(), stdin(value));
  await expect(refused).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining(words) });
});

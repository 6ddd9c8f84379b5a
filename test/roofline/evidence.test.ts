import { expect, test } from 'vitest';
import { impossibleLabel, inUnit, secondsOf, sortEvidence } from '../../src/roofline/evidence.ts';
import { knownModel } from '../../src/roofline/known-models.ts';
import { device, figure } from './fixtures.ts';

const profiles = [device('gpu'), device('no-int8', { int8: null })];

test('the efficiency is the share of the peak', () => {
  // 12,195 images a second of 8.2e9 operations are 1e14, half of 2e14.
  const { evidence } = sortEvidence([figure('gpu', 1e14 / 8.2e9)], profiles);
  expect(evidence).toHaveLength(1);
  expect(evidence[0]?.logEfficiency).toBeCloseTo(Math.log(0.5), 9);
});

test('a label that implies more than the peak is rejected with both figures', () => {
  // 30,000 · 8.2e9 = 246e12.
  const { evidence, rejected } = sortEvidence([figure('gpu', 30_000)], profiles);
  expect(evidence).toEqual([]);
  expect(rejected).toMatchObject([{ code: 'ABOVE_PEAK', reason: expect.stringContaining('246 TFLOP/s') }]);
  expect(rejected[0]?.reason).toContain('the peak of 200 in int8');
});

test('a label is told to be impossible to whoever takes the figure, by batch size, too', () => {
  const changes = { scenario: 'OfflineBatch' as const, batchSize: 8, stack: 'mxnet' };
  expect(impossibleLabel(figure('gpu', 30_000, changes), profiles)).toMatch(
    /246 TFLOP\/s, more than the peak of 200 in int8/,
  );
  expect(impossibleLabel(figure('gpu', 20_000, changes), profiles)).toBeNull();
  expect(impossibleLabel(figure('gpu', 30_000, { precision: null }), profiles)).toBeNull();
});

test('what cannot be placed is rejected by its reason', () => {
  const { rejected } = sortEvidence(
    [
      figure('unheard-of', 1000),
      figure('gpu', 1000, { precision: null }),
      figure('no-int8', 1000),
      figure('gpu', 1000, { model: 'unheard-of' }),
      figure('gpu', 10, { model: 'bert-large-squad', unit: 'sequences/s per accelerator', stack: 'tensorflow' }),
    ],
    profiles,
  );
  expect(rejected.map(({ code }) => code)).toEqual(['NO_PROFILE', 'NO_PRECISION', 'NO_PEAK', 'NO_COST', 'NO_LENGTH']);
});

test('of a series by batch size the best stands for Offline and a batch of one for SingleStream', () => {
  const series = [1, 8, 64, 128].map((batchSize) =>
    figure('gpu', [200, 1500, 4000, 3900][Math.round(Math.log2(batchSize) / 3)] ?? 3900, {
      stack: 'mxnet',
      software: 'MxNet',
      scenario: 'OfflineBatch',
      batchSize,
      precision: 'fp16',
    }),
  );
  const { evidence, rejected } = sortEvidence(series, profiles);
  expect(evidence.map(({ scenario, seconds }) => [scenario, seconds])).toEqual([
    ['SingleStream', 1 / 200],
    ['Offline', 1 / 4000],
  ]);
  expect(rejected.map(({ code }) => code)).toEqual(['BY_BATCH_SIZE', 'BY_BATCH_SIZE']);
});

test('a series that ends early says nothing of many items, and what a compiler ran is a stack of its own', () => {
  const changes = { stack: 'tensorflow', software: 'TensorFlow +XLA', scenario: 'OfflineBatch' as const };
  const { evidence } = sortEvidence(
    [figure('gpu', 200, { ...changes, batchSize: 1 }), figure('gpu', 700, { ...changes, batchSize: 8 })],
    profiles,
  );
  expect(evidence.map(({ scenario, stack }) => [scenario, stack])).toEqual([['SingleStream', 'tensorflow+xla']]);
});

test('tokens, items and milliseconds are one scale', () => {
  const llama = knownModel('llama2-70b (99%)');
  if (llama === null) throw new Error('Llama 2 is not known');
  // 294 tokens are written for an item.
  expect(secondsOf({ unit: 'tokens/s per accelerator', value: 2940 }, llama)).toBeCloseTo(0.1, 12);
  expect(secondsOf({ unit: 'queries/s per accelerator', value: 10 }, llama)).toBeCloseTo(0.1, 12);
  expect(secondsOf({ unit: 'ms (p90)', value: 100 }, llama)).toBeCloseTo(0.1, 12);
  for (const unit of ['tokens/s per accelerator', 'samples/s per accelerator', 'ms (p90)'] as const) {
    expect(secondsOf({ unit, value: inUnit(0.25, unit, llama) }, llama)).toBeCloseTo(0.25, 12);
  }
});

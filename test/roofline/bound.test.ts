import { expect, test } from 'vitest';
import { boundSecondsAlone, boundSecondsPerItem } from '../../src/roofline/bound.ts';
import type { ModelCost } from '../../src/roofline/known-models.ts';

// Room for many caches: what is decoded together is 1024 items.
const roof = { peakOperationsPerSecond: 100e12, bandwidthBytesPerSecond: 1e12, bytesOfElement: 2, memoryBytes: 1e15 };
const image: ModelCost = {
  id: 'image',
  kind: 'convolution',
  operationsPerItem: 10e9,
  parameters: 50e6,
  decoding: null,
  source: 'made up',
};
// Reads 100 tokens and writes 100, 10e9 parameters: 2 · 10e9 · 200 operations.
const decoder: ModelCost = {
  id: 'decoder',
  kind: 'decoder',
  operationsPerItem: 4e12,
  parameters: 10e9,
  decoding: { tokensRead: 100, tokensWritten: 100, beams: 1, cacheElementsPerToken: 1e6 },
  source: 'made up',
};

test('many images take their operations at the peak', () => {
  expect(boundSecondsPerItem(image, roof)).toBeCloseTo(10e9 / 100e12, 12);
});

test('an image alone waits for the weights, too', () => {
  // 0.1 ms of operations and 50e6 · 2 bytes at 1 TB/s: another 0.1 ms.
  expect(boundSecondsAlone(image, roof)).toBeCloseTo(2e-4, 12);
});

test('a decoder reads at the peak and writes at the pace of the memory', () => {
  // Reading: 2e12 / 100e12 = 20 ms. Writing, for each of 100 tokens: weights 20e9 / 1024 bytes and the cache of 150 tokens, 150e6 · 2 bytes.
  const bytes = 20e9 / 1024 + 150e6 * 2;
  expect(boundSecondsPerItem(decoder, roof)).toBeCloseTo(0.02 + (100 * bytes) / 1e12, 9);
});

test('a decoder alone moves all of its weights for each token', () => {
  expect(boundSecondsAlone(decoder, roof)).toBeCloseTo(0.02 + (100 * (20e9 + 300e6)) / 1e12, 9);
});

test('a decoder on a device of much bandwidth is bound by its operations', () => {
  expect(boundSecondsPerItem(decoder, { ...roof, bandwidthBytesPerSecond: 1e18 })).toBeCloseTo(0.04, 9);
});

test('a memory that is mostly weights has room for few items, among which the weights are shared', () => {
  // Two devices of 30 GB hold 20 GB of weights in half of it: 40 GB are left for caches of 200 tokens, 400 MB each: 100 items.
  const bytes = 20e9 / 100 + 150e6 * 2;
  const small = { ...roof, memoryBytes: 30e9 };
  expect(boundSecondsPerItem(decoder, small)).toBeCloseTo(0.02 + (100 * bytes) / 1e12, 9);
  expect(boundSecondsPerItem(decoder, { ...roof, memoryBytes: null })).toBe(boundSecondsPerItem(decoder, roof));
});

test('beams are written side by side and share the cache of what was read', () => {
  // Two beams: 100 tokens read, 200 written: 6e12 operations, a third of them to read; caches of 100 tokens and half of 200.
  const beams: ModelCost = {
    ...decoder,
    operationsPerItem: 6e12,
    decoding: { tokensRead: 100, tokensWritten: 100, beams: 2, cacheElementsPerToken: 1e6 },
  };
  const bytes = 20e9 / 1024 + 200e6 * 2;
  expect(boundSecondsPerItem(beams, roof)).toBeCloseTo(0.02 + (100 * bytes) / 1e12, 9);
});

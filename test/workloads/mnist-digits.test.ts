import { expect, test } from 'vitest';
import { isHeldOut, mnistDigits } from '../../src/workloads/mnist-digits.ts';

const heldOut = mnistDigits('held-out');

test('the split is the one of the training script', () => {
  // Python: [(digit * 10_000 + index) * 2_654_435_761 % 2**32 < 2**30 for digit, index in …]
  const places = [0, 1, 2, 3, 4, 5, 10_000, 40_979, 90_977, 90_978] as const;
  expect(places.map((place) => isHeldOut(Math.floor(place / 10_000), place % 10_000))).toEqual([
    true,
    false,
    true,
    false,
    false,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('2,499 digits are held out, 7,501 are for training, and none is in both', () => {
  const training = mnistDigits('training');
  expect([heldOut.length, training.length]).toEqual([2499, 7501]);
  const key = ({ pixels }: { pixels: Uint8Array }) => Buffer.from(pixels).toString('base64');
  const trained = new Set(training.map(key));
  expect(heldOut.filter((digit) => trained.has(key(digit)))).toEqual([]);
});

test('the first thousand held-out digits hold a hundred of each', () => {
  const counts = new Array(10).fill(0);
  for (const { label } of heldOut.slice(0, 1000)) counts[label]++;
  expect(counts).toEqual(new Array(10).fill(100));
});

test('pixels are the whole range of a byte, 28 × 28 of them', () => {
  const [digit] = heldOut;
  expect(digit?.pixels).toHaveLength(784);
  expect([Math.min(...(digit?.pixels ?? [])), Math.max(...(digit?.pixels ?? [])) > 250]).toEqual([0, true]);
});

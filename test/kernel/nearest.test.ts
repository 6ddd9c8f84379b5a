import { expect, test } from 'vitest';
import { nearest } from '../../src/kernel/nearest.ts';

test.each([
  ['bacth_size', ['backend', 'batch_size', 'fusion'], 'batch_size'], // two letters swapped: distance 1
  ['batchsize', ['backend', 'batch_size'], 'batch_size'],
  ['Digits', ['digits', 'resnet50'], 'digits'],
  ['resnet', ['digits', 'resnet50'], 'resnet50'],
  ['foo', ['backend', 'batch_size'], null],
  ['threads_per_core', ['threads'], null], // 9 of 16 letters are too many
  ['x', [], null],
])('%s among %j is taken for %j', (name, known, expected) => {
  expect(nearest(name, known)).toBe(expected);
});

test('of equally near names the one that begins alike is taken', () => {
  expect(nearest('of', ['on', 'off'])).toBe('off'); // both at distance 1
  expect(nearest('of', ['off', 'on'])).toBe('off');
});

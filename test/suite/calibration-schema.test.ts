import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calibrationProblems, settleCalibration } from '../../src/suite/calibration-schema.ts';

const at = ['workloads', 0, 'calibration'];
const messages = (
  ...[file, data]: [Parameters<typeof calibrationProblems>[0], Parameters<typeof calibrationProblems>[1]]
) => calibrationProblems(file, data, at).map(({ path, message }) => `${path.slice(3).join('.')}: ${message}`);

test('items to calibrate with are of the kind of those that are measured', () => {
  const images = { kind: 'images', folder: 'more' } as const;
  expect(messages(images, { kind: 'images', folder: 'photos', labels: 'l.txt' })).toEqual([]);
  expect(messages(images, { kind: 'npy', folder: 'arrays' })).toEqual([
    'kind: expected data of the same kind, npy, got "images"',
  ]);
  // What is generated are tensors.
  expect(messages(images, undefined)).toEqual(['kind: expected "npy" where nothing is given as data, got "images"']);
  expect(messages({ kind: 'npy', folder: 'more' }, undefined)).toEqual([]);
});

test('the folder whose labels are used is refused, however it is written; without labels it is not', () => {
  const same = { kind: 'images', folder: './photos/../photos/' } as const;
  expect(messages(same, { kind: 'images', folder: 'photos', labels: 'l.txt' })).toEqual([
    'folder: expected another folder than that of "data", whose labels the accuracy is taken with: it would flatter int8',
  ]);
  expect(messages(same, { kind: 'images', folder: 'photos' })).toEqual([]);
});

test('paths count from the suite, those of inputs from the folder of the data', () => {
  const file = { kind: 'npy', folder: 'c', inputs: { ids: 'ids' } } as const;
  const folder = join('/', 'suites');
  expect(settleCalibration(file, folder)).toEqual({
    kind: 'npy',
    folder: join(folder, 'c'),
    inputs: { ids: join(folder, 'c', 'ids') },
  });
});

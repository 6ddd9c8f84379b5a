import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileSuites } from '../../src/suite/compile.ts';
import { inputError, known, suiteFolder } from './suite-folder.ts';

const { folder, write } = suiteFolder();
mkdirSync(join(folder, 'receipts'));
writeFileSync(join(folder, 'truth.txt'), 'a.jpg\ttext\n');

const compile = (workload: string, name = 'suite.yaml') =>
  compileSuites([write(`name: mine\nworkloads:\n  - ${workload}\n`, name)], {}, known);

test('a workload of the hub takes images of the user’s own under a name of its own', () => {
  const plan = compile('{ name: receipts, hub: digits, data: { kind: images, folder: receipts, truth: truth.txt } }');
  expect(plan.workloads).toEqual([
    {
      name: 'receipts',
      kind: 'hub_images',
      definition: null,
      images: {
        workload: 'digits',
        folder: join(folder, 'receipts'),
        labels: null,
        truth: join(folder, 'truth.txt'),
      },
    },
  ]);
  expect(plan.cases.map(({ id }) => id)).toEqual(['receipts/ort-cpu/b1/fp32/fusion-on/t2/single_stream']);
});

test('the key of a case tells workloads of the hub apart, and not where the images lie', () => {
  mkdirSync(join(folder, 'moved', 'receipts'), { recursive: true });
  const keyOf = (hub: string, name?: string) =>
    compile(`{ name: mine, hub: ${hub}, data: { kind: images, folder: receipts } }`, name).cases[0]?.key;
  expect(keyOf('digits', 'moved/suite.yaml')).toBe(keyOf('digits'));
  expect(keyOf('resnet50')).not.toBe(keyOf('digits'));
});

test.each([
  [
    'a workload that the hub does not have',
    '{ name: mine, hub: digit, data: { kind: images, folder: receipts } }',
    /suite\.yaml:3:\d+: workloads\[0\]\.hub: expected a known workload, got "digit"\. Did you mean "digits"\?/,
  ],
  [
    'a name that the hub has',
    '{ name: digits, hub: digits, data: { kind: images, folder: receipts } }',
    /workloads\[0\]\.name: expected a name that no workload of the hub has/,
  ],
  [
    'a folder that is not there',
    '{ name: mine, hub: digits, data: { kind: images, folder: reciepts } }',
    /workloads\[0\]\.data\.folder: expected a folder, got nothing at reciepts/,
  ],
  [
    'a key that only a model of one’s own has',
    '{ name: mine, hub: digits, data: { kind: images, folder: receipts }, metric: top1 }',
    /workloads\[0\]\.metric: expected a known key, got "metric"/,
  ],
  ['no data', '{ name: mine, hub: digits }', /workloads\[0\]\.data: .*the key is missing/],
  [
    'a misspelt key of a model of one’s own',
    '{ name: mine, modle: m.onnx, metric: top1 }',
    /workloads\[0\]\.modle: expected a known key, got "modle"\. Did you mean "model"\?/,
  ],
])('%s is refused with its place', (_name, workload, message) => {
  expect(inputError(() => compile(workload), folder)).toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(message),
  });
});

import { expect, test } from 'vitest';
import { register } from '../../src/cli/builtins.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { noPlugins } from '../../src/runner/plugins.ts';
import { compileSuites } from '../../src/suite/compile.ts';
import type { Overrides } from '../../src/suite/overrides.ts';
import { builtInWorkloads } from '../../src/workloads/builtin-workloads.ts';

const plugins = noPlugins();
register(plugins);
const known = {
  backends: plugins.backends.names(),
  workloads: builtInWorkloads.map(({ name }) => name),
  availableCores: 2,
};

/** The cases of a bundled suite, such as `resnet50 b1 int8 on`, with `layout` and `hygiene` for those of suites/fusion.yaml. */
function cases(name: string, overrides: Overrides = {}): string[] {
  return compileSuites([packageFile('suites', `${name}.yaml`)], overrides, known).cases.map(
    ({ workload, axes: { batchSize, precision, fusion, layout, hygiene } }) =>
      `${workload} b${batchSize} ${precision} ${fusion}${name === 'fusion' ? ` ${layout} hygiene-${hygiene}` : ''}`,
  );
}

test('the default suite has fusion off at one item alone, and int8 of the large model at both batch sizes', () => {
  expect(cases('default')).toEqual([
    'digits b1 fp32 on',
    'digits b1 fp32 off',
    'digits b1 int8 on',
    'digits b8 fp32 on',
    'resnet50 b1 fp32 on',
    'resnet50 b1 fp32 off',
    'resnet50 b1 int8 on',
    'resnet50 b8 fp32 on',
    'resnet50 b8 int8 on',
  ]);
});

test('what the default suite leaves out is run when it is asked for', () => {
  expect(cases('default', { workload: 'digits', batchSize: '8', fusion: 'off', precision: 'fp32' })).toEqual([
    'digits b8 fp32 off',
  ]);
  expect(cases('default', { workload: 'digits', precision: 'int8', fusion: 'off' })).toEqual([
    'digits b1 int8 off', // batch 8 without fusion was not asked for
  ]);
});

test('the suite of precisions has each precision of each of its models, but dynamic int8 of large convolutions', () => {
  const all = ['fp32', 'int8', 'int8_dynamic', 'fp16', 'bf16'];
  const expected = [
    ...all.map((precision) => `digits b8 ${precision} on`),
    ...['fp32', 'int8', 'fp16', 'bf16'].map((precision) => `resnet50 b1 ${precision} on`),
    ...['fp32', 'int8'].map((precision) => `resnet50 b8 ${precision} on`),
    ...all.map((precision) => `ocr-recognise b1 ${precision} on`),
    ...all.map((precision) => `bert-base b1 ${precision} on`),
  ];
  expect(cases('precision')).toEqual(expected);
});

test('the suite of fusions has fusion and layout, fusion and precision, and hygiene and fusion crossed', () => {
  expect(cases('fusion')).toEqual([
    'resnet50 b1 fp32 off plain hygiene-off',
    'resnet50 b1 fp32 engine engine hygiene-off',
    'resnet50 b1 fp32 engine plain hygiene-off',
    'resnet50 b1 fp32 graph plain hygiene-on',
    'resnet50 b1 fp32 on engine hygiene-on',
    'resnet50 b1 fp32 on plain hygiene-on',
    'resnet50 b1 int8 off plain hygiene-on',
    'resnet50 b1 int8 engine engine hygiene-on',
    'resnet50 b1 int8 engine plain hygiene-on',
    'resnet50 b1 int8 on engine hygiene-on',
    'resnet50-exported b1 fp32 off plain hygiene-off',
    'resnet50-exported b1 fp32 engine engine hygiene-off',
    'resnet50-exported b1 fp32 off plain hygiene-on',
    'resnet50-exported b1 fp32 engine engine hygiene-on',
    'resnet50-exported b1 fp32 on engine hygiene-on',
  ]);
});

test.each(['precision', 'fusion'])(
  'the suite of %s times inference in one thread and rounds enough for an interval',
  (name) => {
    const plan = compileSuites([packageFile('suites', `${name}.yaml`)], {}, known);
    expect(plan.policy.rounds).toBeGreaterThanOrEqual(3);
    expect(plan.cases.every(({ scope, axes }) => scope === 'inference' && axes.threads === 1)).toBe(true);
  },
);

test('the suite of peers gives all engines the same file, threads and spinning, and rounds enough for an interval', () => {
  const { cases, policy } = compileSuites([packageFile('suites', 'peers.yaml')], {}, known);
  const engines = [...new Set(cases.map(({ axes }) => axes.backend))];
  expect(engines).toEqual([
    ...['ort-cpu', 'python-onnxruntime', 'pytorch-eager', 'pytorch-channels-last', 'pytorch-compile', 'wasm'],
  ]);
  const settings = new Set(
    cases
      .map(({ axes: { backend: _backend, batchSize: _size, ...others }, scope }) => ({ ...others, scope }))
      .map((one) => JSON.stringify(one)),
  );
  expect([...settings].map((one) => JSON.parse(one))).toEqual([
    {
      precision: 'fp32',
      fusion: 'engine',
      threads: 2,
      spinning: 'on',
      hygiene: 'off',
      layout: 'engine',
      scope: 'inference',
    },
  ]);
  expect(policy).toMatchObject({ rounds: 6, order: 'interleaved' });
  // Every engine runs ResNet-50 at one item and at eight, but for the one that takes eleven seconds for it.
  const large = cases.filter(({ workload }) => workload === 'resnet50');
  for (const engine of engines) {
    const sizes = large.filter(({ axes }) => axes.backend === engine).map(({ axes }) => axes.batchSize);
    expect(sizes).toEqual(engine === 'wasm' ? [1] : [1, 8]);
  }
  expect(cases.filter(({ workload }) => workload === 'digits').map(({ axes }) => axes.backend)).toEqual(engines);
});

test('the suite of GPUs has each precision of each engine that has it, at batch sizes up to where a GPU is full', () => {
  const { cases } = compileSuites([packageFile('suites', 'gpu.yaml')], {}, known);
  expect(new Set(cases.map(({ device, scope }) => `${device} ${scope}`))).toEqual(new Set(['accelerator inference']));
  const of = (workload: string) => cases.filter((one) => one.workload === workload);
  const large = of('resnet50');
  const precisions: Record<string, Set<string>> = {};
  for (const { axes } of large) {
    const known = precisions[axes.backend] ?? new Set<string>();
    precisions[axes.backend] = known.add(axes.precision);
  }
  expect(precisions).toEqual({
    'ort-cuda': new Set(['fp32', 'tf32', 'fp16', 'int8']),
    'ort-tensorrt': new Set(['fp32']),
    'ort-webgpu': new Set(['fp32', 'fp16']),
    'python-onnxruntime-cuda': new Set(['fp16']),
    'python-onnxruntime-tensorrt': new Set(['fp16', 'int8']),
    'pytorch-eager': new Set(['fp32', 'tf32', 'fp16']),
    'pytorch-channels-last': new Set(['tf32', 'fp16']),
    'pytorch-compile': new Set(['fp16']),
    'pytorch-cuda-graphs': new Set(['fp32', 'tf32', 'fp16']),
  });
  const sizes = (some: typeof cases) => [...new Set(some.map(({ axes }) => axes.batchSize))];
  expect([sizes(large), sizes(of('bert-base')), sizes(of('digits'))]).toEqual([[1, 8, 64, 256], [1, 64], [64]]);
});

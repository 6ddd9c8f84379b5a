import { expect, test } from 'vitest';
import { joinedModel, modelsOf } from '../../src/workloads/models-of.ts';
import type { PreparedModel, PreparedStage, PreparedWorkload } from '../../src/workloads/prepared-workload.ts';

function model(name: string, facts: Partial<PreparedModel> = {}): PreparedModel {
  const of = { sha256: `hash of ${name}`, bytes: 10, weights: 'trained', parameters: 100, multiplyAdds: 1000 } as const;
  return { name, path: `/cache/${name}.onnx`, source: 'npm', licence: 'Apache-2.0', ...of, ...facts };
}

const stage = (name: string, facts: Partial<PreparedModel> = {}): PreparedStage => ({
  model: model(name, facts),
  inputs: [],
  preprocess: {
    resize: { mode: 'stretch', width: 1, height: 1, kernel: 'linear', shorterSide: null, padding: 0 },
    color: 'rgb',
    normalize: { kind: 'none' },
    layout: 'nchw',
  },
  postprocess: { kind: 'none' },
  maxBatch: 1,
});

function workload(chain: PreparedWorkload['chain']): PreparedWorkload {
  return {
    name: 'reading',
    model: model('detect'),
    inputs: [],
    data: { kind: 'generated', seed: 1, items: 1, ranges: {} },
    chain,
    preprocess: null,
    postprocess: { kind: 'none' },
    metric: { kind: null, code: 'NO_METRIC', need: '' },
  };
}

test('the model of a workload without a chain is recorded as it is, but for its path', () => {
  const { path: _path, ...record } = model('detect');
  expect(joinedModel(workload(null))).toEqual(record);
});

test('the models of a chain come in the order in which they run', () => {
  const chain = { kind: 'ocr', angle: stage('angle'), recognise: stage('recognise') } as const;
  expect(modelsOf(workload(chain)).map(({ name }) => name)).toEqual(['detect', 'angle', 'recognise']);
  expect(modelsOf(workload({ ...chain, angle: null })).map(({ name }) => name)).toEqual(['detect', 'recognise']);
});

test('a chain is recorded as one model: sums, and a hash that changes with each of them', () => {
  const record = joinedModel(workload({ kind: 'ocr', angle: null, recognise: stage('recognise', { bytes: 5 }) }));
  // How often the later models run depends on the page.
  expect(record).toMatchObject({ name: 'reading', bytes: 15, parameters: 200, multiplyAdds: null, weights: 'trained' });
  const other = joinedModel(workload({ kind: 'ocr', angle: null, recognise: stage('recognise', { sha256: 'other' }) }));
  expect(other.sha256).not.toBe(record.sha256);
});

test('what is not known of one model is not known of the chain', () => {
  const record = joinedModel(
    workload({
      kind: 'ocr',
      angle: null,
      recognise: stage('own', { parameters: null, licence: null, weights: 'random' }),
    }),
  );
  expect(record).toMatchObject({ parameters: null, licence: null, weights: 'random' });
});

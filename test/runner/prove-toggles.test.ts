import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import type { ConfigurationProof } from '../../src/engine/proof/prove-configuration.ts';
import { Float, GraphBuilder } from '../../src/graph/builder.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import type { ProofSubject } from '../../src/runner/proof-subject.ts';
import { proveToggles } from '../../src/runner/prove-toggles.ts';
import type { Axes } from '../../src/suite/plan.ts';
import { plannedCase } from './fixtures/plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-toggles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An engine that finds nothing to fuse. */
const nothingForTheEngine: ConfigurationProof = {
  effective: { fusion: { value: null, evidence: 'dump' } },
  operators: {},
  operatorProfile: null,
  nothingToFuse: true,
};

function normalised(): OnnxModel {
  const graph = new GraphBuilder('normalised');
  const ones = (name: string, dims: number[]) =>
    graph.constant(name, 'float32', dims, new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1));
  const x = graph.input('x', 'float32', [1, 2, 4, 4]);
  const conv = graph.node('Conv', [x, ones('weight', [2, 2, 1, 1])]);
  const parameters = ['scale', 'shift', 'mean', 'variance'].map((name) => ones(name, [2]));
  const norm = graph.node('BatchNormalization', [conv, ...parameters], { attributes: { epsilon: new Float(1e-5) } });
  graph.output(norm, 'float32', [1, 2, 4, 4]);
  return graph.model();
}

async function proven(path: string, axes: Partial<Axes>, engine: ConfigurationProof = nothingForTheEngine) {
  const { axes: usual, ...planned } = plannedCase('a');
  const job = {
    case: { ...planned, axes: { ...usual, ...axes } },
    source: { model: { path }, chain: null },
    variant: null,
  };
  const subject = { job, backend: ortCpu, reference: ortCpu } as unknown as ProofSubject;
  const { effective, nothingToFuse } = await proveToggles(engine, subject);
  return [effective.fusion?.value, nothingToFuse];
}

test('fusion off is pointless only where the passes that fusion graph would run join nothing either', async () => {
  const path = join(folder, 'normalised.onnx');
  writeModel(path, normalised());
  // The normalisation folds into the convolution.
  expect(await proven(path, { fusion: 'off' })).toEqual(['off', false]);
  expect(await proven(path, { fusion: 'engine' })).toEqual(['engine', false]);
  // Static quantisation folds it anyway.
  expect(await proven(path, { fusion: 'off', precision: 'int8' })).toEqual([null, true]);
});

test('an engine that only changes the memory layout has no fusion to tell, and yet off is not pointless', async () => {
  const path = join(folder, 'layout.onnx');
  writeModel(path, normalised());
  const engine = { ...nothingForTheEngine, nothingToFuse: false };
  expect(await proven(path, { fusion: 'off', precision: 'int8' }, engine)).toEqual([null, false]);
  expect(await proven(path, { fusion: 'engine', precision: 'int8' }, engine)).toEqual([null, false]);
});

test('of a file that only the engine can read it is not known that there is nothing to fuse', async () => {
  const path = join(folder, 'other.bin');
  writeFileSync(path, 'not ONNX');
  expect(await proven(path, { fusion: 'off' })).toEqual(['off', false]);
});

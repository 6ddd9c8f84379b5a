import { beforeAll, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/hardware/catalogue.ts';
import type { HardwareProfile } from '../../src/hardware/profile.ts';
import { loadPublished } from '../../src/hardware/published.ts';
import { sortEvidence } from '../../src/roofline/evidence.ts';
import { knownModel, type ModelCost } from '../../src/roofline/known-models.ts';
import { deviationsOfUnknownModels } from '../../src/roofline/leave-model-out.ts';
import { leaveOut, summarise } from '../../src/roofline/leave-out.ts';
import { type CostRequest, Projector } from '../../src/roofline/project.ts';

let profiles: readonly HardwareProfile[];
let published: Projector;
beforeAll(() => {
  ({ profiles } = loadCatalogue({}));
  published = new Projector(profiles, sortEvidence(loadPublished(), profiles).evidence);
});

const graph: ModelCost = {
  id: 'graph:resnet',
  kind: 'convolution',
  operationsPerItem: 8.2e9,
  parameters: 25.6e6,
  decoding: null,
  source: 'counted',
};
const asked: Omit<CostRequest, 'cost'> = {
  accelerator: 'nvidia-a100-sxm-80gb',
  scenario: 'Offline',
  precision: 'int8',
  stack: 'mlperf',
};
const projected = (cost: ModelCost, changes: Partial<CostRequest> = {}) =>
  published.project({ ...asked, ...changes, cost });

test('a model without figures of its own leans on the others, with a wider interval and no device of its own', () => {
  const answer = projected(graph);
  const known = published.project({ ...asked, model: 'resnet50-v1.5' });
  if ('refused' in answer || 'refused' in known) throw new Error('refused');
  expect(answer).toMatchObject({ nearest: 'none', modelDevices: 0, unit: 'samples/s per accelerator' });
  expect(answer.high / answer.low).toBeGreaterThan(known.high / known.low);
  // At twice the operations an item, half as many items a second at the same share of the roof.
  const twice = projected({ ...graph, operationsPerItem: 16.4e9 });
  expect(twice).toMatchObject({ value: expect.closeTo(answer.value / 2, 6) });
});

test('the published cost of a model given in place of its name is that model', () => {
  const cost = knownModel('resnet50-v1.5');
  if (cost === null) throw new Error('not known');
  expect(projected(cost)).toEqual(published.project({ ...asked, model: 'resnet50-v1.5' }));
});

test('of a kind, a size or a stack that nothing is known of, nothing is said', () => {
  const refusal = (cost: ModelCost, changes: Partial<CostRequest> = {}) => {
    const answer = projected(cost, changes);
    return 'refused' in answer ? [answer.code, answer.refused] : answer;
  };
  expect(refusal({ ...graph, kind: 'recurrent' })).toEqual([
    'NO_SUPPORT',
    expect.stringContaining('none of them a recurrent model as graph:resnet is'),
  ]);
  // mobilenet-v1, the smallest known, does 1.138e9.
  expect(refusal({ ...graph, operationsPerItem: 0.4e9 })).toEqual([
    'NO_SUPPORT',
    expect.stringMatching(/does 0\.4 × 10⁹ operations an item, the smallest model known of mlperf 1\.14 × 10⁹/),
  ]);
  expect(refusal({ ...graph, operationsPerItem: 0.5e9 })).not.toBeInstanceOf(Array);
  expect(refusal(graph, { stack: 'tensorflow', precision: 'fp16' })).toEqual([
    'NO_SUPPORT',
    expect.stringMatching(/throughput is known of resnet50-v1\.5, and none of graph:resnet: figures of 5 models/),
  ]);
});

test('a graph whose values take longer through memory than its operations let expect is refused, and none is projected beyond it', () => {
  const free = projected(graph);
  if ('refused' in free) throw new Error(free.refused);
  // A100: 2.039e12 bytes a second, one byte an element. At the upper end of the interval, 1 % beyond, and below the middle.
  const moving = (itemsPerSecond: number) => ({ ...graph, movedElementsPerItem: 2.039e12 / itemsPerSecond });
  expect(projected(moving(free.high * 1.01))).toEqual(free);
  const capped = projected(moving((free.value + free.high) / 2));
  expect(capped).toMatchObject({
    value: free.value,
    low: free.low,
    high: expect.closeTo((free.value + free.high) / 2, 6),
  });
  expect(projected(moving(free.value * 0.99))).toMatchObject({
    code: 'NO_SUPPORT',
    refused: expect.stringMatching(/^memory bounds graph:resnet to \d+ items\/s on nvidia-a100-sxm-80gb/),
  });
  // A query on its own does not fill the memory's bandwidth.
  expect(projected(moving(free.value * 0.99), { scenario: 'SingleStream' })).not.toHaveProperty('refused');
});

test('the interval of an unknown model ends where models that were left out lie, and Student’s quantile makes up for how few they are', () => {
  // No effect but the models' own: each is expected at 0 with a variance of 1 + 3, so that 4 lies two deviations off.
  const observation = (model: string, value: number) => ({
    effects: new Map([[`model ${model}`, 1]]),
    value,
    variance: 3,
  });
  const observations = new Map([
    ['a', [observation('a', 4)]],
    ['b', [observation('b', -1)]],
    ['c', [observation('c', 1)]],
  ]);
  // Two degrees of freedom: t is 2.91999 at 95 %, z 1.644854.
  const two = deviationsOfUnknownModels(observations, () => 1, 0.9);
  expect(two).toBeCloseTo((2 * 2.91999) / 1.644854, 4);
  // What lies within the normal quantile does not make it narrower.
  const near = new Map([...observations].map(([model]) => [model, [observation(model, 0.1)]]));
  expect(deviationsOfUnknownModels(near, () => 1, 0.9)).toBeCloseTo(2.91999, 4);
  expect(deviationsOfUnknownModels(new Map([['a', [observation('a', 1)]]]), () => 1, 0.9)).toBe(
    Number.POSITIVE_INFINITY,
  );
});

test('with whole models left out, intervals hold about what they say, and the wider are refused', () => {
  const rows = leaveOut(profiles, loadPublished(), 'model').filter(({ evidence }) => evidence.stack === 'mlperf');
  const summary = summarise(rows);
  expect(summary.coverage).toBeGreaterThanOrEqual(0.85);
  expect(summary.coverage).toBeLessThanOrEqual(0.97);
  for (const { projection } of rows) {
    if (!('refused' in projection)) expect(Math.sqrt(projection.high / projection.low)).toBeLessThanOrEqual(3);
  }
  expect(rows.every(({ projection }) => 'refused' in projection || projection.modelDevices === 0)).toBe(true);
});

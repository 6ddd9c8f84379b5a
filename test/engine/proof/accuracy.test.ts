import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tensors } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import type { PipelineOptions } from '../../../src/engine/pipeline.ts';
import { type LabelledItems, measureAccuracy } from '../../../src/engine/proof/accuracy.ts';
import { generator, shuffle } from '../../../src/stats/random.ts';
import { WorkloadCache } from '../../../src/workloads/cache.ts';
import { digits } from '../../../src/workloads/digits.ts';
import { type Items, openItems } from '../../../src/workloads/load-items.ts';
import type { PreparedWorkload } from '../../../src/workloads/prepared-workload.ts';
import { oneNode, writtenModel } from '../small-models.ts';

const loadOptions = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
} as const;

async function identity(batchSize: number, topK = 1): Promise<PipelineOptions> {
  return {
    session: await ortCpu.load(writtenModel(oneNode(8)), loadOptions),
    batchSize,
    inputs: [{ name: 'x', type: 'float32', itemShape: [1, 8], batchAxis: 0 }],
    preprocess: null,
    postprocess: { kind: 'classify', output: null, softmax: false, topK },
  };
}

/** Items whose largest score is at `index % 8`; then the next five, falling. */
function peaks(count: number, label: (index: number) => number | null): LabelledItems {
  const item = (index: number): Tensors => ({
    x: {
      type: 'float32',
      dims: [1, 8],
      data: Float32Array.from({ length: 8 }, (_, place) => 8 - ((place - index + 80) % 8)),
    },
  });
  return { count, item, label };
}

test('top1 counts first answers, also in a last query that is not full', async () => {
  // Right for all but the items 2, 7, 12 … of 50 (every fifth).
  const items = peaks(50, (index) => (index % 5 === 2 ? (index + 1) % 8 : index % 8));
  for (const batchSize of [1, 8]) {
    expect(await measureAccuracy(await identity(batchSize), items, { metric: 'top1', limit: 1000 })).toEqual({
      metric: 'top1',
      value: 0.8,
      items: 50,
      correct: 40,
    });
  }
});

test('top5 takes five answers whatever the workload shows', async () => {
  // The class after the peak is second, the one before it last of eight.
  expect(
    await measureAccuracy(
      await identity(3),
      peaks(10, (index) => (index + 1) % 8),
      { metric: 'top5', limit: 10 },
    ),
  ).toMatchObject({ value: 1 });
  expect(
    await measureAccuracy(
      await identity(3),
      peaks(10, (index) => (index + 7) % 8),
      { metric: 'top5', limit: 10 },
    ),
  ).toMatchObject({ value: 0 });
});

test('of more items than the limit, some at even distances are taken', async () => {
  const asked: number[] = [];
  const items = peaks(100, (index) => index % 8);
  const watched: LabelledItems = {
    ...items,
    item(index) {
      asked.push(index);
      return items.item(index);
    },
  };
  expect(await measureAccuracy(await identity(2), watched, { metric: 'top1', limit: 4 })).toEqual({
    metric: 'top1',
    value: 1,
    items: 4,
    correct: 4,
  });
  expect(asked).toEqual([0, 25, 50, 75]);
});

test('items without labels are refused, and a model that does not classify too', async () => {
  await expect(
    measureAccuracy(
      await identity(1),
      peaks(3, () => null),
      { metric: 'top1', limit: 3 },
    ),
  ).rejects.toMatchObject({ code: 'LABELS_MISSING' });
  const options = await identity(1);
  const none = { ...options, postprocess: { kind: 'none' as const } };
  await expect(
    measureAccuracy(
      none,
      peaks(3, () => 1),
      { metric: 'top1', limit: 3 },
    ),
  ).rejects.toMatchObject({ code: 'POSTPROCESS_INVALID' });
});

test('a label that no class has is an error with the item, the label and the classes, wherever it stands', async () => {
  for (const impossible of [8, -1]) {
    // Labels counted from 1, or of another model: the last item of 20 only, which a limit of 4 does not reach.
    const items = peaks(20, (index) => (index === 19 ? impossible : index % 8));
    await expect(measureAccuracy(await identity(2), items, { metric: 'top1', limit: 4 })).rejects.toMatchObject({
      code: 'LABELS_INVALID',
      exitCode: 3,
      message: expect.stringMatching(new RegExp(`Item 19 .* label ${impossible}, .* 8 classes: .* 0 to 7`)),
    });
  }
});

describe('the digits', () => {
  let workload: PreparedWorkload;
  let items: Items;
  const cacheFolder = mkdtempSync(join(tmpdir(), 'dyno-accuracy-test-'));
  beforeAll(async () => {
    workload = await digits.prepare(new WorkloadCache(cacheFolder));
    items = await openItems(workload);
  });
  afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

  async function accuracy(label: LabelledItems['label']): Promise<number> {
    const session = await ortCpu.load(workload.model.path, loadOptions);
    const { inputs, preprocess, postprocess } = workload;
    const { value } = await measureAccuracy(
      { session, batchSize: 8, inputs, preprocess, postprocess },
      { ...items, label },
      { metric: 'top1', limit: 1000 },
    );
    await session.dispose();
    return value;
  }

  test('are recognised with their labels', async () => {
    expect(await accuracy(items.label)).toBeGreaterThanOrEqual(0.98);
  });

  test('come out at chance with labels that are shuffled', async () => {
    const order = shuffle(
      Array.from({ length: items.count }, (_, index) => index),
      generator(7),
    );
    // Ten classes of about equal size: a tenth, with a deviation of √(0.1 · 0.9 / 1000) = 0.0095; five of them to each side.
    const value = await accuracy((index) => items.label(order[index] ?? 0));
    expect(Math.abs(value - 0.1)).toBeLessThan(0.0475);
  });
});

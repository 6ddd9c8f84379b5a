import { expect, test } from 'vitest';
import type { Item, Pipeline } from '../../src/engine/pipeline.ts';
import { createQuerySource } from '../../src/runner/query-source.ts';
import type { Items } from '../../src/workloads/load-items.ts';

/** Four items of one byte; those that `isOnDisk` says come as promises. */
function fourItems(isOnDisk: (index: number) => boolean): Items {
  return {
    count: 4,
    distinct: 4,
    item: (index) => (isOnDisk(index) ? Promise.resolve(Uint8Array.of(index)) : Uint8Array.of(index)),
    label: () => null,
    truth: () => null,
    close: async () => {},
  };
}

/** A pipeline that takes down the items of each request, and of each query that it prepares. */
function recordingPipeline() {
  const requests: number[][] = [];
  const prepared: number[][] = [];
  const numbers = (items: readonly Item[]): number[] =>
    items.map((item) => (item instanceof Uint8Array ? (item[0] ?? -1) : -1));
  const pipeline: Pipeline = {
    stages: { preprocess: 0, inference: 0, postprocess: 0 },
    request: async (items) => {
      requests.push(numbers(items));
      return [];
    },
    prepare: async (items) => {
      prepared.push(numbers(items));
      return { feeds: {}, shape: 0 };
    },
    infer: async () => ({}),
    bareCall: () => async () => {},
    answers: () => [],
    effective: () => ({}),
  };
  return { pipeline, requests, prepared };
}

test('items in memory are staged at once, those on the disk are waited for, and both are served alike', async () => {
  const settings = { batchSize: 2, itemsPerQuery: 2, scope: 'request', seed: 5 } as const;
  const inMemory = recordingPipeline();
  const fast = await createQuerySource(
    inMemory.pipeline,
    fourItems(() => false),
    settings,
  );
  const onDisk = recordingPipeline();
  // The last items only, as where a data set does not fit into memory.
  const slow = await createQuerySource(
    onDisk.pipeline,
    fourItems((index) => index >= 1),
    settings,
  );
  for (const query of [0, 1, 2]) {
    expect(fast.stage?.(query)).toBeUndefined();
    await fast.issue(query);
    const staging = slow.stage?.(query);
    expect(staging).toBeInstanceOf(Promise); // two items, of which one at most is number 0
    await staging;
    await slow.issue(query);
  }
  expect(onDisk.requests).toEqual(inMemory.requests);
  const [first = [], second = [], third] = inMemory.requests;
  expect([...first, ...second].sort()).toEqual([0, 1, 2, 3]);
  expect(third).toEqual(first); // four items are used up after two queries
  expect(first[0]).toBe(fast.firstItem(0));
});

test('issuing a query takes nothing from the data: that is done when it is staged', async () => {
  const { pipeline, requests } = recordingPipeline();
  const items = fourItems(() => false);
  let taken = 0;
  const counted: Items = {
    ...items,
    item: (index) => {
      taken++;
      return items.item(index);
    },
  };
  const source = await createQuerySource(pipeline, counted, {
    batchSize: 3,
    itemsPerQuery: 3,
    scope: 'request',
    seed: 1,
  });
  await source.stage?.(0);
  expect(taken).toBe(3);
  await source.issue(0);
  expect(taken).toBe(3);
  expect(requests).toHaveLength(1);
  expect(() => source.issue(1)).toThrow('Query 1 was issued, but query 0 was staged.');
});

test('queries of scope inference are prepared from all items beforehand and need no staging', async () => {
  const { pipeline, requests, prepared } = recordingPipeline();
  const source = await createQuerySource(
    pipeline,
    fourItems((index) => index % 2 === 1),
    {
      batchSize: 2,
      itemsPerQuery: 2,
      scope: 'inference',
      seed: 5,
    },
  );
  expect(source.stage).toBeNull();
  await source.issue(0);
  expect(requests).toEqual([]);
  expect(prepared.flat().sort()).toEqual([0, 1, 2, 3]);
  expect(source.firstItem(1)).toBe(prepared[1]?.[0]);
});

test.each(['request', 'inference'] as const)('items that are all the same count as one in scope %s', async (scope) => {
  const items: Items = { ...fourItems(() => false), distinct: 1 };
  const source = await createQuerySource(recordingPipeline().pipeline, items, {
    batchSize: 2,
    itemsPerQuery: 2,
    scope,
    seed: 1,
  });
  expect(source.distinctItems).toBe(1);
});

test.each(['request', 'inference'] as const)(
  'a query of four items in batches of two is served by two inferences on four items of scope %s',
  async (scope) => {
    const { pipeline, requests, prepared } = recordingPipeline();
    const inferred: unknown[] = [];
    const counting: Pipeline = {
      ...pipeline,
      request: async (items) => {
        pipeline.stages.inference = 0.25;
        return pipeline.request(items);
      },
      infer: async (query) => {
        pipeline.stages.inference = 0.25;
        inferred.push(query);
        return {};
      },
    };
    const items = fourItems(() => false);
    const source = await createQuerySource(counting, items, { batchSize: 2, itemsPerQuery: 4, scope, seed: 5 });
    await source.stage?.(0);
    await source.issue(0);
    const served = scope === 'request' ? requests : prepared;
    expect(scope === 'request' ? requests : inferred).toHaveLength(2);
    expect(served.flat().sort()).toEqual([0, 1, 2, 3]);
    expect(source.stages.inference).toBe(0.5);
    expect(source.itemsPerQuery).toBe(4);
    // All four items are one query: the next one begins where this one began.
    expect(source.firstItem(1)).toBe(source.firstItem(0));
    expect(source.bareCall(0)).toBe(null);
  },
);

test('a batch size that does not divide the items of a query is refused', async () => {
  const { pipeline } = recordingPipeline();
  const settings = { batchSize: 3, itemsPerQuery: 8, scope: 'request', seed: 1 } as const;
  await expect(
    createQuerySource(
      pipeline,
      fourItems(() => false),
      settings,
    ),
  ).rejects.toThrow(RangeError);
});

import type { Backend, Tensors } from '../engine/backends/backend.ts';
import { oneThread } from '../engine/backends/one-thread.ts';
import type { OcrModelName } from '../engine/chain/ocr-pipeline.ts';
import { modelInputs } from '../graph/model-values.ts';
import { readModel } from '../graph/onnx-file.ts';
import { type Items, openItems } from '../workloads/load-items.ts';
import type { NamedModel } from '../workloads/models-of.ts';
import { isChain, loadSessions, openChain, openSingle } from '../workloads/open-engine.ts';
import type { PreparedChain, PreparedWorkload } from '../workloads/prepared-workload.ts';
import type { Calibration } from '../workloads/workload.ts';
import { itemFeeds } from './item-feeds.ts';

/** The feeds of one model of a workload, the same each time they are gone through. */
export type Feeds = () => AsyncIterable<Tensors> | Iterable<Tensors>;

/** What the models of a workload are fed with for its calibration data. */
export interface CalibrationFeeds {
  of(model: NamedModel['name']): Promise<Feeds>;
  close(): Promise<void>;
}

/**
 * Opens the calibration data of a workload. A model that is alone is fed items by its own preprocessing; the models of a chain what they are
 * fed when the chain, in 32-bit floats, serves the items.
 * @param batchSize Items of a run, for whoever knows what a model that is alone takes; left out: the model's file is read to find out.
 */
export async function openCalibration(
  workload: PreparedWorkload,
  calibration: Calibration,
  backend: Backend,
  batchSize?: number,
): Promise<CalibrationFeeds> {
  const items = await openItems({ ...workload, data: calibration.data });
  const limited = { items, limit: calibration.items };
  if (!isChain(workload)) {
    return {
      of: () => singleFeeds(workload, limited, backend, batchSize ?? smallestBatch(workload)),
      close: () => items.close(),
    };
  }
  let recorded: Promise<ReadonlyMap<OcrModelName, readonly Tensors[]>> | null = null;
  return {
    async of(model) {
      recorded ??= chainFeeds(workload, limited, backend);
      const feeds = model === null ? undefined : (await recorded).get(model);
      return () => feeds ?? [];
    },
    close: () => items.close(),
  };
}

interface LimitedItems {
  readonly items: Items;
  readonly limit: number;
}

async function singleFeeds(
  workload: PreparedWorkload,
  { items, limit }: LimitedItems,
  backend: Backend,
  batchSize: number,
): Promise<Feeds> {
  // Tensors of one item are what the model takes: a large model need not be loaded for that.
  if (workload.preprocess === null && batchSize === 1) {
    return itemFeeds({ prepare: async ([item]) => ({ feeds: item as Tensors, shape: 0 }) }, 1, items, limit);
  }
  const sessions = await loadSessions(backend, workload, oneThread);
  try {
    return itemFeeds(await openSingle(workload, sessions, batchSize), batchSize, items, limit);
  } finally {
    // The pipeline only prepares from here on, which takes memory of its own and nothing of the engine's.
    await sessions.dispose();
  }
}

/** One item at a time, or as many as a model takes whose batch is fixed. */
export function smallestBatch({ model: { path }, inputs }: PreparedWorkload, model = readModel(path)): number {
  const shapes = new Map(modelInputs(model).map(({ name, shape }) => [name, shape]));
  for (const { name, batchAxis } of inputs) {
    const size = batchAxis === null ? null : shapes.get(name)?.[batchAxis];
    if (typeof size === 'number') return size;
  }
  return 1;
}

/** What a page shows is alike: of each, the first lines are enough. */
const linesAPage = 8;

/**
 * What each model of a chain is fed while it serves the items one by one, largest first, so that whoever bounds memory by the first feeds is
 * right about all. Lines that share a run are kept one by one: few enough to be kept in memory, and each as small as it can be.
 */
async function chainFeeds(
  workload: PreparedWorkload & { readonly chain: PreparedChain },
  { items, limit }: LimitedItems,
  backend: Backend,
): Promise<ReadonlyMap<OcrModelName, readonly Tensors[]>> {
  const sessions = await loadSessions(backend, workload, oneThread);
  try {
    const pipeline = await openChain(workload, sessions, 1);
    const seen = new Map<OcrModelName, Tensors[]>();
    const taken = Math.min(limit, items.count);
    for (let index = 0; index < taken; index++) {
      const ofPage = new Map<OcrModelName, Tensors[]>();
      pipeline.watch(async ({ model, feeds }) => {
        const kept = ofPage.get(model) ?? [];
        ofPage.set(model, [...kept, ...copiesOf(feeds, linesAPage - kept.length)]);
      });
      const item = await items.item(Math.floor((index * items.count) / taken));
      await pipeline.request([item], () => `item ${index} of the calibration data`);
      for (const [model, feeds] of ofPage) seen.set(model, [...(seen.get(model) ?? []), ...feeds]);
    }
    for (const feeds of seen.values()) feeds.sort((a, b) => bytesOf(b) - bytesOf(a));
    return seen;
  } finally {
    await sessions.dispose();
  }
}

/** The first items of a run, each by itself; copied, for the pipeline writes the next query into the same memory. */
function copiesOf(feeds: Tensors, most: number): Tensors[] {
  const items = Math.max(...Object.values(feeds).map(({ dims }) => dims[0] ?? 1));
  return Array.from({ length: Math.min(items, most) }, (_, item) =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, { type, dims, data }]) => {
        const length = data.length / items;
        return [name, { type, dims: [1, ...dims.slice(1)], data: data.slice(item * length, (item + 1) * length) }];
      }),
    ),
  );
}

function bytesOf(feeds: Tensors): number {
  return Object.values(feeds).reduce((sum, { data }) => sum + data.byteLength, 0);
}

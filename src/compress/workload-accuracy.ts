import type { Backend, Session } from '../engine/backends/backend.ts';
import { oneThread } from '../engine/backends/one-thread.ts';
import { createPipeline } from '../engine/pipeline.ts';
import { measureAccuracy } from '../engine/proof/accuracy.ts';
import { measureBoxRecall, measureCharacterAccuracy } from '../engine/proof/text-accuracy.ts';
import { openItems } from '../workloads/load-items.ts';
import type { MetricName, PreparedWorkload } from '../workloads/prepared-workload.ts';

/** What a workload says of the quality of a model. */
export interface WorkloadAccuracy {
  readonly metric: MetricName;
  readonly value: number;
  readonly items: number;
}

/** Multiply-adds that may be spent on an accuracy: some ten seconds of one core. */
const workBudget = 2e11;
const [fewestItems, mostItems] = [16, 1000];

/**
 * The accuracy of a model file on the labelled data of a workload, by the workload's own preprocessing and metric, one thread. At most 1,000
 * items, of large models as many as some ten seconds allow, at even distances.
 * @returns null for a workload without a metric, and for a chain of models.
 */
export async function workloadAccuracy(
  workload: PreparedWorkload,
  path: string,
  backend: Backend,
): Promise<WorkloadAccuracy | null> {
  const { metric, chain, inputs, preprocess, postprocess } = workload;
  if (metric.kind === null || chain !== null) return null;
  const limit = Math.min(
    mostItems,
    Math.max(fewestItems, Math.floor(workBudget / (workload.model.multiplyAdds ?? 1e9))),
  );
  const session = await backend.load(path, oneThread);
  try {
    const items = await openItems(workload);
    try {
      const batchSize = fixedBatch(workload, session) ?? 1;
      const options = { session, batchSize, inputs, preprocess, postprocess };
      if (metric.kind === 'top1' || metric.kind === 'top5') {
        return await measureAccuracy(options, items, { metric: metric.kind, limit });
      }
      const measure = metric.kind === 'box_recall' ? measureBoxRecall : measureCharacterAccuracy;
      return await measure(await createPipeline(options), batchSize, items, limit);
    } finally {
      await items.close();
    }
  } finally {
    await session.dispose();
  }
}

/** The only batch that a model takes; null: any. */
function fixedBatch({ inputs }: PreparedWorkload, session: Session): number | null {
  for (const { name, batchAxis } of inputs) {
    const shape = session.inputs.find((input) => input.name === name)?.shape;
    const size = batchAxis === null ? null : shape?.[batchAxis];
    if (typeof size === 'number') return size;
  }
  return null;
}

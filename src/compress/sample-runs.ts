import type { Backend, Tensors } from '../engine/backends/backend.ts';
import { modelInputs } from '../graph/model-values.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import type { PreparedWorkload } from '../workloads/prepared-workload.ts';
import { openCalibration } from './calibration-feeds.ts';
import { answersOf } from './model-answers.ts';
import { type WorkloadAccuracy, workloadAccuracy } from './workload-accuracy.ts';

/** What a model answers to samples of a workload. */
export interface Observed {
  readonly answers: readonly Tensors[];
  /** On the workload's labelled data; null: there are none. */
  readonly accuracy: WorkloadAccuracy | null;
}

/** Multiply-adds that may be spent on the answers of one model: a second or two of one core. */
const workBudget = 2e10;
const [fewestQueries, mostQueries] = [2, 8];

/** Runs of model files on the same items of a workload: 8 queries, fewer of models that take long, at least 2. */
export class SampleRuns {
  readonly #workload: PreparedWorkload;
  readonly #backend: Backend;
  readonly #items: number;

  /** @param model The model of the workload, which says whether its batch is fixed. */
  constructor(workload: PreparedWorkload, model: OnnxModel, backend: Backend) {
    const affordable = Math.floor(workBudget / (workload.model.multiplyAdds ?? 1e9));
    const queries = Math.min(mostQueries, Math.max(fewestQueries, affordable));
    this.#workload = workload;
    this.#backend = backend;
    this.#items = Math.min(queries * fixedBatch(workload, model), workload.data.items);
  }

  async observe(path: string, optimization: 'full' | 'none'): Promise<Observed> {
    const { data } = this.#workload;
    const samples = await openCalibration(this.#workload, { what: 'samples', data, items: this.#items }, this.#backend);
    try {
      const answers = await answersOf(this.#backend, path, await samples.of(null), optimization);
      return { answers, accuracy: await workloadAccuracy(this.#workload, path, this.#backend) };
    } finally {
      await samples.close();
    }
  }
}

/** The batch that a model takes and no other; 1 where it takes any. */
function fixedBatch({ inputs }: PreparedWorkload, model: OnnxModel): number {
  const shapes = new Map(modelInputs(model).map(({ name, shape }) => [name, shape]));
  for (const { name, batchAxis } of inputs) {
    const size = batchAxis === null ? null : shapes.get(name)?.[batchAxis];
    if (typeof size === 'number') return size;
  }
  return 1;
}

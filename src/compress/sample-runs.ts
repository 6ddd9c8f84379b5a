import type { Backend, Tensors } from '../engine/backends/backend.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import type { PreparedWorkload } from '../workloads/prepared-workload.ts';
import { openCalibration, smallestBatch } from './calibration-feeds.ts';
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
  readonly #batchSize: number;
  #queries: Promise<readonly Tensors[]> | null = null;

  /** @param model The model of the workload, which says whether its batch is fixed. */
  constructor(workload: PreparedWorkload, model: OnnxModel, backend: Backend) {
    this.#workload = workload;
    this.#backend = backend;
    this.#batchSize = smallestBatch(workload, model);
  }

  /** What a model file answers. `none`: every operator as it stands in the file. `full`: as the engine runs it best. */
  async observe(path: string, optimization: 'full' | 'none'): Promise<Observed> {
    this.#queries ??= this.#prepare();
    const queries = await this.#queries;
    const answers = await answersOf(this.#backend, path, () => queries, optimization);
    return { answers, accuracy: await workloadAccuracy(this.#workload, path, this.#backend) };
  }

  async #prepare(): Promise<readonly Tensors[]> {
    const { model, data } = this.#workload;
    const affordable = Math.floor(workBudget / (model.multiplyAdds ?? 1e9));
    const queries = Math.min(mostQueries, Math.max(fewestQueries, affordable));
    const items = Math.min(queries * this.#batchSize, data.items);
    const samples = await openCalibration(
      this.#workload,
      { what: 'samples', data, items },
      this.#backend,
      this.#batchSize,
    );
    try {
      const prepared: Tensors[] = [];
      for await (const feeds of (await samples.of(null))()) prepared.push(feeds);
      return prepared;
    } finally {
      await samples.close();
    }
  }
}

import type { WorkloadCache } from './cache.ts';
import type { PreparedData, PreparedWorkload } from './prepared-workload.ts';

/** What is known of a workload's model before it is built. */
export interface ModelDescription {
  /** `trained`: by somebody, on data. `random`: seeded random weights, no accuracy. */
  readonly weights: 'trained' | 'random';
  /** Trainable numbers. */
  readonly parameters: number;
  /** For one item, of the largest size that it may have; null where it depends on what the items show. */
  readonly multiplyAdds: number | null;
  /** Size of the ONNX file. */
  readonly bytes: number;
  readonly source: string;
  readonly licence: string;
}

/** Data that the ranges inside of a model are taken from when it is quantised. None of them may be what its accuracy is taken on. */
export interface Calibration {
  /** In a few words, such as `512 digits of the training split`. */
  readonly what: string;
  /** As the workload's own data are: preprocessed in the same way. */
  readonly data: PreparedData;
  /** How many of the items are used at most, at even distances. */
  readonly items: number;
}

/** A plug-in: a model with input data, preprocessing, postprocessing and a quality metric. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** One or two sentences for lists. */
  readonly description: string;
  readonly model: ModelDescription;
  /** What published figures call the very same model, such as `resnet50-v1.5`; left out: nobody publishes figures of it. */
  readonly publishedAs?: string;
  /** Whether everything it needs is in place, so that `prepare` builds nothing. */
  isBuilt(cache: WorkloadCache): boolean;
  /** What keeps `prepare` from building it on this machine and what to do, in a few words; null: nothing. Left out: nothing ever does. */
  missing?(): string | null;
  /** Builds what is missing into the cache and says where everything is. */
  prepare(cache: WorkloadCache): Promise<PreparedWorkload>;
  /**
   * Data to quantise its model with. Left out: a workload on generated data is calibrated with others of the same kind, and one whose accuracy
   * nobody takes with its own data.
   */
  calibration?(cache: WorkloadCache): Promise<Calibration>;
}

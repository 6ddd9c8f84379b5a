import type { TruthLine } from '../engine/proof/truth.ts';
import type { PostprocessSettings, PreprocessSettings } from '../engine/settings.ts';

export type { TruthLine };

/**
 * A workload that is ready to run: every file is in place, every size is known. Plain JSON: the runner prepares it once and
 * hands it to each process of the run.
 */
export interface PreparedWorkload {
  readonly name: string;
  readonly model: PreparedModel;
  readonly inputs: readonly PreparedInput[];
  readonly data: PreparedData;
  /** What follows on the model above within one request; null: nothing, the model is alone. */
  readonly chain: PreparedChain | null;
  /** null: the data are tensors already. */
  readonly preprocess: PreprocessSettings | null;
  readonly postprocess: PostprocessSettings;
  readonly metric:
    | { readonly kind: MetricName }
    | { readonly kind: null; readonly code: string; readonly need: string };
}

/**
 * `top1`, `top5`: share of items whose class is among the first one or five answers. `character_accuracy`: 1 − edit distance / length of the
 * true text, over all items. `box_recall`: share of the true boxes that were found.
 */
export type MetricName = 'top1' | 'top5' | 'character_accuracy' | 'box_recall';

/**
 * `ocr`: the workload's own model finds lines of text, `angle` tells which of them are upside down (null: none is taken to be), and
 * `recognise` reads them.
 */
export interface PreparedChain {
  readonly kind: 'ocr';
  readonly angle: PreparedStage | null;
  readonly recognise: PreparedStage;
}

/** A further model of a chain. Its items come from the stage before it. */
export interface PreparedStage {
  readonly model: PreparedModel;
  readonly inputs: readonly PreparedInput[];
  readonly preprocess: PreprocessSettings;
  readonly postprocess: PostprocessSettings;
  /** At most so many items in one run of the model. */
  readonly maxBatch: number;
}

export interface PreparedModel {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** `trained`: by somebody, on data. `random`: seeded random weights, no accuracy. `unknown`: the user's own file. */
  readonly weights: 'trained' | 'random' | 'unknown';
  /** Numbers of the graph; null where they are not known. Multiply-adds are for one item. */
  readonly parameters: number | null;
  readonly multiplyAdds: number | null;
  readonly source: string;
  readonly licence: string | null;
}

/** One input of the model. Shape of a whole query of batch size N: the dimension at `batchAxis` is N; null: the input is not batched. */
export interface PreparedInput {
  readonly name: string;
  readonly type: string;
  /** Shape with `batchAxis` set to 1, all other dimensions fixed; of an input that a dynamic resize fills, the largest. */
  readonly itemShape: readonly number[];
  readonly batchAxis: number | null;
}

export type PreparedData =
  /** Encoded images in one file: item i is the bytes `offsets[i]` to `offsets[i + 1]`. */
  | {
      readonly kind: 'images';
      readonly file: string;
      readonly offsets: readonly number[];
      /** Class of each item; null: no labels. */
      readonly labels: readonly number[] | null;
      /** The lines of text that each item shows; null: not known. */
      readonly truth: readonly (readonly TruthLine[])[] | null;
      readonly items: number;
    }
  /** Tensors in `.npy` files, one file an item for each input by name. */
  | {
      readonly kind: 'npy';
      readonly files: Readonly<Record<string, readonly string[]>>;
      readonly labels: readonly number[] | null;
      readonly items: number;
    }
  /** Tensors drawn from a seed: item i is different from item j. */
  | {
      readonly kind: 'generated';
      readonly seed: number;
      readonly items: number;
      readonly ranges: Readonly<Record<string, GeneratedRange>>;
    };

/** How the values of a generated input are drawn. */
export type GeneratedRange =
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'integers'; readonly low: number; readonly high: number }
  | { readonly kind: 'constant'; readonly value: number };

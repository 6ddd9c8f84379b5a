import type { Session, Tensors } from './backends/backend.ts';
import type { PostprocessSettings, PreprocessSettings } from './settings.ts';

/** One input of the model as a pipeline fills it. */
export interface PipelineInput {
  readonly name: string;
  readonly type: string;
  readonly itemShape: readonly number[];
  readonly batchAxis: number | null;
}

export interface PipelineOptions {
  readonly session: Session;
  readonly batchSize: number;
  readonly inputs: readonly PipelineInput[];
  readonly preprocess: PreprocessSettings | null;
  readonly postprocess: PostprocessSettings;
}

/** Seconds that each stage of the last query took, overwritten by the next: read it before issuing another. */
export interface StageSeconds {
  preprocess: number;
  inference: number;
  postprocess: number;
}

/** What the postprocessing makes of one item: classes by falling score; empty for `none`. */
export interface Answer {
  readonly classes: readonly number[];
  readonly scores: readonly number[];
}

/** An item as it arrives with a request: an encoded image, or one tensor for each input. */
export type Item = Uint8Array | Tensors;

/** A query whose inputs are ready in memory. */
export interface PreparedQuery {
  readonly feeds: Tensors;
}

/** Preprocess → inference → postprocess for one query after another, on buffers that are allocated once. */
export interface Pipeline {
  readonly stages: StageSeconds;
  /** Scope `request`: `items.length` must be the batch size. Times each stage into `stages`. */
  request(items: readonly Item[]): Promise<readonly Answer[]>;
  /** Prepares the inputs of a query in buffers of its own (outside of any window). */
  prepare(items: readonly Item[]): Promise<PreparedQuery>;
  /** Scope `inference`: runs the model on prepared inputs. Times inference into `stages`; returns the raw outputs, valid until the next call. */
  infer(query: PreparedQuery): Promise<Tensors>;
  /** The engine's own call that `infer` makes for this query (same session, same buffers), without the pipeline around it. */
  bareCall(query: PreparedQuery): () => Promise<unknown>;
  /** Postprocesses raw outputs: for accuracy. */
  answers(outputs: Tensors): readonly Answer[];
}

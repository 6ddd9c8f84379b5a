import type { Backend, LoadOptions, Session } from '../engine/backends/backend.ts';
import { createOcrPipeline, type OcrPipeline } from '../engine/chain/ocr-pipeline.ts';
import type { StageModel } from '../engine/chain/picture-stage.ts';
import { createPipeline, type Pipeline } from '../engine/pipeline.ts';
import { modelsOf, type NamedModel } from './models-of.ts';
import type { PreparedStage, PreparedWorkload } from './prepared-workload.ts';

/** The models of a workload, loaded. */
export interface Sessions {
  /** By their part in the chain; null: the only one. */
  readonly byName: ReadonlyMap<NamedModel['name'], Session>;
  dispose(): Promise<void>;
}

/** Loads all models of a workload, one after the other. Those that were loaded are released when one fails. */
export async function loadSessions(
  backend: Backend,
  workload: PreparedWorkload,
  options: LoadOptions,
): Promise<Sessions> {
  const byName = new Map<NamedModel['name'], Session>();
  const dispose = async (): Promise<void> => {
    for (const session of byName.values()) await session.dispose();
    byName.clear();
  };
  try {
    for (const { name, model } of modelsOf(workload)) byName.set(name, await backend.load(model.path, options));
  } catch (error) {
    await dispose();
    throw error;
  }
  return { byName, dispose };
}

/** The pipeline of a workload that one model serves. */
export function openSingle(workload: PreparedWorkload, sessions: Sessions, batchSize: number): Promise<Pipeline> {
  const { inputs, preprocess, postprocess } = workload;
  return createPipeline({ session: sessionOf(sessions, null), batchSize, inputs, preprocess, postprocess });
}

/** The pipeline of a workload that a chain of models serves. */
export function openChain(
  workload: PreparedWorkload & { readonly chain: NonNullable<PreparedWorkload['chain']> },
  sessions: Sessions,
  batchSize: number,
): Promise<OcrPipeline> {
  const { chain, inputs, preprocess, postprocess } = workload;
  if (preprocess === null) throw new Error(`The chain of ${workload.name} has no preprocessing of its pages.`);
  const stage = (
    name: NamedModel['name'],
    { inputs, preprocess, postprocess, maxBatch }: Omit<PreparedStage, 'model'>,
  ) => {
    const model: StageModel = { session: sessionOf(sessions, name), inputs, preprocess, postprocess, maxBatch };
    return model;
  };
  return createOcrPipeline({
    batchSize,
    detect: stage('detect', { inputs, preprocess, postprocess, maxBatch: batchSize }),
    angle: chain.angle === null ? null : stage('angle', chain.angle),
    recognise: stage('recognise', chain.recognise),
  });
}

/** Whether several models serve a request of this workload. */
export function isChain(
  workload: PreparedWorkload,
): workload is PreparedWorkload & { readonly chain: NonNullable<PreparedWorkload['chain']> } {
  return workload.chain !== null;
}

export function openPipeline(workload: PreparedWorkload, sessions: Sessions, batchSize: number): Promise<Pipeline> {
  return isChain(workload) ? openChain(workload, sessions, batchSize) : openSingle(workload, sessions, batchSize);
}

function sessionOf({ byName }: Sessions, name: NamedModel['name']): Session {
  const session = byName.get(name);
  if (session === undefined) throw new Error(`The model "${name ?? 'of the workload'}" was not loaded.`);
  return session;
}

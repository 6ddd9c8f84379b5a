import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend, Session, Tensor, Tensors } from '../engine/backends/backend.ts';
import { elementArray, elementCount } from '../engine/element-array.ts';
import { readOptimizedGraph } from '../engine/proof/optimized-graph.ts';
import { writeModel } from '../graph/onnx-file.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { timeFunction } from '../kernel/function-timing.ts';
import type { CeilingTiming } from './ceiling.ts';

export interface EngineSettings {
  readonly backend: Backend;
  readonly threads: number;
  /** A folder of the caller's, for models. */
  readonly workFolder: string;
}

export interface TimedCalls {
  readonly seconds: Float64Array;
  /** What the optimised graph computes in; null: the backend dumps no graph. */
  readonly computedIn: string | null;
}

/** However long one takes. */
export const minCalls = 5;

/** Times the engine's own call of a model whose shapes are all fixed, with its outputs preallocated. Throws what the backend throws. */
export async function timeModel(
  model: OnnxModel,
  { backend, threads, workFolder }: EngineSettings,
  { seconds, warmupSeconds }: CeilingTiming,
): Promise<TimedCalls> {
  const path = join(workFolder, 'ceiling.onnx');
  const dumpPath = join(workFolder, 'ceiling-optimized.onnx');
  writeModel(path, model);
  const session = await backend
    .load(path, { fusion: 'on', precision: 'fp32', threads, spinning: 'off', dumpPath, profilePrefix: null })
    .catch((error: unknown) => {
      // Without the cause, which says it again, and the path: the file is gone when the reason is read.
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(message.replaceAll(`${path}: `, '').replaceAll(path, 'the model'));
    });
  try {
    const call = session.bareCall(tensors(session, session.inputs), tensors(session, session.outputs));
    const computedIn = existsSync(dumpPath) ? readOptimizedGraph(dumpPath).precision : null;
    return { seconds: await timeFunction(call, { seconds, minCalls, warmupSeconds }), computedIn };
  } finally {
    await session.dispose();
    rmSync(path, { force: true });
    rmSync(dumpPath, { force: true });
  }
}

/** Tensors for the inputs or outputs of a model, filled with small numbers other than 0. */
function tensors(session: Session, specs: Session['inputs']): Tensors {
  const made: Record<string, Tensor> = {};
  for (const { name, type, shape } of specs) {
    const dims = shape.map((size) => {
      if (typeof size !== 'number') throw new RangeError(`Expected fixed dimensions, but "${name}" has ${size}.`);
      return size;
    });
    const data = elementArray(type, elementCount(dims));
    if (data instanceof Float32Array || data instanceof Uint8Array) {
      for (let place = 0; place < data.length; place++) data[place] = 1 + (place % 7);
    }
    made[name] = session.tensor(type, dims, data);
  }
  return made;
}

import { DynoError, errorText } from '../../kernel/errors.ts';
import { processorName } from '../../kernel/processor-name.ts';
import type { Backend, LoadOptions, PrecisionSupport, Probe, Session } from './backend.ts';
import { smallestModel } from './ort-library.ts';
import { checkModelFile, checkPrecision, modelInvalid, sessionOptions } from './ort-session.ts';
import { loadWasm, type OrtWeb, wasmInstallLine, wasmLibrary, whyWasmFails } from './wasm-library.ts';
import { isMemoryFull, memoryFull, modelBytes } from './wasm-model.ts';
import { WasmSession } from './wasm-session.ts';

const name = 'wasm';

/**
 * As on `ort-cpu`, whose source is compiled to WebAssembly: fp16 is computed in 32-bit floats between casts, bf16 is storage, 8-bit operators are
 * computed in integers.
 */
const precisions: Readonly<Record<string, PrecisionSupport>> = {
  fp32: 'native',
  fp16: 'emulated',
  bf16: 'storage',
  int8: 'native',
  int8_dynamic: 'native',
};

/**
 * ONNX Runtime compiled to WebAssembly (onnxruntime-web), with SIMD and, from two threads on, threads: what a browser runs, here in Node.js. `run`
 * computes in the calling thread and blocks it. Its threads always spin. It has 4 GiB of memory, and no file system: it dumps no graph.
 */
export const wasm: Backend = {
  name,
  stack: name,
  operatorDomains: ['com.microsoft'],

  async probe(): Promise<Probe> {
    try {
      const ort = wasmLibrary(1);
      await runSmallestModel(ort);
      return {
        available: true,
        device: processorName(),
        version: ort.env.versions.web ?? ort.env.versions.common,
        precisions,
      };
    } catch (error) {
      return { available: false, reason: whyWasmFails(error), remedy: wasmInstallLine };
    }
  },

  async load(modelPath: string, options: LoadOptions): Promise<Session> {
    checkPrecision(name, precisions, options.precision);
    checkModelFile(modelPath);
    const { threads } = options;
    const ort = loadWasm(name, threads);
    const session = await createSession(ort, modelPath, options);
    if (ort.env.wasm.numThreads !== threads) {
      await session.release();
      throw new DynoError(
        'THREADS_UNAVAILABLE',
        `The backend wasm: expected ${threads} threads, got ${ort.env.wasm.numThreads}: this Node.js has no SharedArrayBuffer or no threads in WebAssembly. Take --threads 1.`,
      );
    }
    return new WasmSession(ort, session, name, options);
  },
};

async function runSmallestModel(ort: typeof OrtWeb): Promise<void> {
  const session = await ort.InferenceSession.create(smallestModel(), { executionProviders: ['wasm'] });
  try {
    await session.run({ x: new ort.Tensor('float32', [-1], [1]) });
  } finally {
    await session.release();
  }
}

async function createSession(
  ort: typeof OrtWeb,
  modelPath: string,
  options: LoadOptions,
): Promise<OrtWeb.InferenceSession> {
  const { model, externalData } = modelBytes(modelPath);
  try {
    return await ort.InferenceSession.create(model, {
      // Asked for a dump, the library fails: it could write it nowhere. The proof takes a dump that is missing for what it is.
      ...sessionOptions({ ...options, dumpPath: null }, ['wasm']),
      externalData,
    });
  } catch (cause) {
    const text = errorText(cause);
    if (isMemoryFull(text)) throw memoryFull(`${modelPath} could not be loaded (${model.length} bytes)`);
    throw modelInvalid(modelPath, cause);
  }
}

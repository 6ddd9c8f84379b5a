import type * as OnnxRuntime from 'onnxruntime-node';
import { DynoError, errorText } from '../../kernel/errors.ts';

/** The types of onnxruntime-node, which is imported here and nowhere else. */
export type * as Ort from 'onnxruntime-node';

/** The line that installs the library: without its install script, which downloads CUDA. */
export const ortInstallLine = 'npm install --save-exact onnxruntime-node@1.30.0 --ignore-scripts';

/**
 * Loads onnxruntime-node with its first user, quietly. Throws what the loader throws.
 *
 * The builds of ONNX Runtime 1.30 for Linux report sessions to their maker, by a thread in the measured process, a database and an identifier in
 * `~/.cache/Microsoft` and a log file for each process in the temporary folder. None of that is asked for here, and the thread would be
 * measured. Whoever wants it sets `ORT_DISABLE_TELEMETRY=0`. Read by the library at its first session, as is the level of its log: warnings about
 * single graphs would end up between the lines of our own output.
 */
export async function importOrt(): Promise<typeof OnnxRuntime> {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const ort = await import('onnxruntime-node');
  ort.env.logLevel = 'error';
  return ort;
}

/** The library for a session of `backend`. Throws `BACKEND_UNAVAILABLE` where it cannot be loaded. */
export async function loadOrt(backend: string): Promise<typeof OnnxRuntime> {
  try {
    return await importOrt();
  } catch (cause) {
    const message = `Backend ${backend}: onnxruntime-node cannot be loaded. Run: ${ortInstallLine}`;
    throw new DynoError('BACKEND_UNAVAILABLE', message, { cause });
  }
}

/** Why the library could not be loaded or run, for a probe. */
export function whyOrtFails(error: unknown): string {
  const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
  return missing ? 'onnxruntime-node is not installed' : `onnxruntime-node does not work here (${errorText(error)})`;
}

/** Version of ONNX Runtime itself. */
export function ortVersion(ort: typeof OnnxRuntime): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}

/**
 * Loads and runs a model of one Relu on these execution providers: whether a library works is known only then. It also starts whatever the library
 * keeps for itself from the first session on, which is no thread of a model's. `isStrict`: not on the processor where a provider lacks the operator.
 * Throws what the library throws.
 */
export async function runSmallestModel(
  ort: typeof OnnxRuntime,
  executionProviders: readonly OnnxRuntime.InferenceSession.ExecutionProviderConfig[],
  isStrict = false,
): Promise<void> {
  const session = await ort.InferenceSession.create(smallestModel(), {
    executionProviders,
    intraOpNumThreads: 1,
    ...(isStrict ? { extra: { session: { disable_cpu_ep_fallback: '1' } } } : {}),
  });
  try {
    await session.run({ x: new ort.Tensor('float32', [-1], [1]) });
  } finally {
    await session.release();
  }
}

/** ONNX of `y = Relu(x)` for x of shape [1]. */
export function smallestModel(): Buffer {
  return Buffer.from(
    'CAgSDmluZmVyZW5jZS1keW5vOkAKFQoBeBIBeRoFUmVsdTEiBFJlbHU6ABIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN',
    'base64',
  );
}

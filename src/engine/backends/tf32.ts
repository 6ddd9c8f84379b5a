import { isMainThread } from 'node:worker_threads';
import { DynoError } from '../../kernel/errors.ts';
import type { ProviderOptions } from './backend.ts';

/**
 * By which NVIDIA's libraries (cuBLAS, cuDNN, TensorRT) are told whether products of 32-bit floats may be computed with 10 bits of mantissa. It goes
 * before what a program asks of them, holds for the whole process, and is read when they are loaded. onnxruntime-node hands on no option for it, and
 * the provider's own default is to use TF32 where the device has it.
 * @see https://docs.nvidia.com/cuda/cublas/#cublasmath-t
 */
export const tf32Variable = 'NVIDIA_TF32_OVERRIDE';

/** The generation from which on devices of NVIDIA have TF32, by the major number of what they are capable of: Ampere. */
const leastForTf32 = 8;

/** The precisions of a device of this generation; null: nothing tells which it is. */
export function ofGeneration<Support>(
  precisions: Readonly<Record<string, Support>>,
  capability: number | null,
): Readonly<Record<string, Support>> {
  if (capability === null || capability >= leastForTf32) return precisions;
  return Object.fromEntries(Object.entries(precisions).filter(([name]) => name !== 'tf32'));
}

/** Backends whose libraries of NVIDIA are loaded into the measured process, and told by nothing else. */
const backends: ReadonlySet<string> = new Set(['ort-cuda', 'ort-tensorrt']);

/** fp32 is never TF32, and what stays in 32-bit floats beside another precision neither. */
function valueFor(precision: string): '0' | '1' {
  return precision === 'tf32' ? '1' : '0';
}

/** What the environment of a process has to hold before a model is loaded in it with this backend and precision. */
export function tf32Environment({
  backend,
  precision,
}: {
  readonly backend: string;
  readonly precision: string;
}): Readonly<Record<string, string>> {
  return backends.has(backend) ? { [tf32Variable]: valueFor(precision) } : {};
}

/** Backends with an operator profile of work that the device is only told to do. */
const profiled: ReadonlySet<string> = new Set([...backends, 'python-onnxruntime-cuda', 'python-onnxruntime-tensorrt']);

/**
 * For a process that takes an operator profile and measures nothing: calls wait for what they start, so that the time of a kernel is that of its work
 * and not of asking for it. Not where a graph of CUDA is captured, in which nothing may wait.
 * @see https://docs.nvidia.com/cuda/cuda-c-programming-guide/#env-vars
 */
export function blockingEnvironment({
  backend,
  providerOptions,
}: {
  readonly backend: string;
  readonly providerOptions: ProviderOptions;
}): Readonly<Record<string, string>> {
  const captures = [providerOptions.enable_cuda_graph, providerOptions.trt_cuda_graph_enable].some(
    (value) => Number(value) === 1,
  );
  return profiled.has(backend) && !captures ? { CUDA_LAUNCH_BLOCKING: '1' } : {};
}

/** What the libraries of this process were told when they were loaded; null: they have not been loaded. */
let settled: string | null = null;

/**
 * Sees to it that NVIDIA's libraries are told, before they are loaded. `precision` null: of a mere probe, which leaves what the environment says and
 * otherwise takes fp32. Throws `TF32_SETTLED` where they were told something else before, which cannot be taken back.
 */
export function settleTf32(precision: string | null): void {
  const given = process.env[tf32Variable];
  const wanted = precision === null ? (settled ?? (given === '1' ? '1' : '0')) : valueFor(precision);
  if (settled === null && given !== wanted && isMainThread) process.env[tf32Variable] = wanted;
  // The environment of another thread is a copy, which native libraries do not see.
  const inEffect = settled ?? process.env[tf32Variable];
  if (inEffect !== wanted) {
    throw new DynoError(
      'TF32_SETTLED',
      `Precision ${precision ?? 'fp32'}: expected a process that was started with ${tf32Variable}=${wanted}, got ${inEffect ?? 'none'}. NVIDIA's libraries read it once in a process: load ${precision === 'tf32' ? 'tf32' : 'fp32'} in a process of its own.`,
    );
  }
  settled = wanted;
}

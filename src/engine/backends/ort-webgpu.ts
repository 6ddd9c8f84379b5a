import { isMainThread } from 'node:worker_threads';
import { DynoError, errorText } from '../../kernel/errors.ts';
import type { Backend, LoadOptions, PrecisionSupport, Probe, Session } from './backend.ts';
import { explainFallback } from './cpu-fallback.ts';
import { oneThread } from './one-thread.ts';
import { importOrt, ortInstallLine, ortVersion, smallestModel, whyOrtFails } from './ort-library.ts';
import { isRun, type OrtProvider, openOrtSession, sessionOptions } from './ort-session.ts';
import { vulkanState, type WebGpuDevice, webGpuDevice, whyNoAdapter } from './ort-webgpu-device.ts';
import { smallestHalfModel } from './ort-webgpu-models.ts';
import { webGpuProvider } from './ort-webgpu-options.ts';
import { deviceLost, isDeviceLost, onDevice, WebGpuSession } from './ort-webgpu-session.ts';

const name = 'ort-webgpu';

/** fp16 where the device has it. The provider has no QuantizeLinear and no products of integers, so that int8 would be computed on the processor. */
const precisions: Readonly<Record<string, PrecisionSupport>> = { fp32: 'native', fp16: 'native' };

type OrtLibrary = Awaited<ReturnType<typeof importOrt>>;

/**
 * WebGPU (Dawn) as it is in onnxruntime-node, on a GPU of any maker: over Vulkan on Linux, Metal on macOS, Direct3D 12 on Windows. Nothing of a model runs
 * on the processor unless that is allowed. A process has one device and one queue for it, in its main thread.
 */
export const ortWebGpu: Backend = {
  name,
  stack: name,
  operatorDomains: ['com.microsoft'],

  async probe(): Promise<Probe> {
    if (!isMainThread) return { available: false, ...otherThread };
    let ort: OrtLibrary;
    try {
      ort = await importOrt();
    } catch (error) {
      return { available: false, reason: whyOrtFails(error), remedy: ortInstallLine };
    }
    try {
      const device = await onDevice(() => runSmallest(ort, smallestModel()));
      const half = await onDevice(() => hasHalf(ort));
      return {
        available: true,
        device: device.name,
        version: ortVersion(ort),
        precisions: { ...precisions, fp16: half ? 'native' : 'none' },
      };
    } catch (error) {
      return { available: false, ...whyNot(error) };
    }
  },

  async load(modelPath: string, options: LoadOptions): Promise<Session> {
    refuseOtherThreads();
    const executionProviders = [webGpuProvider(options)];
    const provider: OrtProvider = {
      ...{ backend: name, precisions, executionProviders, strict: isRun(options) },
      explainFailure: (cause, path) => explainFailure({ backend: name, executionProviders }, cause, path),
    };
    return onDevice(async () => {
      const session = await openOrtSession(provider, modelPath, options);
      return new WebGpuSession(session, options, webGpuDevice());
    });
  },
};

const otherThread = {
  reason: 'WebGPU has one context a process, which is not thread-safe, and this is not the main thread',
  remedy: 'Load it in the main thread of a process of its own.',
};

/** Throws `WEBGPU_ONE_THREAD` in any thread but the main one: what two threads do with the context of their process at once crashes it. */
export function refuseOtherThreads(): void {
  if (isMainThread) return;
  throw new DynoError('WEBGPU_ONE_THREAD', `The backend ${name}: ${otherThread.reason}. ${otherThread.remedy}`);
}

/** What fails in a probe is its answer, and no error to print. */
const quiet = 4;

/** Runs a model of x and y of one element, all of it on the device, and looks what that is. */
async function runSmallest(ort: OrtLibrary, model: Uint8Array): Promise<WebGpuDevice> {
  const session = await ort.InferenceSession.create(model, {
    ...sessionOptions(oneThread, [webGpuProvider(oneThread)], { isStrict: true }),
    logSeverityLevel: quiet,
  });
  try {
    await session.run({ x: new ort.Tensor('float32', [-1], [1]) }, { logSeverityLevel: quiet });
    return webGpuDevice();
  } finally {
    await session.release();
  }
}

/** Whether the device computes in 16-bit floats: shaders that do are refused where it has no `shader-f16`. */
async function hasHalf(ort: OrtLibrary): Promise<boolean> {
  try {
    await runSmallest(ort, smallestHalfModel());
    return true;
  } catch (error) {
    if (/f16/i.test(errorText(error))) return false;
    throw error;
  }
}

function whyNot(error: unknown): { readonly reason: string; readonly remedy: string } {
  const text = errorText(error);
  if (isAdapterMissing(text) && process.platform === 'linux') return whyNoAdapter(vulkanState());
  return {
    reason: `WebGPU does not work here (${text})`,
    remedy: 'Update the driver of the device; what WebGPU needs of it: https://dawn.googlesource.com/dawn',
  };
}

function isAdapterMissing(text: string): boolean {
  return /Failed to get a WebGPU (adapter|device)/.test(text);
}

/** The error for what the library threw when it loaded a model, where that is not about the file. */
export async function explainFailure(
  provider: Pick<OrtProvider, 'backend' | 'executionProviders'>,
  cause: unknown,
  modelPath: string,
): Promise<Error | null> {
  const text = errorText(cause);
  if (isDeviceLost(text)) return deviceLost(cause);
  if (isAdapterMissing(text)) {
    const { reason, remedy } = whyNot(cause);
    return new DynoError('BACKEND_UNAVAILABLE', `Backend ${name}: ${reason}. Run: ${remedy}`, { cause });
  }
  return explainFallback(provider, cause, modelPath);
}

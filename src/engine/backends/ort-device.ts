import { DynoError, errorText, InputError } from '../../kernel/errors.ts';
import type { EffectiveField } from '../effective.ts';
import type { Backend, LoadOptions, PrecisionSupport, Probe, Session } from './backend.ts';
import { refuseAxesOfCompiler } from './compiled-axes.ts';
import { explainFallback } from './cpu-fallback.ts';
import { libraryPlaces } from './device-libraries.ts';
import { checkProviderOptions } from './ort-device-options.ts';
import {
  type Absence,
  bindingFolder,
  nvidiaDevices,
  oldestGeneration,
  type ProviderFiles,
  plainCudaText,
  whyAbsent,
  whyFails,
} from './ort-device-probe.ts';
import { importOrt, ortInstallLine, ortVersion, runSmallestModel, whyOrtFails } from './ort-library.ts';
import {
  computesFloats,
  fallbackOption,
  isRun,
  type OrtProvider,
  openOrtSession,
  statedOptions,
} from './ort-session.ts';
import { ofGeneration, settleTf32, tf32Variable } from './tf32.ts';

/** A provider of onnxruntime-node for devices of NVIDIA, whose libraries are not in npm's package. */
export interface DeviceProvider extends ProviderFiles {
  readonly backend: string;
  /** As the binding calls it, and what takes the nodes that it leaves. */
  readonly executionProviders: readonly string[];
  readonly precisions: Readonly<Record<string, PrecisionSupport>>;
  /** Why a precision that one would expect is not among them. */
  readonly withoutPrecision: Readonly<Record<string, string>>;
  /** Whether it makes engines of the graph, fused and laid out as it sees fit. */
  readonly compiles: boolean;
  /** What its options are without being stated. */
  readonly defaults: Readonly<Record<string, string | number>>;
  /** The backend that hands all options on to the same provider. */
  readonly pythonBackend: string;
}

/** The backend of a provider. Device 0 of those that CUDA_VISIBLE_DEVICES shows is used: the first one. */
export function deviceBackend(provider: DeviceProvider): Backend {
  const { backend } = provider;
  return {
    name: backend,
    stack: backend,
    operatorDomains: ['com.microsoft'],
    probe: () => probe(provider),
    load: (modelPath, options) => load(provider, modelPath, options),
  };
}

async function probe(provider: DeviceProvider): Promise<Probe> {
  const absence = whyNotHere(provider);
  if (absence !== null) return { available: false, ...absence };
  try {
    settleTf32(null);
    const ort = await importOrt();
    await runSmallestModel(ort, provider.executionProviders, true);
    return {
      available: true,
      device: nvidiaDevices('/proc') ?? 'a device of NVIDIA that its driver does not name',
      version: ortVersion(ort),
      precisions: ofGeneration(provider.precisions, await oldestGeneration()),
    };
  } catch (error) {
    return { available: false, ...whyFails(error) };
  }
}

/** Why the provider cannot be used, as far as files tell: nothing is loaded for it. */
function whyNotHere(provider: DeviceProvider): Absence | null {
  let folder: string;
  try {
    folder = bindingFolder();
  } catch (error) {
    return { reason: whyOrtFails(error), remedy: ortInstallLine };
  }
  return whyAbsent(provider, {
    platform: `${process.platform}/${process.arch}`,
    bindingFolder: folder,
    places: libraryPlaces(process.env),
    proc: '/proc',
  });
}

async function load(provider: DeviceProvider, modelPath: string, options: LoadOptions): Promise<Session> {
  const { backend, executionProviders, precisions, withoutPrecision, defaults, pythonBackend } = provider;
  const why = withoutPrecision[options.precision];
  if (why !== undefined) {
    throw new DynoError(
      'PRECISION_UNAVAILABLE',
      `Precision ${options.precision}: the backend ${backend} does not have it: ${why}. Take --backend ${pythonBackend}, or leave ${options.precision} out.`,
    );
  }
  if (provider.compiles) refuseAxesOfCompiler(backend, options);
  checkProviderOptions(backend, pythonBackend, defaults, options.providerOptions);
  settleTf32(options.precision);
  const ortProvider: OrtProvider = {
    backend,
    precisions,
    executionProviders,
    fields: deviceFields(options),
    strict: isRun(options),
    explainFailure: async (cause, path) =>
      (await explainFallback(
        { backend, executionProviders, asFloats: computesFloats({ precisions }, options) },
        cause,
        path,
      )) ?? deviceFailure(provider, cause, path),
  };
  if (!provider.compiles) return openOrtSession(ortProvider, modelPath, options);
  // TensorRT is given the graph as it is. One with engines in it cannot be written.
  return openOrtSession(ortProvider, modelPath, { ...options, optimization: 'none', dumpPath: null });
}

/** null: what was thrown is about the model, not about the device. */
function deviceFailure(provider: DeviceProvider, cause: unknown, modelPath: string): Error | null {
  const text = errorText(cause);
  const absence = /Failed to load shared library/.test(text) ? whyNotHere(provider) : null;
  if (absence !== null) {
    return new DynoError('BACKEND_UNAVAILABLE', `Backend ${provider.backend}: ${absence.reason}. ${absence.remedy}`, {
      cause,
    });
  }
  if (!/\b(CUDA|CUDNN|CUBLAS|cuDNN|TensorRT)\b|shared library|BFCArena|Failed to allocate/.test(text)) return null;
  return new InputError(
    'DEVICE_FAILED',
    `${modelPath}: the device of backend ${provider.backend} could not take the model: ${plainCudaText(text)}`,
    { cause },
  );
}

/** What only a device has. None of it is told by the library. */
function deviceFields(options: LoadOptions): Record<string, EffectiveField> {
  const { precision, providerOptions = {} } = options;
  const tf32: EffectiveField = { value: process.env[tf32Variable] === '1' ? 'on' : 'off', evidence: 'unverified' };
  // Threads of the processor have nothing to compute, unless operators may run there.
  const none: EffectiveField = { value: null, evidence: 'session metadata' };
  return {
    ...(precision === 'fp32' || precision === 'tf32' ? { tf32 } : {}),
    ...(providerOptions[fallbackOption] === true ? {} : { threads: none, spinning: none }),
    ...statedOptions(options),
  };
}

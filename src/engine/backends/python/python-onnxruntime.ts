import { processorName } from '../../../kernel/processor-name.ts';
import type { EffectiveField } from '../../effective.ts';
import type { Backend, LoadOptions, Probe, Session, TensorSpec } from '../backend.ts';
import { refuseAxesOfCompiler } from '../compiled-axes.ts';
import { disabledTransformers } from '../ort-fusions.ts';
import { statedOptions } from '../ort-session.ts';
import { ofGeneration } from '../tf32.ts';
import type { Header } from './frames.ts';
import { allowsFallback, type PythonProvider, providersFor, pythonProviders } from './onnxruntime-providers.ts';

const loadSeconds = 1800;

/** ONNX Runtime as Python has it, one backend for each of its providers that is used here. */
export const pythonOnnxRuntimes: readonly Backend[] = pythonProviders.map(backendOf);

function backendOf(provider: PythonProvider): Backend {
  return {
    name: provider.name,
    stack: provider.name,
    ...(provider.compiles ? {} : { operatorDomains: ['com.microsoft'] }),
    probe: () => probe(provider),
    load: (modelPath, options) => load(provider, modelPath, options),
  };
}

async function probe(backend: PythonProvider): Promise<Probe> {
  const { probeLibrary, tryProviders } = await import('./python-library.ts');
  const { packagesInstallLine } = await import('./python-program.ts');
  const { provider, packages, needs, environment } = backend;
  const remedy = packagesInstallLine(packages, environment);
  const answer = await probeLibrary('onnxruntime');
  if (!answer.available) return { ...answer, remedy: provider === 'CPUExecutionProvider' ? answer.remedy : remedy };
  const { hello } = answer;
  const { version, python, executable } = hello;
  const known = (hello.providers ?? []) as readonly string[];
  if (!known.includes(provider)) {
    const reason = `onnxruntime ${version} of ${executable} has no ${provider}, only ${known.join(', ')}${needs === null ? '' : `; it needs ${needs}`}`;
    return { available: false, reason, remedy: elsewhere(provider) ?? remedy };
  }
  if (backend.device === 'nvidia' && hello.nvidia === null) {
    const reason = `${provider} needs a GPU of NVIDIA, and no driver shows one (${hello.nvidiaMissing})`;
    return { available: false, reason, remedy: noDriver };
  }
  const failure = await tryProviders(providersFor(backend, { precision: 'fp32', threads: 1 }));
  if (failure !== null) return { available: false, reason: failure, remedy };
  return {
    available: true,
    device: deviceOf(backend, hello),
    version: `${version} (Python ${python})`,
    precisions: precisionsOf(backend, hello),
  };
}

/** Providers that a package has on one system alone: elsewhere no line of pip brings them. null: this is the system, or there are several. */
function elsewhere(provider: string): string | null {
  const system = { DmlExecutionProvider: 'win32', CoreMLExecutionProvider: 'darwin' }[provider];
  if (system === undefined || system === process.platform) return null;
  return `Measure on ${system === 'win32' ? 'Windows' : 'macOS'}.`;
}

const noDriver =
  "Install NVIDIA's driver: nvidia-smi must list the GPU. In a container, start it with --gpus all (docker) or --device nvidia.com/gpu=all (podman).";

function deviceOf({ device, provider }: PythonProvider, { nvidia }: Header): string {
  if (device === 'processor') return processorName();
  return device === 'nvidia' ? nvidiaOf(nvidia).name : provider;
}

/** TF32 is of devices, and the provider does not say whether this one has it. */
function precisionsOf({ device, precisions }: PythonProvider, { nvidia }: Header): typeof precisions {
  return device === 'nvidia' ? ofGeneration(precisions, nvidiaOf(nvidia).capability) : precisions;
}

/** What NVIDIA's driver tells of the first device: its name and the major number of what it is capable of. */
function nvidiaOf(said: unknown): { readonly name: string; readonly capability: number } {
  const { name, capability } = said as { readonly name: string; readonly capability: readonly number[] };
  return { name, capability: capability[0] ?? 0 };
}

async function load(backend: PythonProvider, modelPath: string, options: LoadOptions): Promise<Session> {
  const { checkModelFile, checkPrecision, computesFloats, isRun } = await import('../ort-session.ts');
  const { workerFor } = await import('./python-library.ts');
  const { PythonSession } = await import('./python-session.ts');
  const { withEngineFolder } = await import('./engine-folder.ts');
  const { name, provider, compiles } = backend;
  const { threads, spinning, precision, dumpPath, profilePrefix, optimization = 'full' } = options;
  checkPrecision(name, backend.precisions, precision);
  if (compiles) refuseAxesOfCompiler(name, options);
  checkModelFile(modelPath);
  const providers = providersFor(backend, await withEngineFolder(modelPath, options));
  const { worker, hello, startSeconds } = await workerFor('onnxruntime', { spinning, precision });
  try {
    checkPrecision(name, precisionsOf(backend, hello), precision);
    const { header } = await worker.request(
      {
        type: 'load',
        library: 'onnxruntime',
        modelPath,
        providers,
        options: {
          threads,
          spinning,
          // A graph with compiled parts cannot be written.
          dumpPath: compiles ? null : dumpPath,
          profilePrefix,
          optimization: compiles ? 'none' : optimization,
          disabledOptimizers: disabledTransformers(options),
          strict: provider !== 'CPUExecutionProvider' && !allowsFallback(options) && isRun(options),
          asFloats: computesFloats(backend, options),
        },
      },
      [],
      loadSeconds,
    );
    return new PythonSession(worker, {
      inputs: header.inputs as readonly TensorSpec[],
      outputs: header.outputs as readonly TensorSpec[],
      effective: {
        ...effectiveOf(backend, options),
        ...threadsOf(backend, options, header.threads),
        software: {
          value: `onnxruntime ${hello.version}, Python ${hello.python}, NumPy ${hello.numpy}`,
          evidence: 'session metadata',
        },
      },
      profiles: profilePrefix === null ? 'not asked' : 'yes',
      startSeconds,
    });
  } catch (error) {
    await worker.close();
    throw error;
  }
}

/** ONNX Runtime tells nothing of what took effect: these are the settings that it accepted. */
function effectiveOf(backend: PythonProvider, options: LoadOptions): Readonly<Record<string, EffectiveField>> {
  const { fusion, layout = 'engine', precision, spinning } = options;
  const accepted = {
    backend: backend.name,
    precision,
    fusion,
    layout: fusion === 'on' ? layout : 'plain',
    // A provider that compiles has threads of its own, which know no such setting.
    spinning: backend.compiles ? null : spinning,
  };
  const settings = Object.entries(accepted).map(([field, value]) => [field, unverified(value)] as const);
  return { ...statedOptions(options), ...Object.fromEntries(settings) };
}

/** On a device, threads of the processor compute nothing, unless operators may run there. */
function threadsOf(
  { device, compiles }: PythonProvider,
  options: LoadOptions,
  counted: unknown,
): Readonly<Record<string, EffectiveField>> {
  const { threads } = options;
  if (device === 'processor') return { threads: compiles ? unverified(threads) : threadsField(counted, threads) };
  return allowsFallback(options) ? { threads: unverified(threads) } : onDevice;
}

const onDevice: Readonly<Record<string, EffectiveField>> = Object.fromEntries(
  ['threads', 'spinning'].map((axis) => [axis, { value: null, evidence: 'session metadata' }]),
);

function unverified(value: EffectiveField['value']): EffectiveField {
  return { value, evidence: 'unverified' };
}

/** Counted in the worker before and after loading; without `/proc`, what was asked for. */
function threadsField(counted: unknown, asked: number): EffectiveField {
  return typeof counted === 'number' ? { value: counted, evidence: 'threads of the process' } : unverified(asked);
}

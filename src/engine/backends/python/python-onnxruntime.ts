import { cpus } from 'node:os';
import type { Backend, LoadOptions, PrecisionSupport, Probe, Session, TensorSpec } from '../backend.ts';
import { disabledTransformers } from '../ort-fusions.ts';

interface PythonProvider {
  readonly name: string;
  /** As ONNX Runtime names it. */
  readonly provider: string;
  /** Where it comes from. */
  readonly packages: string;
  readonly precisions: Readonly<Record<string, PrecisionSupport>>;
}

/** As `ort-cpu` has them: the same library carries them out. */
const onCpu: Readonly<Record<string, PrecisionSupport>> = {
  fp32: 'native',
  fp16: 'emulated',
  bf16: 'storage',
  int8: 'native',
  int8_dynamic: 'native',
};

const onGpu: Readonly<Record<string, PrecisionSupport>> = { fp32: 'native', fp16: 'native', int8: 'native' };

const providers: readonly PythonProvider[] = [
  {
    name: 'python-onnxruntime',
    provider: 'CPUExecutionProvider',
    packages: 'onnxruntime==1.30.0 numpy',
    precisions: onCpu,
  },
  {
    name: 'python-onnxruntime-cuda',
    provider: 'CUDAExecutionProvider',
    packages: '"onnxruntime-gpu[cuda,cudnn]==1.30.0" numpy',
    precisions: onGpu,
  },
  {
    name: 'python-onnxruntime-tensorrt',
    provider: 'TensorrtExecutionProvider',
    packages: '"onnxruntime-gpu[cuda,cudnn]==1.30.0" tensorrt numpy',
    precisions: onGpu,
  },
];

const loadSeconds = 1800;

/** ONNX Runtime as Python has it, one backend for each of its providers that is used here. */
export const pythonOnnxRuntimes: readonly Backend[] = providers.map(backendOf);

function backendOf(provider: PythonProvider): Backend {
  return {
    name: provider.name,
    stack: provider.name,
    operatorDomains: ['com.microsoft'],
    probe: () => probe(provider),
    load: (modelPath, options) => load(provider, modelPath, options),
  };
}

async function probe({ provider, packages, precisions }: PythonProvider): Promise<Probe> {
  const { probeLibrary } = await import('./python-library.ts');
  const { packagesInstallLine } = await import('./python-program.ts');
  const answer = await probeLibrary('onnxruntime');
  if (!answer.available)
    return { ...answer, remedy: provider === 'CPUExecutionProvider' ? answer.remedy : packagesInstallLine(packages) };
  const { version, python, executable } = answer.hello;
  const known = (answer.hello.providers ?? []) as readonly string[];
  if (!known.includes(provider)) {
    const reason = `onnxruntime ${version} of ${executable} has no ${provider}, only ${known.join(', ')}`;
    return { available: false, reason, remedy: packagesInstallLine(packages) };
  }
  const device = provider === 'CPUExecutionProvider' ? (cpus()[0]?.model.trim() ?? process.arch) : provider;
  return { available: true, device, version: `${version} (Python ${python})`, precisions };
}

async function load(
  { name, provider, precisions }: PythonProvider,
  modelPath: string,
  options: LoadOptions,
): Promise<Session> {
  const { checkModelFile, checkPrecision } = await import('../ort-session.ts');
  const { workerFor } = await import('./python-library.ts');
  const { PythonSession } = await import('./python-session.ts');
  checkPrecision(name, precisions, options.precision);
  checkModelFile(modelPath);
  const { worker, hello, startSeconds } = await workerFor('onnxruntime', options.spinning);
  try {
    const {
      threads,
      spinning,
      dumpPath,
      profilePrefix,
      optimization = 'full',
      fusion,
      layout = 'engine',
      precision,
    } = options;
    const { header } = await worker.request(
      {
        type: 'load',
        library: 'onnxruntime',
        modelPath,
        provider,
        options: {
          threads,
          spinning,
          dumpPath,
          profilePrefix,
          optimization,
          disabledOptimizers: disabledTransformers(options),
        },
      },
      [],
      loadSeconds,
    );
    const accepted = { backend: name, precision, fusion, layout: fusion === 'on' ? layout : 'plain', spinning };
    return new PythonSession(worker, {
      inputs: header.inputs as readonly TensorSpec[],
      outputs: header.outputs as readonly TensorSpec[],
      effective: {
        // ONNX Runtime tells nothing of what took effect: these are the settings that it accepted.
        ...Object.fromEntries(
          Object.entries(accepted).map(([field, value]) => [field, { value, evidence: 'unverified' as const }]),
        ),
        threads: threadsField(header.threads, threads),
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

/** Counted in the worker before and after loading; without `/proc`, what was asked for. */
function threadsField(counted: unknown, asked: number) {
  if (typeof counted !== 'number') return { value: asked, evidence: 'unverified' as const };
  return { value: counted, evidence: 'threads of the process' as const };
}

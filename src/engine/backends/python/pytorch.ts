import { InputError } from '../../../kernel/errors.ts';
import { processorName } from '../../../kernel/processor-name.ts';
import type { EffectiveField } from '../../effective.ts';
import type { Backend, LoadOptions, PrecisionSupport, Probe, Session } from '../backend.ts';
import type { Header } from './frames.ts';

/** How PyTorch runs a network. All but the first have it in channels last. */
type Mode = 'eager' | 'channels-last' | 'compile' | 'cuda-graphs';

const modes: readonly Mode[] = ['eager', 'channels-last', 'compile', 'cuda-graphs'];

const loadSeconds = 1800;

/** Linear algebra that is fit to be compared with. What else a build names is the reference implementation, ten times too slow. */
const knownLinearAlgebra: ReadonlySet<string> = new Set([
  'mkl',
  'open',
  'openblas',
  'accelerate',
  'armpl',
  'flexi',
  'nvpl',
]);

/**
 * PyTorch, one backend for each way in which it runs a network: `pytorch-eager`, `pytorch-channels-last`, `pytorch-compile` and
 * `pytorch-cuda-graphs`. The network is built from the nodes and weights of the ONNX file. It runs on the GPU where PyTorch has one, unless
 * `DYNO_PYTORCH_DEVICE` says `cpu`.
 */
export const pytorchBackends: readonly Backend[] = modes.map((mode) => ({
  name: nameOf(mode),
  stack: nameOf(mode),
  probe: () => probe(mode),
  load: (modelPath: string, options: LoadOptions) => load(mode, modelPath, options),
}));

function nameOf(mode: Mode): string {
  return `pytorch-${mode}`;
}

async function probe(mode: Mode): Promise<Probe> {
  const { probeLibrary } = await import('./python-library.ts');
  const { packagesInstallLine } = await import('./python-program.ts');
  const answer = await probeLibrary('torch');
  if (!answer.available) return answer;
  const { hello } = answer;
  const missing = missingFor(mode, hello, packagesInstallLine('torch numpy'));
  if (missing !== null) return { available: false, ...missing };
  const onGpu = deviceOf(hello) === 'cuda';
  return {
    available: true,
    device: onGpu ? String(hello.cuda) : processorName(),
    version: softwareOf(hello, deviceOf(hello)),
    precisions: hello.precisions as Readonly<Record<string, PrecisionSupport>>,
  };
}

/** The versions that a figure depends on, and what computes its products. */
function softwareOf(hello: Header, device: 'cpu' | 'cuda'): string {
  const products =
    device === 'cuda'
      ? `${hello.cuda}`
      : `${hello.blas}${hello.oneDnn === true ? ', oneDNN' : ''}, ${hello.capability}`;
  return `torch ${hello.version}, Python ${hello.python}, ${products}`;
}

/** What a mode lacks on this machine; null: nothing. */
function missingFor(mode: Mode, hello: Header, installLine: string): { reason: string; remedy: string } | null {
  const device = deviceOf(hello);
  if (device === 'cpu' && !knownLinearAlgebra.has(String(hello.blas).toLowerCase())) {
    const reason = `torch ${hello.version} of ${hello.executable} was built with the linear algebra "${hello.blas}": no fair peer`;
    return { reason, remedy: installLine };
  }
  if (mode === 'cuda-graphs' && device === 'cpu') {
    return {
      reason: `CUDA graphs need a GPU, and torch ${hello.version} of ${hello.executable} has none here`,
      remedy: 'Measure with pytorch-compile, or on a machine with an NVIDIA GPU and its driver.',
    };
  }
  if (mode === 'compile' && device === 'cpu' && typeof hello.compilerMissing === 'string') {
    return {
      reason: `torch.compile needs ${hello.compilerMissing}`,
      remedy: 'apt-get install --yes g++ python3-dev (or set CXX)',
    };
  }
  return null;
}

function deviceOf(hello: Header): 'cpu' | 'cuda' {
  return typeof hello.cuda === 'string' && process.env.DYNO_PYTORCH_DEVICE !== 'cpu' ? 'cuda' : 'cpu';
}

async function load(mode: Mode, modelPath: string, options: LoadOptions): Promise<Session> {
  const { checkPrecision } = await import('../ort-session.ts');
  const { graphMessage } = await import('./graph-message.ts');
  const { workerFor } = await import('./python-library.ts');
  const { PythonSession } = await import('./python-session.ts');
  const { threads, precision, spinning } = options;
  refuseUnsupported(mode, options);
  const { graph, parts, inputs, outputs } = graphMessage(modelPath);
  const { worker, hello, startSeconds } = await workerFor('torch', { spinning, precision });
  try {
    checkPrecision(nameOf(mode), hello.precisions as Readonly<Record<string, PrecisionSupport>>, precision);
    const device = deviceOf(hello);
    const { header } = await worker.request(
      { type: 'load', library: 'torch', mode, device, precision, threads, graph },
      parts,
      loadSeconds,
    );
    return new PythonSession(worker, {
      inputs,
      outputs,
      effective: {
        ...effectiveOf(mode, options, device === 'cuda' ? null : Number(header.threads)),
        software: { value: softwareOf(hello, device), evidence: 'session metadata' },
      },
      profiles: 'no such thing',
      startSeconds,
    });
  } catch (error) {
    await worker.close();
    throw error;
  }
}

/**
 * What PyTorch cannot do on request is refused, or its figures would bear the name of something else: compiled code is fused, and channels last
 * is what a mode is, not a setting of it. The reference of a proof is asked for without both; a case is not.
 */
function refuseUnsupported(mode: Mode, { fusion, layout, optimization, providerOptions = {} }: LoadOptions): void {
  const options = Object.keys(providerOptions);
  if (options.length > 0) {
    throw new InputError(
      'PROVIDER_OPTION_UNAVAILABLE',
      `The backend ${nameOf(mode)}: expected no options of an execution provider, which PyTorch does not have, got ${options.join(', ')}. Take them out of provider_options.`,
    );
  }
  if (optimization === 'none') return;
  const refuse = (axis: string, came: string, use: string): never => {
    throw new InputError(
      'AXIS_UNSUPPORTED',
      `The backend ${nameOf(mode)}: expected ${axis} ${use}, got ${came}. Set it in the matrix, or measure with pytorch-eager.`,
    );
  };
  if (mode === 'compile' && fusion === 'off') refuse('fusion', 'off or graph', 'on or engine');
  if (mode !== 'eager' && fusion === 'on' && layout === 'plain') refuse('layout', 'plain', 'engine');
}

/** Eager code has neither fusion nor a layout to choose; of compiled code, that it was compiled is known, as anything else is an error. */
function effectiveOf(
  mode: Mode,
  options: LoadOptions,
  threads: number | null,
): Readonly<Record<string, EffectiveField>> {
  const none: EffectiveField = { value: null, evidence: 'session metadata' };
  return {
    backend: { value: nameOf(mode), evidence: 'session metadata' },
    precision: { value: options.precision, evidence: 'unverified' },
    fusion: mode === 'compile' ? { value: 'on', evidence: 'session metadata' } : none,
    layout: mode === 'eager' ? none : { value: 'engine', evidence: 'session metadata' },
    // On a GPU, threads of the processor compute nothing.
    threads: { value: threads, evidence: 'session metadata' },
    spinning: threads === null ? none : { value: options.spinning, evidence: 'unverified' },
  };
}

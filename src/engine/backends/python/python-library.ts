import { performance } from 'node:perf_hooks';
import { DynoError, errorText } from '../../../kernel/errors.ts';
import { smallestModel } from '../ort-library.ts';
import type { Header } from './frames.ts';
import type { ProviderSettings } from './onnxruntime-providers.ts';
import {
  isPythonNewEnough,
  leastPython,
  libraryInstallLine,
  pythonInstallLine,
  pythonProgram,
  workerScript,
} from './python-program.ts';
import { PythonWorker } from './python-worker.ts';
import { workerEnvironment } from './worker-environment.ts';

/** A library of Python that runs models. */
export type LibraryName = 'onnxruntime' | 'torch';

/** A worker whose library is there, and what it tells of itself. */
export interface StartedWorker {
  readonly worker: PythonWorker;
  readonly hello: Header;
  readonly startSeconds: number;
}

export type LibraryProbe =
  | { readonly available: true; readonly hello: Header }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/** What installs each library. ONNX Runtime in the version of the one for Node.js, or the two would not be compared. */
const packages: Readonly<Record<LibraryName, string>> = {
  onnxruntime: 'onnxruntime==1.30.0 numpy',
  torch: 'torch numpy',
};

/** What decides about the environment of a worker. */
export interface WorkerNeeds {
  readonly spinning: 'on' | 'off';
  readonly precision: string;
}

/** What a worker that a probe has started is made for: nothing is measured in it but what asks for the same. */
const usualNeeds: WorkerNeeds = { spinning: 'off', precision: 'fp32' };

/** A provider of a GPU starts its libraries, and one that compiles does so. */
const trySeconds = 20;

/** Importing PyTorch for the first time reads some hundred megabytes. A probe must be done before its process is given up. */
const helloSeconds = { probe: 25, load: 120 } as const;

const probes = new Map<LibraryName, Promise<LibraryProbe>>();
/** The worker that a probe has started, until a session needs it: importing a library once is enough. */
const spares = new Map<LibraryName, StartedWorker>();

/** Whether a library can be used, asked once in a process. Never throws. */
export function probeLibrary(library: LibraryName): Promise<LibraryProbe> {
  const known = probes.get(library) ?? askLibrary(library);
  probes.set(library, known);
  return known;
}

async function askLibrary(library: LibraryName): Promise<LibraryProbe> {
  try {
    return { available: true, hello: (await spareWorker(library)).hello };
  } catch (error) {
    return { available: false, ...whyNot(library, error) };
  }
}

async function spareWorker(library: LibraryName): Promise<StartedWorker> {
  const known = spares.get(library);
  if (known !== undefined) return known;
  const spare = { ...(await startLibrary(library, usualNeeds, helloSeconds.probe)), startSeconds: 0 };
  spares.set(library, spare);
  return spare;
}

let lastTry: Promise<unknown> = Promise.resolve();

/**
 * Why ONNX Runtime cannot run a model with these providers, tried with the smallest there is on the worker of the probe; null: it can. One try after
 * the other. Never throws.
 */
export function tryProviders(providers: readonly ProviderSettings[]): Promise<string | null> {
  const tried = lastTry.then(() => triedOnSpare(providers));
  lastTry = tried;
  return tried;
}

async function triedOnSpare(providers: readonly ProviderSettings[]): Promise<string | null> {
  try {
    const { worker } = await spareWorker('onnxruntime');
    await worker.request({ type: 'try', providers }, [smallestModel()], trySeconds);
    return null;
  } catch (error) {
    // A worker that died of it is of no use to the next one.
    if (error instanceof DynoError && error.code.startsWith('WORKER_')) {
      await spares.get('onnxruntime')?.worker.close();
      spares.delete('onnxruntime');
    }
    return errorText(error);
  }
}

/** A worker with its library imported: the one that the probe left, where it fits what is asked for. */
export async function workerFor(library: LibraryName, needs: WorkerNeeds): Promise<StartedWorker> {
  const spare = spares.get(library);
  spares.delete(library);
  const fits = needs.spinning === usualNeeds.spinning && needs.precision !== 'tf32';
  if (spare !== undefined && fits) return spare;
  await spare?.worker.close();
  return startLibrary(library, needs, helloSeconds.load);
}

/** Ends workers that probes have left. For tests, and for whoever asks and then loads nothing. */
export async function closeSpareWorkers(): Promise<void> {
  const left = [...spares.values()];
  spares.clear();
  probes.clear();
  for (const { worker } of left) await worker.close();
}

async function startLibrary(library: LibraryName, needs: WorkerNeeds, seconds: number): Promise<StartedWorker> {
  const program = pythonProgram();
  if (program === null) throw new DynoError('PYTHON_MISSING', 'there is no python3 in PATH');
  const start = performance.now();
  const worker = await PythonWorker.start({
    program,
    // Without files of compiled code beside the worker's own sources, which may lie where nobody can write.
    programArguments: ['-B', workerScript],
    environment: workerEnvironment(needs),
  });
  try {
    const { header } = await worker.request({ type: 'hello', library }, [], seconds);
    if (!isPythonNewEnough(String(header.python))) {
      throw new DynoError(
        'PYTHON_TOO_OLD',
        `${program} is Python ${header.python}, and ${leastPython.join('.')} is needed`,
      );
    }
    return { worker, hello: header, startSeconds: (performance.now() - start) / 1e3 };
  } catch (error) {
    await worker.close();
    throw error;
  }
}

/** Reason and remedy of a probe, from what went wrong. */
export function whyNot(library: LibraryName, error: unknown): { reason: string; remedy: string } {
  const code = error instanceof DynoError ? error.code : '';
  const reason = errorText(error);
  if (code === 'PYTHON_MISSING' || code === 'PYTHON_TOO_OLD' || code === 'WORKER_NOT_STARTED') {
    return { reason, remedy: pythonInstallLine };
  }
  const remedy = libraryInstallLine(packages[library]);
  const program = pythonProgram() ?? 'python3';
  if (code === 'MODULE_MISSING') return { reason: `${program} cannot import ${reason}`, remedy };
  return { reason: `${library} of ${program} does not work here (${reason})`, remedy };
}

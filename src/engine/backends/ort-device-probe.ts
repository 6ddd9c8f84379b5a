import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { commandResult } from '../../kernel/command-output.ts';
import { errorText } from '../../kernel/errors.ts';
import { findProgram } from '../../kernel/find-program.ts';
import { namesIfReadable, textIfReadable } from '../../kernel/tolerant-read.ts';
import { explainError } from '../diagnosis/explain-error.ts';
import { findsLibrary, type LibraryPlaces, missingLibraries } from './device-libraries.ts';
import { cudaMajor, driverLibrary, leastDriver, libraryRemedy } from './device-packages.ts';
import { elfNeeds } from './elf-needs.ts';

/** Why a provider cannot be used, and the line that helps. */
export interface Absence {
  readonly reason: string;
  readonly remedy: string;
}

/** The libraries of a provider, as the package of onnxruntime-node has them when its install script has run. */
export interface ProviderFiles {
  /** As people call it: `CUDA`. */
  readonly title: string;
  /** Files that must lie beside the binding. */
  readonly files: readonly string[];
  /** Libraries that it opens by itself while it runs, which no header names. */
  readonly opened: readonly string[];
}

/** What is looked at; tests give other folders. */
export interface ProbedMachine {
  readonly platform: string;
  /** Folder of the binding, with its libraries. */
  readonly bindingFolder: string;
  readonly places: LibraryPlaces;
  /** `/proc`. */
  readonly proc: string;
}

/** Folder of the binding of onnxruntime-node for this machine. Throws where the package is not installed. */
export function bindingFolder(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(dirname(entry)), 'bin', 'napi-v6', process.platform, process.arch);
}

/**
 * The line that fetches the libraries of the providers: the install script of onnxruntime-node, which is not run otherwise. (Its other word, `cuda12`, is
 * read as if nothing had been said.)
 */
export function fetchLine(folder: string): string {
  const script = join(folder, '..', '..', '..', '..', 'script', 'install.js');
  return `ONNXRUNTIME_NODE_INSTALL=true node ${script}`;
}

/**
 * Why a provider cannot be used here, as far as files tell: they name everything that is missing, where the library itself only says "Failed to
 * load shared library". null: nothing is missing.
 */
export function whyAbsent(provider: ProviderFiles, machine: ProbedMachine): Absence | null {
  const { title, files, opened } = provider;
  if (machine.platform !== 'linux/x64') {
    return {
      reason: `onnxruntime-node has the ${title} provider for linux/x64, and this is ${machine.platform}`,
      remedy: 'Measure on Linux on an x64 processor.',
    };
  }
  const folder = machine.bindingFolder;
  const absent = files.filter((file) => !existsSync(join(folder, file)));
  if (absent.length > 0) {
    return {
      reason: `${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} not beside onnxruntime-node: npm's package does not hold the ${title} provider, its install script fetches it (some 300 MB from nuget.org)`,
      remedy: fetchLine(folder),
    };
  }
  const paths = files.map((file) => join(folder, file));
  const major = cudaMajor(paths.flatMap((path) => elfNeeds(path)?.needed ?? []));
  return whyNoLibraries({ paths, opened, major }, machine) ?? whyNoDriver({ title, major }, machine);
}

/** All that the loader does not find, but for the driver's library, which no package holds. */
function whyNoLibraries(
  {
    paths,
    opened,
    major,
  }: { readonly paths: readonly string[]; readonly opened: readonly string[]; readonly major: number | null },
  { places }: ProbedMachine,
): Absence | null {
  const missing = missingLibraries(paths, opened, places).filter(({ name }) => name !== driverLibrary);
  if (missing.length === 0) return null;
  const names = missing.map(({ name, liesIn }) => (liesIn === null ? name : `${name} (it lies in ${liesIn})`));
  const built = major === null ? '' : `; the provider is built for CUDA ${major}`;
  return {
    reason: `the loader does not find ${names.join(', ')}${built}`,
    remedy:
      libraryRemedy(missing, major) ??
      `Install what holds ${missing.map(({ name }) => name).join(', ')}, and name its folder in LD_LIBRARY_PATH.`,
  };
}

function whyNoDriver(
  { title, major }: { readonly title: string; readonly major: number | null },
  { places, proc }: ProbedMachine,
): Absence | null {
  const least = leastDriver(major);
  const version = driverVersion(proc);
  if (!findsLibrary(driverLibrary, places)) {
    const half = version === null ? '' : `, though the driver ${version} is loaded`;
    return {
      reason: `there is no NVIDIA driver here: the loader does not find ${driverLibrary}${half}`,
      remedy: `Install NVIDIA's driver ${least} or newer on the machine itself; in a container: docker run --gpus all.`,
    };
  }
  if (version !== null && isOlder(version, least)) {
    return {
      reason: `the NVIDIA driver ${version} is older than ${least}, which the ${title} provider needs`,
      remedy: `Update the driver to ${least} or newer, and reboot.`,
    };
  }
  return null;
}

/** Of the loaded kernel module; null: there is none, or it does not tell. */
function driverVersion(proc: string): string | null {
  const text = textIfReadable(join(proc, 'driver', 'nvidia', 'version'));
  return /Module\s+(?:for \S+\s+)?(\d+(?:\.\d+)+)/.exec(text ?? '')?.[1] ?? null;
}

function isOlder(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number));
  for (const [index, number] of (b ?? []).entries()) {
    const own = a?.[index] ?? 0;
    if (own !== number) return own < number;
  }
  return false;
}

/** The generation of the oldest GPU here, by the major number of what it is capable of; null: nvidia-smi is not there, or does not tell. */
export async function oldestGeneration(program = findProgram('nvidia-smi')): Promise<number | null> {
  if (program === null) return null;
  const words = ['--query-gpu=compute_cap', '--format=csv,noheader'];
  const { exitCode, stdout } = await commandResult(program, words, { seconds: 5 });
  const found = exitCode === 0 ? [...stdout.matchAll(/^\s*(\d+)\.\d+\s*$/gm)].map(([, major]) => Number(major)) : [];
  return found.length === 0 ? null : Math.min(...found);
}

/** Names of the GPUs as the driver has them, each once; null: it does not tell. */
export function nvidiaDevices(proc: string): string | null {
  const folder = join(proc, 'driver', 'nvidia', 'gpus');
  const names = namesIfReadable(folder).flatMap(
    (address) => /^Model:\s*(.+?)\s*$/m.exec(textIfReadable(join(folder, address, 'information')) ?? '')?.[1] ?? [],
  );
  return names.length === 0 ? null : [...new Set(names)].join(' or ');
}

/** What the library threw when its smallest model was run, in words: what is known of that error, else its text without files and lines of its sources. */
export function whyFails(error: unknown): Absence {
  const text = plainCudaText(errorText(error));
  const [known] = explainError(text);
  if (known === undefined) {
    return { reason: text, remedy: 'Look for the cause with nvidia-smi and dmesg | grep -i nvrm.' };
  }
  return { reason: `${text}: ${known.meaning}`, remedy: known.remedy };
}

/**
 * `CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version (cudaSetDevice(info_.device_id))` of two kilobytes of C++ types and
 * lines of sources around it. Another text comes back as it is.
 */
export function plainCudaText(text: string): string {
  const found =
    /((?:CUDA|CUDNN|CUBLAS|CUFFT|CURAND|TRT)\w* failure -?\d+: .*?) ; GPU=[^;]*; hostname=[^;]*(?:;[^;]*){0,2}; expr=([^;]*)/.exec(
      text,
    );
  return found === null ? text.trim() : `${found[1]} (${found[2]?.trim()})`;
}

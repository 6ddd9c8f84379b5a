import { resolve } from 'node:path';
import * as z from 'zod';
import type { Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import type { OwnCalibration } from './plan.ts';

const path = z.string().min(1).meta({ description: 'A path, relative to the suite file.' });

/** Data that ranges are taken from when a model of the user's own is quantised. */
export const calibration = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('images').meta({ description: 'A folder of images, preprocessed as those of "data".' }),
    folder: path,
  }),
  z.strictObject({
    kind: z.literal('npy').meta({ description: 'A folder of .npy files, of the shapes of those of "data".' }),
    folder: path,
    inputs: z
      .record(z.string().min(1), path)
      .optional()
      .meta({ description: 'For several inputs: the folder of each by the name of the input, within "folder".' }),
  }),
]);

export type CalibrationFile = z.infer<typeof calibration>;

/** What is wrong with calibration data that fit their schema; `data` is what is measured. */
export function calibrationProblems(
  file: CalibrationFile,
  data: { readonly kind: string; readonly folder: string; readonly labels?: string | undefined } | undefined,
  at: Path,
): Problem[] {
  if (file.kind !== (data?.kind ?? 'npy')) {
    const what = data === undefined ? '"npy" where nothing is given as data' : `data of the same kind, ${data.kind}`;
    return [{ path: [...at, 'kind'], part: 'value', message: `expected ${what}, got "${file.kind}"` }];
  }
  if (data?.labels !== undefined && resolve('/', data.folder) === resolve('/', file.folder)) {
    const message =
      'expected another folder than that of "data", whose labels the accuracy is taken with: it would flatter int8';
    return [{ path: [...at, 'folder'], part: 'value', message }];
  }
  return [];
}

/** Calibration data; their paths, relative to `folder`, made absolute. */
export function settleCalibration(file: CalibrationFile, folder: string): OwnCalibration {
  const base = resolve(folder, file.folder);
  const inputs = file.kind === 'npy' ? Object.entries(file.inputs ?? {}) : [];
  return {
    kind: file.kind,
    folder: base,
    inputs: Object.fromEntries(inputs.map(([input, inner]) => [input, resolve(base, inner)])),
  };
}

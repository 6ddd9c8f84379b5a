import { join } from 'node:path';
import type { ModelValue } from '../graph/model-values.ts';
import { InputError } from '../kernel/errors.ts';
import { dataFiles } from './data-folder.ts';
import { readLabels } from './labels.ts';
import { type NpyHeader, readNpyHeader } from './npy.ts';
import type { PreparedData } from './prepared-workload.ts';

/** Folders of `.npy` files, and the headers that they all have. */
export interface NpyItems {
  readonly data: Extract<PreparedData, { kind: 'npy' }>;
  /** By the name of the input. */
  readonly headers: Readonly<Record<string, NpyHeader>>;
}

/**
 * The arrays of a folder, or of a folder for each input: one file an item, of the same names in every folder. All files of an
 * input must have one type and shape. Throws `NPY_INVALID` naming the file that differs or is missing.
 */
export function npyItems(
  inputs: readonly ModelValue[],
  folder: string,
  folders: Readonly<Record<string, string>>,
  labels: string | null,
): NpyItems {
  const byInput = foldersByInput(inputs, folder, folders);
  const [first] = byInput;
  if (first === undefined) throw new InputError('NPY_INVALID', `The model has no input that ${folder} could feed.`);
  const names = dataFiles(first.folder, ['.npy'], 'NumPy arrays (.npy)');
  const files: Record<string, string[]> = {};
  const headers: Record<string, NpyHeader> = {};
  for (const { input, folder: place } of byInput) {
    const present = new Set(dataFiles(place, ['.npy'], 'NumPy arrays (.npy)'));
    const missing = names.find((name) => !present.has(name));
    if (missing !== undefined) {
      throw new InputError(
        'NPY_INVALID',
        `${join(place, missing)}: no such file, but ${first.folder} has one: every item needs a file for each input.`,
      );
    }
    const extra = [...present].find((name) => !names.includes(name));
    if (extra !== undefined) {
      throw new InputError(
        'NPY_INVALID',
        `${join(place, extra)}: ${first.folder} has no file of this name: every item needs a file for each input.`,
      );
    }
    files[input.name] = names.map((name) => join(place, name));
    headers[input.name] = commonHeader(files[input.name] ?? [], input);
  }
  const classes = labels === null ? null : readLabels(labels, names);
  return { data: { kind: 'npy', files, labels: classes, items: names.length }, headers };
}

function foldersByInput(inputs: readonly ModelValue[], folder: string, folders: Readonly<Record<string, string>>) {
  const given = Object.entries(folders);
  if (given.length === 0) {
    const [only] = inputs;
    if (inputs.length === 1 && only !== undefined) return [{ input: only, folder }];
    const example = inputs.map(({ name }) => `${name}: <folder>`).join(', ');
    throw new InputError(
      'NPY_INVALID',
      `${folder}: the model has ${inputs.length} inputs, so that one folder does not do. Give \`inputs: { ${example} }\`.`,
    );
  }
  const unknown = given.find(([name]) => !inputs.some((input) => input.name === name));
  if (unknown !== undefined) {
    throw new InputError(
      'NPY_INVALID',
      `The model has no input "${unknown[0]}". Its inputs: ${inputs.map(({ name }) => name).join(', ')}.`,
    );
  }
  return inputs.map((input) => {
    const place = folders[input.name];
    if (place !== undefined) return { input, folder: place };
    throw new InputError(
      'NPY_INVALID',
      `Input "${input.name}" of the model has no folder of arrays. Add it to \`inputs\`.`,
    );
  });
}

function commonHeader(paths: readonly string[], input: ModelValue): NpyHeader {
  let common: NpyHeader | null = null;
  for (const path of paths) {
    const header = readNpyHeader(path);
    if (header.type !== input.type) {
      throw new InputError(
        'NPY_INVALID',
        `${path}: input "${input.name}" takes ${input.type}, but the array is ${header.type}. Save it with array.astype('${input.type}').`,
      );
    }
    if (common !== null && String(common.dims) !== String(header.dims)) {
      throw new InputError(
        'NPY_INVALID',
        `${path}: its shape [${header.dims}] differs from [${common.dims}] of ${paths[0]}. Items of one case have one shape: pad them, or make several workloads.`,
      );
    }
    common = header;
  }
  if (common === null) throw new InputError('NPY_INVALID', `Input "${input.name}" has no arrays.`);
  return common;
}

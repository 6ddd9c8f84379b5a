import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { canonicalJson, sha256 } from '../kernel/content-hash.ts';
import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import type { LoadedSuite } from './load-suite.ts';
import { nameOfFile } from './name-of-file.ts';
import type { SuiteFile } from './schema.ts';

/** What `dyno bench --model FILE [--shape …]` says. */
export interface ModelRequest {
  /** Path of the ONNX file, as typed. */
  readonly model: string;
  /** Each `input:1x3x224x224` or `dimension=320`, as typed. */
  readonly shapes: readonly string[];
}

/**
 * The suite that a model of the user's own stands for: one workload, every axis at its default. It is named like the file, `-own` added
 * where the hub has that name. Throws `MODEL_NOT_FOUND`, `SHAPE_INVALID`.
 */
export function suiteForModel(request: ModelRequest, hub: readonly string[]): LoadedSuite {
  const model = resolve(request.model);
  expectFile(request.model, model);
  const stem = nameOfFile(request.model, 'model');
  const name = hub.includes(stem) ? `${stem}-own` : stem;
  const value: SuiteFile = { name, workloads: [{ name, model, ...parseShapes(request.shapes) }] };
  return {
    value,
    file: null,
    sha256: sha256(canonicalJson({ ...value, workloads: [{ name, ...parseShapes(request.shapes) }] })),
    folder: dirname(model),
    where: () => '--model',
  };
}

/**
 * `--shape` options: `input:1x3x224x224` gives the whole shape of an input (`input:` a scalar's), `dimension=320` the size of a dynamic
 * dimension by the name that the model gives it.
 */
export function parseShapes(texts: readonly string[]): {
  shapes: Record<string, number[]>;
  dimensions: Record<string, number>;
} {
  const shapes = new Map<string, number[]>();
  const dimensions = new Map<string, number>();
  for (const text of texts) {
    // The last colon: names of tensors may hold colons themselves, such as TensorFlow's `input:0`.
    const shape = /^(.+):((?:\d+(?:[x,]\d+)*)?)$/.exec(text);
    const dimension = /^(.+)=(\d+)$/.exec(text);
    if (shape !== null) addOnce(shapes, text, shape[1] ?? '', sizes(text, shape[2] ?? ''));
    else if (dimension !== null) addOnce(dimensions, text, dimension[1] ?? '', size(text, dimension[2] ?? ''));
    else throw shapeError(text, 'INPUT:1x3x224x224 or DIMENSION=320, sizes being whole numbers');
  }
  return { shapes: Object.fromEntries(shapes), dimensions: Object.fromEntries(dimensions) };
}

function sizes(option: string, text: string): number[] {
  return text === '' ? [] : text.split(/[x,]/).map((item) => size(option, item));
}

function size(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw shapeError(option, `sizes of at least 1, not ${text}`);
  return value;
}

function addOnce<T>(map: Map<string, T>, option: string, name: string, value: T): void {
  if (map.has(name)) throw shapeError(option, `each name once, "${name}" was given before`);
  map.set(name, value);
}

function shapeError(text: string, expected: string): InputError {
  return new InputError('SHAPE_INVALID', `--shape ${text}: expected ${expected}, got ${JSON.stringify(text)}.`);
}

function expectFile(typed: string, path: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isFile() === true) return;
  if (status !== undefined)
    throw new InputError('MODEL_NOT_FOUND', `--model ${typed}: expected an ONNX file, got a folder.`);
  const folder = dirname(path);
  const near = existsSync(folder) ? nearest(basename(path), readdirSync(folder)) : null;
  const hint = near === null ? '' : ` Did you mean "${near}"?`;
  throw new InputError('MODEL_NOT_FOUND', `--model ${typed}: expected an ONNX file, got nothing at ${path}.${hint}`);
}

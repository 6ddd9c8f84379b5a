import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { writeAll } from '../kernel/atomic-write.ts';
import { DynoError } from '../kernel/errors.ts';
import type { WorkloadCache } from './cache.ts';
import type { TruthLine } from './prepared-workload.ts';

/** Encoded images one after the other in one file: item i is the bytes `offsets[i]` to `offsets[i + 1]`. */
export interface ImagePack {
  readonly file: string;
  readonly offsets: readonly number[];
  /** Class of each item; null: no labels. */
  readonly labels: readonly number[] | null;
  /** The lines of text that each item shows; null: not known. */
  readonly truth: readonly (readonly TruthLine[])[] | null;
  readonly items: number;
}

/** An encoded image, its class and the text that it shows, where they are known. */
export interface LabelledImage {
  readonly bytes: Uint8Array;
  readonly label: number | null;
  readonly truth?: readonly TruthLine[] | null;
}

/** What a pack is made from, and its images one by one. */
export interface PackSource {
  readonly name: string;
  /** Everything that the images and labels depend on. */
  readonly ingredients: unknown;
  images(): AsyncIterable<LabelledImage>;
}

type PackFacts = Omit<ImagePack, 'file'>;

const packName = 'images.bin';

/** The pack of these images in the cache, made at first use. One file, so that a query reads memory and no folder. */
export async function packImages(source: PackSource, cache: WorkloadCache): Promise<ImagePack> {
  const entry = await cache.entry<PackFacts>({
    ...packKey(source),
    build: (folder) => write(join(folder, packName), source.images()),
  });
  const file = entry.files[packName];
  if (file === undefined)
    throw new DynoError('CACHE_DAMAGED', `The pack ${source.name} in ${cache.folder} has no ${packName}.`);
  return { file: file.path, ...entry.facts };
}

export function isPacked(source: PackSource, cache: WorkloadCache): boolean {
  return cache.has(packKey(source));
}

function packKey(source: PackSource) {
  return { name: source.name, ingredients: { format: 'image pack 2', of: source.ingredients } };
}

async function write(path: string, images: AsyncIterable<LabelledImage>): Promise<PackFacts> {
  const offsets = [0];
  const labels: number[] = [];
  const truths: (readonly TruthLine[])[] = [];
  let end = 0;
  const file = openSync(path, 'wx');
  try {
    for await (const { bytes, label, truth = null } of images) {
      writeAll(file, bytes);
      end += bytes.length;
      offsets.push(end);
      if (label !== null) labels.push(label);
      if (truth !== null) truths.push(truth);
    }
  } finally {
    closeSync(file);
  }
  const items = offsets.length - 1;
  // Known of every item or of none: a part would make a figure that is not about the set.
  return {
    offsets,
    labels: labels.length === items ? labels : null,
    truth: truths.length === items ? truths : null,
    items,
  };
}

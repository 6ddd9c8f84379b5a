import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageFormat, imageFormatNames } from '../engine/preprocess/formats/image-format.ts';
import { InputError } from '../kernel/errors.ts';
import type { WorkloadCache } from './cache.ts';
import { dataFiles } from './data-folder.ts';
import { fileIdentities } from './file-identity.ts';
import { type ImagePack, packImages } from './image-pack.ts';
import { readLabels } from './labels.ts';
import { readTextTruth } from './text-truth.ts';

/** Endings of the formats that the engine decodes; which format a file is, its content tells. */
const extensions =
  '.jpg .jpeg .png .webp .gif .tif .tiff .avif .svg .bmp .dib .pbm .pgm .ppm .pnm .tga .qoi .ico .cur'.split(' ');

/** Files that say what the images of a folder show; null: nobody does. */
export interface ImageTruth {
  /** Their classes: `readLabels`. */
  readonly labels: string | null;
  /** Their text: `readTextTruth`. */
  readonly truth: string | null;
}

/**
 * The images of a folder in one packed file in the cache, an item each, with what they show when a file says so.
 * The pack is made again when a file's name or content changes (`fileIdentities`), wherever the folder lies. Throws `IMAGE_INVALID` with
 * the name of a file that is no image by its first bytes (whether the rest can be decoded shows when it is used), and what the labels, the
 * truth and the cache throw.
 */
export async function packImageFolder(
  folder: string,
  { labels, truth }: ImageTruth,
  cache: WorkloadCache,
): Promise<ImagePack> {
  const names = dataFiles(folder, extensions, 'images');
  const classes = labels === null ? null : readLabels(labels, names);
  const texts = truth === null ? null : readTextTruth(truth, names);
  const files = await fileIdentities(names.map((name) => join(folder, name)));
  return packImages(
    {
      name: 'images',
      ingredients: { files, classes, ...(texts === null ? {} : { texts }) },
      async *images() {
        for (const [index, name] of names.entries()) {
          const bytes = readImage(join(folder, name));
          yield { bytes, label: classes?.[index] ?? null, truth: texts?.[index] ?? null };
        }
      },
    },
    cache,
  );
}

function readImage(path: string): Uint8Array {
  const bytes = readFileSync(path);
  if (imageFormat(bytes) !== null) return bytes;
  const head = bytes.subarray(0, 8).toString('latin1');
  const found = bytes.length === 0 ? 'an empty file' : `${bytes.length} bytes that start with ${JSON.stringify(head)}`;
  throw new InputError(
    'IMAGE_INVALID',
    `${path}: expected an image (${imageFormatNames}), got ${found}. Take it out of the folder, or replace it.`,
  );
}

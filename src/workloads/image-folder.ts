import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageFormat, imageFormatNames } from '../engine/preprocess/formats/image-format.ts';
import { InputError } from '../kernel/errors.ts';
import type { WorkloadCache } from './cache.ts';
import { dataFiles } from './data-folder.ts';
import { fileIdentities } from './file-identity.ts';
import { type ImagePack, packImages } from './image-pack.ts';
import { readLabels } from './labels.ts';

/** Endings of the formats that the engine decodes; which format a file is, its content tells. */
const extensions =
  '.jpg .jpeg .png .webp .gif .tif .tiff .avif .svg .bmp .dib .pbm .pgm .ppm .pnm .tga .qoi .ico .cur'.split(' ');

/**
 * The images of a folder in one packed file in the cache, an item each, with their classes when `labels` names a file of them.
 * The pack is made again when a file's name or content changes (`fileIdentities`), wherever the folder lies. Throws `IMAGE_INVALID` with the name of a file that is no
 * image by its first bytes (whether the rest can be decoded shows when it is used), and what the labels and the cache throw.
 */
export async function packImageFolder(folder: string, labels: string | null, cache: WorkloadCache): Promise<ImagePack> {
  const names = dataFiles(folder, extensions, 'images');
  const classes = labels === null ? null : readLabels(labels, names);
  const files = await fileIdentities(names.map((name) => join(folder, name)));
  return packImages(
    {
      name: 'images',
      ingredients: { files, classes },
      async *images() {
        for (const [index, name] of names.entries()) {
          yield { bytes: readImage(join(folder, name)), label: classes?.[index] ?? null };
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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../kernel/errors.ts';
import type { WorkloadCache } from './cache.ts';
import { dataFiles } from './data-folder.ts';
import { fileIdentities } from './file-identity.ts';
import { type ImagePack, packImages } from './image-pack.ts';
import { readLabels } from './labels.ts';

const extensions = ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif'];

/** First bytes of the formats that the engine decodes, as Latin-1 text at an offset. */
const signatures: readonly (readonly [offset: number, text: string])[] = [
  [0, '\xff\xd8\xff'],
  [0, '\x89PNG\r\n\x1a\n'],
  [0, 'GIF8'],
  [8, 'WEBP'],
  [0, 'II*\0'],
  [0, 'MM\0*'],
  [4, 'ftypavif'],
  [4, 'ftypavis'],
];

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
  const head = bytes.subarray(0, 16).toString('latin1');
  if (signatures.some(([offset, text]) => head.startsWith(text, offset))) return bytes;
  const found =
    bytes.length === 0 ? 'an empty file' : `${bytes.length} bytes that start with ${JSON.stringify(head.slice(0, 8))}`;
  throw new InputError(
    'IMAGE_INVALID',
    `${path}: expected an image (JPEG, PNG, WebP, GIF, TIFF or AVIF), got ${found}. Take it out of the folder, or replace it.`,
  );
}

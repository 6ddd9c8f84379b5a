import type Sharp from 'sharp';
import { DynoError } from '../../kernel/errors.ts';

/** An image that the library has opened. */
export type Image = ReturnType<typeof Sharp>;

let library: Promise<typeof Sharp> | null = null;

/**
 * The image library (sharp, on libvips), loaded at first use and set up for measuring:
 * - no cache, or the second query of the same image would be answered without decoding it;
 * - one thread an image, so that all parallelism is the libuv pool's (`UV_THREADPOOL_SIZE`, set when the process starts) and
 *   the figures of one image do not depend on how many others are in flight.
 *
 * @throws DynoError `IMAGE_LIBRARY_UNAVAILABLE` when it cannot be loaded on this machine.
 */
export function imageLibrary(): Promise<typeof Sharp> {
  library ??= load();
  return library;
}

async function load(): Promise<typeof Sharp> {
  try {
    const { default: sharp } = await import('sharp');
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  } catch (cause) {
    const message =
      'The image library sharp cannot be loaded here. Run: npm install --include=optional --save-exact sharp@0.35.5';
    throw new DynoError('IMAGE_LIBRARY_UNAVAILABLE', message, { cause });
  }
}

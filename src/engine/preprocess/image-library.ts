import type Sharp from 'sharp';

let library: Promise<typeof Sharp> | null = null;

/**
 * The image library (sharp, on libvips), loaded at first use and set up for measuring:
 * - no cache, or the second query of the same image would be answered without decoding it;
 * - one thread an image, so that all parallelism is the libuv pool's (`UV_THREADPOOL_SIZE`, set when the process starts) and
 *   the figures of one image do not depend on how many others are in flight.
 */
export function imageLibrary(): Promise<typeof Sharp> {
  library ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  });
  return library;
}

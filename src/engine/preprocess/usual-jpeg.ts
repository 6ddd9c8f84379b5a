import { refuseOversized } from './image-limits.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { scaleJpegInThread } from './jpeg-threads.ts';
import type { Scaling } from './library-decoder.ts';
import type { Picture } from './picture.ts';

/** Larger images are left to the image library: all their samples would be in memory at once here. */
const pixelsAtMost = 32_000_000;

/**
 * Decodes and scales a JPEG file of the usual kind several times as fast as the image library does, to the same picture but for
 * rounding (`JpegScaler`).
 * @returns Null for what only the library can do: files of other kinds (`readJpegHeader`) or damaged in any way, more than 32
 *   megapixels, and the kernel `nearest`.
 * @throws InputError `IMAGE_TOO_LARGE`.
 */
export async function decodeUsualJpeg(
  bytes: Uint8Array,
  scaling: Scaling,
  name: () => string,
): Promise<Picture | null> {
  if (scaling.kernel === 'nearest') return null;
  const header = readJpegHeader(bytes);
  if (header === null) return null;
  refuseOversized(header, name);
  if (header.width * header.height > pixelsAtMost) return null;
  return scaleJpegInThread(bytes, scaling.scaled(header), scaling.kernel);
}

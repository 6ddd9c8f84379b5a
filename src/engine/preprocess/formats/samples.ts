/**
 * The byte for each sample value from 0 to `maximum`: `value * 255 / maximum`, rounded. 65,535 is the exception: there it is
 * the upper byte, as the image library has it for 16-bit PNG and TIFF, so that a picture does not depend on its format.
 * @param maximum At least 1 and at most 65,535.
 */
export function bytesOfSamples(maximum: number): Uint8Array {
  if (maximum === 65_535) return Uint8Array.from({ length: 65_536 }, (_, value) => value >> 8);
  return Uint8Array.from({ length: maximum + 1 }, (_, value) => Math.round((value * 255) / maximum));
}

/** A byte laid over black with an opacity of `alpha` / 255, truncated as libvips' `flatten` does. */
export function overBlack(value: number, alpha: number): number {
  return Math.trunc((value * alpha) / 255);
}

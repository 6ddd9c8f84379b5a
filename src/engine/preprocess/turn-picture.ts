import type { Picture } from './picture.ts';

/** A picture turned by 180°: its pixels in reverse order. */
export function turnedUpsideDown({ pixels, width, height, channels }: Picture): Picture {
  const turned = new Uint8Array(pixels.length);
  if (channels === 1) {
    turned.set(pixels);
    return { pixels: turned.reverse(), width, height, channels };
  }
  for (let from = 0, to = pixels.length - channels; to >= 0; from += channels, to -= channels) {
    for (let channel = 0; channel < channels; channel++) turned[to + channel] = pixels[from + channel] as number;
  }
  return { pixels: turned, width, height, channels };
}

import type { Picture } from './picture.ts';

/**
 * The picture with as many channels as a tensor of this colour: grey repeated for red, green and blue, or colour as its luma, that of
 * ITU-R BT.601, rounded to a byte: `(19595 R + 38470 G + 7471 B + 32768) >> 16`, as Pillow has it. Unchanged where it fits already.
 */
export function inColorsOf(picture: Picture, color: 'rgb' | 'bgr' | 'gray'): Picture {
  if (color === 'gray') return picture.channels === 1 ? picture : asGray(picture);
  return picture.channels === 1 ? asColor(picture) : picture;
}

function asGray({ pixels, width, height, channels }: Picture): Picture {
  const luma = new Uint8Array(width * height);
  for (let pixel = 0, place = 0; pixel < luma.length; pixel++, place += channels) {
    const red = pixels[place] as number;
    const green = pixels[place + 1] as number;
    luma[pixel] = (19595 * red + 38470 * green + 7471 * (pixels[place + 2] as number) + 32768) >> 16;
  }
  return { pixels: luma, width, height, channels: 1 };
}

function asColor({ pixels, width, height }: Picture): Picture {
  const color = new Uint8Array(3 * width * height);
  for (let pixel = 0, place = 0; pixel < width * height; pixel++, place += 3) {
    const gray = pixels[pixel] as number;
    color[place] = gray;
    color[place + 1] = gray;
    color[place + 2] = gray;
  }
  return { pixels: color, width, height, channels: 3 };
}

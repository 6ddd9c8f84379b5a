import type { ImageFormat } from '../preprocess/formats/image-format.ts';
import { imageLibrary } from '../preprocess/image-library.ts';
import type { Picture } from '../preprocess/picture.ts';

/**
 * A colour picture as a file of each format that is decoded, as such files mostly are: JPEG and WebP at quality 90, the others without
 * loss. SVG draws the picture as squares; an icon holds it at 256 pixels a side at most, as they do.
 */
export async function sampleFile(format: ImageFormat, picture: Picture): Promise<Uint8Array> {
  switch (format) {
    case 'svg':
      return squares(picture);
    case 'bmp':
      return bmp(picture);
    case 'pnm':
      return joined([text(`P6\n${picture.width} ${picture.height}\n255\n`), picture.pixels]);
    case 'tga':
      return tga(picture);
    case 'qoi':
      return qoi(picture);
    case 'ico':
      return icon(picture);
    default:
      return libraryFile(format, picture);
  }
}

async function libraryFile(
  format: Exclude<ImageFormat, 'svg' | 'bmp' | 'pnm' | 'tga' | 'qoi' | 'ico'>,
  { pixels, width, height }: Picture,
): Promise<Uint8Array> {
  const sharp = await imageLibrary();
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality: 90 }).toBuffer();
    case 'png':
      return image.png().toBuffer();
    case 'webp':
      return image.webp({ quality: 90 }).toBuffer();
    case 'gif':
      return image.gif().toBuffer();
    case 'tiff':
      return image.tiff({ compression: 'lzw' }).toBuffer();
    case 'avif':
      return image.avif({ quality: 60 }).toBuffer();
  }
}

const squareSide = 20;

function squares({ pixels, width, height }: Picture): Uint8Array {
  const drawn: string[] = [];
  for (let top = 0; top < height; top += squareSide) {
    for (let left = 0; left < width; left += squareSide) {
      const [red, green, blue] = pixels.subarray((top * width + left) * 3);
      drawn.push(
        `<rect x="${left}" y="${top}" width="${squareSide}" height="${squareSide}" fill="rgb(${red},${green},${blue})"/>`,
      );
    }
  }
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
  return text(`${head}${drawn.join('')}</svg>`);
}

/** 24 bits, rows from below, each filled up to four bytes. */
function bmp({ pixels, width, height }: Picture): Uint8Array {
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const headBytes = 54;
  const file = Buffer.alloc(headBytes + rowBytes * height);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(headBytes, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    file.set(
      blueFirst(pixels.subarray((height - 1 - y) * width * 3, (height - y) * width * 3)),
      headBytes + y * rowBytes,
    );
  }
  return file;
}

/** 24 bits, not packed, rows from above. */
function tga({ pixels, width, height }: Picture): Uint8Array {
  const head = Buffer.alloc(18);
  head[2] = 2;
  head.writeUInt16LE(width, 12);
  head.writeUInt16LE(height, 14);
  head[16] = 24;
  head[17] = 0x20;
  return joined([head, blueFirst(pixels)]);
}

/** Pixels that repeat the one before as runs, small steps as differences, all others as they stand (qoiformat.org). */
function qoi({ pixels, width, height }: Picture): Uint8Array {
  const head = Buffer.alloc(14);
  head.write('qoif');
  head.writeUInt32BE(width, 4);
  head.writeUInt32BE(height, 8);
  head[12] = 3;
  const chunks: number[] = [];
  let [red, green, blue, run] = [0, 0, 0, 0];
  const endRun = (): void => {
    if (run > 0) chunks.push(0xc0 | (run - 1));
    run = 0;
  };
  const signed = (difference: number): number => ((difference + 128) & 255) - 128;
  for (let place = 0; place < pixels.length; place += 3) {
    const [r, g, b] = [pixels[place] as number, pixels[place + 1] as number, pixels[place + 2] as number];
    const [dr, dg, db] = [signed(r - red), signed(g - green), signed(b - blue)];
    [red, green, blue] = [r, g, b];
    if (dr === 0 && dg === 0 && db === 0) {
      run++;
      if (run === 62) endRun();
      continue;
    }
    endRun();
    if (Math.min(dr, dg, db) >= -2 && Math.max(dr, dg, db) <= 1) {
      chunks.push(0x40 | ((dr + 2) << 4) | ((dg + 2) << 2) | (db + 2));
    } else if (dg >= -32 && dg <= 31 && Math.abs(dr - dg + 0.5) < 8 && Math.abs(db - dg + 0.5) < 8) {
      chunks.push(0x80 | (dg + 32), ((dr - dg + 8) << 4) | (db - dg + 8));
    } else {
      chunks.push(0xfe, r, g, b);
    }
  }
  endRun();
  return joined([head, Uint8Array.from(chunks), Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 1])]);
}

/** One image, as PNG. */
async function icon({ pixels, width, height }: Picture): Promise<Uint8Array> {
  const sharp = await imageLibrary();
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(256, 256, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true });
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  // 256 stands as 0.
  head[6] = info.width & 255;
  head[7] = info.height & 255;
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(data.length, 14);
  head.writeUInt32LE(22, 18);
  return joined([head, data]);
}

function blueFirst(pixels: Uint8Array): Uint8Array {
  const result = Uint8Array.from(pixels);
  for (let place = 0; place < pixels.length; place += 3) {
    result[place] = pixels[place + 2] as number;
    result[place + 2] = pixels[place] as number;
  }
  return result;
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

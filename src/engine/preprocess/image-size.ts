import { pngInIcon } from './formats/ico.ts';
import { imageFormat } from './formats/image-format.ts';
import { MalformedImage } from './formats/malformed-image.ts';
import { ownFormats } from './formats/own-formats.ts';
import type { ImageSize } from './picture.ts';

export type { ImageSize } from './picture.ts';

/**
 * Size of an image as stored, before any EXIF orientation, from its header, in microseconds and without decoding: JPEG, PNG, GIF, WebP
 * and the formats that we decode ourselves. Null for TIFF, AVIF and SVG, and for headers that are cut off or make no sense.
 */
export function readImageSize(bytes: Uint8Array): ImageSize | null {
  return sizeInSignedHeader(bytes) ?? sizeInOwnFormat(bytes);
}

function sizeInOwnFormat(bytes: Uint8Array): ImageSize | null {
  const format = imageFormat(bytes);
  if (format === null) return null;
  try {
    const png = format === 'ico' ? pngInIcon(bytes) : null;
    const size = png === null ? ownFormats[format]?.size(bytes) : sizeInSignedHeader(png);
    return size === undefined || size === null ? null : { width: size.width, height: size.height };
  } catch (error) {
    if (error instanceof MalformedImage) return null;
    throw error;
  }
}

function sizeInSignedHeader(bytes: Uint8Array): ImageSize | null {
  if (bytes.length < 30) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (view.getUint16(0) === 0xffd8) return jpegSize(view);
  if (view.getUint32(0) === 0x47494638) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) return webpSize(view);
  return null;
}

/** Walks the markers up to the frame header (SOF0–SOF15 without DHT, JPG and DAC). ITU-T T.81, B.1.1.3 and B.2.2. */
function jpegSize(view: DataView): ImageSize | null {
  let position = 2;
  while (position + 9 <= view.byteLength) {
    if (view.getUint8(position) !== 0xff) return null;
    const marker = view.getUint8(position + 1);
    if (marker === 0xff) {
      position += 1; // a fill byte
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: view.getUint16(position + 7), height: view.getUint16(position + 5) };
    }
    const standsAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    position += standsAlone ? 2 : 2 + view.getUint16(position + 2);
  }
  return null;
}

/** The three kinds of first chunk: extended (`VP8X`), lossless (`VP8L`) and lossy (`VP8 `). RFC 9649, section 2. */
function webpSize(view: DataView): ImageSize | null {
  const chunk = view.getUint32(12);
  if (chunk === 0x56503858) {
    return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
  }
  if (chunk === 0x5650384c) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  if (chunk === 0x56503820) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  return null;
}

function uint24(view: DataView, position: number): number {
  return view.getUint16(position, true) | (view.getUint8(position + 2) << 16);
}

import { looksLikeTga } from './tga.ts';

/** The formats that are decoded. */
export const imageFormats = [
  'jpeg',
  'png',
  'webp',
  'gif',
  'tiff',
  'avif',
  'svg',
  'bmp',
  'pnm',
  'tga',
  'qoi',
  'ico',
] as const;

export type ImageFormat = (typeof imageFormats)[number];

/** All of them, as an error names them. */
export const imageFormatNames = 'JPEG, PNG, WebP, GIF, TIFF, AVIF, SVG, BMP, PNM, TGA, QOI or ICO';

/** Text with which files begin, as Latin-1, at an offset. `ftyp` is looked at more closely (`isAvif`). */
const signatures: readonly (readonly [offset: number, text: string, format: ImageFormat])[] = [
  [0, '\xff\xd8\xff', 'jpeg'],
  [0, '\x89PNG\r\n\x1a\n', 'png'],
  [0, 'GIF87a', 'gif'],
  [0, 'GIF89a', 'gif'],
  [0, 'II*\0', 'tiff'],
  [0, 'MM\0*', 'tiff'],
  [0, 'II+\0', 'tiff'],
  [0, 'MM\0+', 'tiff'],
  [0, 'BM', 'bmp'],
  [0, 'qoif', 'qoi'],
];

/**
 * The format of an image by its content, never by its name: from its first bytes, but for TGA, which has its mark at the end
 * or none at all. Null when it is none of ours: such data reach no decoder.
 */
export function imageFormat(bytes: Uint8Array): ImageFormat | null {
  const start = latin1(bytes.subarray(0, 1024));
  const signature = signatures.find(([offset, text]) => start.startsWith(text, offset));
  if (signature !== undefined) return signature[2];
  if (start.startsWith('RIFF') && start.startsWith('WEBP', 8)) return 'webp';
  if (start.startsWith('ftyp', 4)) return isAvif(start) ? 'avif' : null;
  if (/^P[1-6][\s#]/.test(start)) return 'pnm';
  if (isSvg(start)) return 'svg';
  if (isIcon(bytes)) return 'ico';
  return looksLikeTga(bytes) ? 'tga' : null;
}

/** Whether a brand of the file (ISO/IEC 14496-12, `ftyp`) is AVIF's, for still images or sequences. */
function isAvif(start: string): boolean {
  const length = start.charCodeAt(2) * 256 + start.charCodeAt(3);
  const brands = start.slice(8, length).match(/.{4}/gs) ?? [];
  return brands.some((brand, index) => index !== 1 && (brand === 'avif' || brand === 'avis'));
}

/** Two zero bytes, 1 for an icon or 2 for a cursor, and how many images it holds. */
function isIcon(bytes: Uint8Array): boolean {
  const [first, second, kind, zero, low = 0, high = 0] = bytes;
  return first === 0 && second === 0 && (kind === 1 || kind === 2) && zero === 0 && low + high > 0;
}

/** Whether the first element is `svg`, behind a declaration, a document type, comments and processing instructions. */
function isSvg(start: string): boolean {
  return (
    /^(?:\xef\xbb\xbf)?\s*(?:<\?xml\s|<!DOCTYPE\s+svg[\s[>]|<!--|<(?:\w+:)?svg[\s>])/i.test(start) &&
    /<(?:\w+:)?svg[\s>]/.test(start)
  );
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

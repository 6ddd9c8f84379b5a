/** One component of the scan of a JPEG. */
export interface JpegComponent {
  /** How often it is sampled within an MCU: blocks across and down. */
  readonly across: number;
  readonly down: number;
  /** Where its tables start in the file: 64 factors in zigzag order, and 16 counts with their symbols. */
  readonly quantization: number;
  readonly dcTable: number;
  readonly acTable: number;
}

/** A JPEG that our decoder takes: baseline, Huffman-coded in one scan of 8 bits, grey or luma with two chroma components. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly components: readonly JpegComponent[];
  /** MCUs between restart markers, 0 for none. */
  readonly restartInterval: number;
  /** Where the coded bits start. */
  readonly scan: number;
}

interface FrameComponent {
  readonly id: number;
  readonly across: number;
  readonly down: number;
  readonly quantizationTable: number;
}

/**
 * Reads the header of a JPEG file (ITU-T T.81, annex B) and says whether we can decode it to the very picture that libjpeg makes.
 * Null for all else, which is left to the image library: progressive, arithmetic, lossless and 12-bit files, several scans, CMYK
 * and stored RGB, sampling other than 4:4:4, 4:2:2, 4:4:0 and 4:2:0, a colour profile, an EXIF orientation other than upright,
 * and headers that contradict themselves.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  const quantization: number[] = [];
  const huffman: number[] = []; // DC tables at 0–3, AC tables at 16–19
  let frame: { width: number; height: number; components: readonly FrameComponent[] } | null = null;
  let restartInterval = 0;
  let isJfif = false;
  let adobeTransform: number | null = null;
  let position = 2;
  while (position + 4 <= view.byteLength) {
    if (view.getUint8(position) !== 0xff) return null;
    const marker = view.getUint8(position + 1);
    if (marker === 0xff) {
      position += 1;
      continue;
    }
    const start = position + 4;
    const end = position + 2 + view.getUint16(position + 2);
    if (end < start || end > view.byteLength) return null;
    const segment = new DataView(view.buffer, view.byteOffset + start, end - start);
    if (marker === 0xdb) {
      if (!collectQuantization(segment, start, quantization)) return null;
    } else if (marker === 0xc4) {
      if (!collectHuffman(segment, start, huffman)) return null;
    } else if (marker === 0xc0 || marker === 0xc1) {
      if (frame !== null) return null;
      frame = readFrame(segment);
      if (frame === null) return null;
    } else if (marker === 0xdd) {
      if (segment.byteLength !== 2) return null;
      restartInterval = segment.getUint16(0);
    } else if (marker === 0xda) {
      if (frame === null) return null;
      // In the order in which libjpeg believes them (`default_decompress_parms`): JFIF, Adobe's marker, the identifiers.
      const isYcc = isJfif || (adobeTransform === null ? hasYccIds(frame.components) : adobeTransform === 1);
      if (frame.components.length === 3 && !isYcc) return null;
      const components = readScan(segment, frame.components, quantization, huffman);
      return components && { width: frame.width, height: frame.height, components, restartInterval, scan: end };
    } else if (marker === 0xe0) {
      // As libjpeg has it, a shorter one is not JFIF's.
      if (startsWith(segment, 'JFIF\0') && segment.byteLength >= 14) isJfif = true;
    } else if (marker === 0xe1) {
      if (startsWith(segment, 'Exif\0\0') && exifOrientation(segment) !== 1) return null;
    } else if (marker === 0xe2) {
      if (startsWith(segment, 'ICC_PROFILE\0')) return null;
    } else if (marker === 0xee) {
      // Of several, the last one counts.
      if (startsWith(segment, 'Adobe') && segment.byteLength >= 12) adobeTransform = segment.getUint8(11);
    } else if ((marker < 0xe0 || marker > 0xef) && marker !== 0xfe) {
      return null; // neither of an application nor a comment: another frame type, DNL, EOI …
    }
    position = end;
  }
  return null;
}

function startsWith(segment: DataView, text: string): boolean {
  if (segment.byteLength < text.length) return false;
  for (let i = 0; i < text.length; i++) if (segment.getUint8(i) !== text.charCodeAt(i)) return false;
  return true;
}

/** T.81, B.2.4.1: tables of 64 bytes; those of 16 bits are not for us. */
function collectQuantization(segment: DataView, start: number, tables: number[]): boolean {
  if (segment.byteLength % 65 !== 0) return false;
  for (let at = 0; at < segment.byteLength; at += 65) {
    const id = segment.getUint8(at);
    if (id > 3) return false;
    tables[id] = start + at + 1;
  }
  return true;
}

/** T.81, B.2.4.2. */
function collectHuffman(segment: DataView, start: number, tables: number[]): boolean {
  let at = 0;
  while (at + 17 <= segment.byteLength) {
    const id = segment.getUint8(at);
    if ((id & 0xec) !== 0) return false;
    tables[id] = start + at + 1;
    let symbols = 0;
    for (let i = 1; i <= 16; i++) symbols += segment.getUint8(at + i);
    at += 17;
    if (symbols > 256 || at + symbols > segment.byteLength) return false;
    // The symbol of a DC table is a number of bits: libjpeg refuses more than 15 even where no code is used.
    if (id < 16) for (let i = 0; i < symbols; i++) if (segment.getUint8(at + i) > 15) return false;
    at += symbols;
  }
  return at === segment.byteLength;
}

/** T.81, B.2.2. */
function readFrame(segment: DataView): { width: number; height: number; components: readonly FrameComponent[] } | null {
  if (segment.byteLength < 9 || segment.getUint8(0) !== 8) return null;
  const height = segment.getUint16(1);
  const width = segment.getUint16(3);
  const count = segment.getUint8(5);
  if (width === 0 || height === 0 || segment.byteLength !== 6 + 3 * count) return null;
  const components = Array.from({ length: count }, (_, index) => {
    const at = 6 + 3 * index;
    const sampling = segment.getUint8(at + 1);
    return {
      id: segment.getUint8(at),
      across: sampling >> 4,
      down: sampling & 15,
      quantizationTable: segment.getUint8(at + 2),
    };
  });
  const [first, ...others] = components;
  if (first === undefined || (count !== 1 && count !== 3)) return null;
  if (first.across < 1 || first.across > 4 || first.down < 1 || first.down > 4) return null;
  // A single component is coded block by block, whatever its sampling. T.81, A.2.2.
  if (count === 1) return { width, height, components: [{ ...first, across: 1, down: 1 }] };
  if (first.across > 2 || first.down > 2 || others.some(({ across, down }) => across !== 1 || down !== 1)) return null;
  // Below three chroma samples a row, libjpeg does not interpolate between them.
  if (first.across === 2 && width <= 4) return null;
  return { width, height, components };
}

/** Without a marker that says so, libjpeg takes these identifiers for luma and chroma. */
function hasYccIds(components: readonly FrameComponent[]): boolean {
  return components.every(({ id }, index) => id === index + 1);
}

/** T.81, B.2.3. */
function readScan(
  segment: DataView,
  frame: readonly FrameComponent[],
  quantization: readonly number[],
  huffman: readonly number[],
): readonly JpegComponent[] | null {
  const count = segment.byteLength > 0 ? segment.getUint8(0) : 0;
  if (count !== frame.length || segment.byteLength !== 4 + 2 * count) return null;
  const spectrum = 1 + 2 * count;
  if (segment.getUint8(spectrum) !== 0 || segment.getUint8(spectrum + 1) !== 63) return null;
  if (segment.getUint8(spectrum + 2) !== 0) return null;
  const components: JpegComponent[] = [];
  for (const [index, { id, across, down, quantizationTable }] of frame.entries()) {
    const tables = segment.getUint8(2 + 2 * index);
    const factors = quantization[quantizationTable];
    const dcTable = huffman[tables >> 4];
    const acTable = huffman[16 + (tables & 15)];
    if (segment.getUint8(1 + 2 * index) !== id) return null;
    if (factors === undefined || dcTable === undefined || acTable === undefined) return null;
    components.push({ across, down, quantization: factors, dcTable, acTable });
  }
  return components;
}

/** The orientation of an Exif segment (tag 0x0112 of its first directory): 1 when it has none, null when it cannot be read. */
function exifOrientation(segment: DataView): number | null {
  const tiff = 6;
  if (segment.byteLength < tiff + 8) return null;
  const isLittle = segment.getUint16(tiff) === 0x4949;
  const directory = tiff + segment.getUint32(tiff + 4, isLittle);
  if (directory + 2 > segment.byteLength) return null;
  const entries = segment.getUint16(directory, isLittle);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > segment.byteLength) return null;
    if (segment.getUint16(at, isLittle) === 0x0112) return segment.getUint16(at + 8, isLittle);
  }
  return 1;
}

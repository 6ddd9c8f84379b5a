/** Writers of small files of the formats that we decode ourselves, as the formats' documents describe them. */

/** Little-endian numbers of `size` bytes each. */
export function le(size: 1 | 2 | 4, ...values: readonly number[]): number[] {
  return values.flatMap((value) =>
    Array.from({ length: size }, (_, index) => Math.floor((value >>> 0) / 256 ** index) & 255),
  );
}

export interface Bitmap {
  readonly width: number;
  /** Negative: rows from the top. */
  readonly height: number;
  readonly bits: number;
  /** Pixels as stored: rows with their padding, or codes. */
  readonly data: readonly number[];
  readonly headerLength?: number;
  readonly compression?: number;
  /** Blue, green, red of each colour. */
  readonly palette?: readonly (readonly number[])[];
  readonly used?: number;
  /** Red, green, blue and, from a header of 56 bytes or compression 6 on, opacity. */
  readonly masks?: readonly number[];
}

/** Header, masks, palette and pixels, as they lie in an icon. */
export function bitmap({ width, height, bits, data, ...more }: Bitmap): { head: number[]; data: readonly number[] } {
  const { headerLength = 40, compression = 0, palette = [], used = 0, masks = [] } = more;
  const fields =
    headerLength === 12
      ? [...le(4, 12), ...le(2, width, height, 1, bits)]
      : [
          ...le(4, headerLength, width, height),
          ...le(2, 1, bits),
          ...le(4, compression, data.length, 2835, 2835, used, 0),
          ...le(4, ...masks),
        ];
  const header = fields.slice(0, Math.max(headerLength, fields.length));
  while (header.length < headerLength) header.push(0);
  const colors = palette.flatMap((color) => (headerLength === 12 ? [...color] : [...color, 0]));
  return { head: [...(headerLength === 16 ? header.slice(0, 16) : header), ...colors], data };
}

export function bmpFile(image: Bitmap): Uint8Array {
  const { head, data } = bitmap(image);
  const start = 14 + head.length;
  return Uint8Array.from([0x42, 0x4d, ...le(4, start + data.length, 0, start), ...head, ...data]);
}

export interface IconEntry {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly content: ArrayLike<number>;
}

/** @param kind 1 icon, 2 cursor (where `bits` is half of the hot spot). */
export function icoFile(entries: readonly IconEntry[], kind = 1): Uint8Array {
  let from = 6 + 16 * entries.length;
  const directory = entries.flatMap(({ width, height, bits, content }) => {
    const entry = [width & 255, height & 255, 0, 0, ...le(2, 1, bits), ...le(4, content.length, from)];
    from += content.length;
    return entry;
  });
  return Uint8Array.from([
    ...le(2, 0, kind, entries.length),
    ...directory,
    ...entries.flatMap(({ content }) => Array.from(content)),
  ]);
}

export interface Targa {
  readonly type: number;
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly data: readonly number[];
  readonly descriptor?: number;
  readonly map?: {
    readonly first: number;
    readonly bits: number;
    readonly length: number;
    readonly data: readonly number[];
  };
  readonly identification?: string;
}

export function tgaFile({
  type,
  width,
  height,
  bits,
  data,
  descriptor = 0,
  map,
  identification = '',
}: Targa): Uint8Array {
  const mapFields = map === undefined ? [0, 0, 0, 0, 0] : [...le(2, map.first, map.length), map.bits];
  return Uint8Array.from([
    identification.length,
    map === undefined ? 0 : 1,
    type,
    ...mapFields,
    ...le(2, 0, 0, width, height),
    bits,
    descriptor,
    ...Buffer.from(identification, 'latin1'),
    ...(map?.data ?? []),
    ...data,
  ]);
}

/** An extension area and a footer, as version 2 puts them behind `file`. */
export function withTgaFooter(file: Uint8Array, attributesType: number): Uint8Array {
  const extension = [...le(2, 495), ...new Array<number>(492).fill(0), attributesType];
  return Uint8Array.from([
    ...file,
    ...extension,
    ...le(4, file.length, 0),
    ...Buffer.from('TRUEVISION-XFILE.\0', 'latin1'),
  ]);
}

const qoiEnd = [0, 0, 0, 0, 0, 0, 0, 1];

export function qoiFile(
  width: number,
  height: number,
  chunks: readonly number[],
  channels = 3,
  end = qoiEnd,
): Uint8Array {
  const big = (value: number): number[] => le(4, value).reverse();
  return Uint8Array.from([...Buffer.from('qoif'), ...big(width), ...big(height), channels, 0, ...chunks, ...end]);
}

/** The shortest codes of pixels of red, green, blue and opacity, chosen in the order of the specification. */
export function qoiChunks(pixels: readonly (readonly [number, number, number, number])[]): number[] {
  const chunks: number[] = [];
  const seen: (readonly number[])[] = new Array(64).fill([0, 0, 0, 0]);
  let previous: readonly [number, number, number, number] = [0, 0, 0, 255];
  let run = 0;
  const flush = (): void => {
    if (run > 0) chunks.push(0xc0 | (run - 1));
    run = 0;
  };
  const same = (a: readonly number[], b: readonly number[] | undefined): boolean =>
    a.every((value, index) => value === b?.[index]);
  for (const pixel of pixels) {
    if (same(pixel, previous)) {
      run += 1;
      if (run === 62) flush();
      continue;
    }
    flush();
    const [r, g, b, a] = pixel;
    const place = (r * 3 + g * 5 + b * 7 + a * 11) % 64;
    const [dr, dg, db] = [0, 1, 2].map(
      (channel) => (((pixel[channel] ?? 0) - (previous[channel] ?? 0) + 128) & 255) - 128,
    ) as [number, number, number];
    const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;
    if (same(pixel, seen[place])) chunks.push(place);
    else if (a !== previous[3]) chunks.push(0xff, r, g, b, a);
    else if ([dr, dg, db].every((step) => within(step, -2, 1)))
      chunks.push(0x40 | ((dr + 2) << 4) | ((dg + 2) << 2) | (db + 2));
    else if (within(dg, -32, 31) && within(dr - dg, -8, 7) && within(db - dg, -8, 7))
      chunks.push(0x80 | (dg + 32), ((dr - dg + 8) << 4) | (db - dg + 8));
    else chunks.push(0xfe, r, g, b);
    seen[place] = pixel;
    previous = pixel;
  }
  flush();
  return chunks;
}

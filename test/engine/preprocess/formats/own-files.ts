import { generator, integer } from '../../../../src/stats/random.ts';
import { bitmap, bmpFile, icoFile, le, qoiChunks, qoiFile, tgaFile, withTgaFooter } from './sample-files.ts';

/** Small files of the five formats that we decode ourselves, coded in every way that differs in what may go wrong. */
export function ownFiles(): { readonly format: string; readonly bytes: Uint8Array }[] {
  const random = generator(5);
  const noise = (length: number, bound = 256): number[] => Array.from({ length }, () => integer(random, bound));
  const palette = Array.from({ length: 256 }, () => noise(3));
  const [width, height] = [16, 12];
  const pixels = width * height;
  const runs = Array.from({ length: height }, (_, row) => [9, row, 0, 7, ...noise(7, 16), 0, 0, 0]).flat();
  const shorts = Array.from({ length: height }, (_, row) => [9, row * 17, 0, 7, ...noise(4), 0, 0]).flat();
  const colors = Array.from({ length: pixels }, (_, index) => {
    const [red = 0, green = 0, blue = 0] = palette[index % 3 === 0 ? integer(random, 9) : 7] ?? [];
    return [red, green, (blue + index) & 255, index % 50 === 0 ? 99 : 255] as const;
  });
  const bitmaps = [
    bmpFile({ width, height, bits: 24, data: noise(pixels * 3) }),
    bmpFile({
      width,
      height: -height,
      bits: 32,
      headerLength: 124,
      compression: 3,
      masks: [0xff0000, 0xff00, 0xff, 0xff000000],
      data: noise(pixels * 4),
    }),
    bmpFile({ width, height, bits: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f], data: noise(pixels * 2) }),
    bmpFile({ width, height, bits: 8, headerLength: 12, palette, data: noise(pixels) }),
    bmpFile({ width, height, bits: 1, palette: palette.slice(0, 2), data: noise(height * 4) }),
    bmpFile({ width, height, bits: 8, compression: 1, palette, data: [...runs, 0, 1] }),
    bmpFile({ width, height, bits: 4, compression: 2, palette: palette.slice(0, 16), data: [...shorts, 0, 1] }),
  ];
  const samples = (count: number, bound: number): string => noise(count, bound).join(' ');
  const text = (header: string, data: readonly number[]): Uint8Array =>
    Uint8Array.from([...Buffer.from(header), ...data]);
  const maps = [
    Buffer.from(`P1\n# a comment\n16 12\n${samples(pixels, 2)}\n`),
    Buffer.from(`P2 16 12 300 ${samples(pixels, 301)}`),
    Buffer.from(`P3 16 12 255\n${samples(pixels * 3, 256)}`),
    text('P4 16 12\n', noise(height * 2)),
    text('P5 16 12 65535\n', noise(pixels * 2)),
    text('P6 16 12 255\n', noise(pixels * 3)),
  ];
  const packets = Array.from({ length: 12 }, () => [0x80 | 7, ...noise(3), 7, ...noise(24)]).flat();
  const map = { first: 0, length: 256, bits: 24, data: palette.flat() };
  const targas = [
    tgaFile({ type: 2, width, height, bits: 24, data: noise(pixels * 3) }),
    withTgaFooter(tgaFile({ type: 2, width, height, bits: 32, descriptor: 0x28, data: noise(pixels * 4) }), 3),
    tgaFile({ type: 10, width, height, bits: 24, data: packets, descriptor: 0x10 }),
    tgaFile({ type: 1, width, height, bits: 8, data: noise(pixels), map, identification: 'named' }),
    tgaFile({ type: 3, width, height, bits: 8, data: noise(pixels) }),
  ];
  const icon = (bits: number): number[] => {
    const { head, data } = bitmap({
      width,
      height: height * 2,
      bits,
      data: noise((pixels * bits) / 8),
      palette: bits === 8 ? palette : [],
    });
    return [...head, ...data, ...noise(height * 4)];
  };
  const entry = (bits: number) => ({ width, height, bits, content: icon(bits) });
  const cursor = icoFile([{ ...entry(8), bits: 3 }], 2);
  return [
    ...bitmaps.map((bytes) => ({ format: 'bmp', bytes })),
    ...maps.map((bytes) => ({ format: 'pnm', bytes })),
    ...targas.map((bytes) => ({ format: 'tga', bytes })),
    { format: 'qoi', bytes: qoiFile(width, height, qoiChunks(colors), 4) },
    ...[icoFile([entry(32), { ...entry(24), width: 8 }]), icoFile([entry(24)]), cursor].map((bytes) => ({
      format: 'ico',
      bytes,
    })),
  ];
}

/** Headers of our formats that ask for `width` × `height` pixels, and hardly any pixels behind them. */
export function ownHeaders(width: number, height: number): { readonly format: string; readonly bytes: Uint8Array }[] {
  const image = { width, height, bits: 8, compression: 1, palette: [[0, 0, 0]], used: 1, data: [255, 0, 0, 1] };
  const { head } = bitmap({ ...image, height: height * 2, compression: 0 });
  return [
    { format: 'bmp', bytes: bmpFile(image) },
    { format: 'pnm', bytes: Buffer.from(`P5 ${width} ${height} 255\n`) },
    { format: 'tga', bytes: tgaFile({ type: 11, width, height, bits: 8, data: [255, 0] }) },
    { format: 'qoi', bytes: qoiFile(width, height, [0xfd]) },
    { format: 'ico', bytes: icoFile([{ width: 0, height: 0, bits: 8, content: [...head, ...le(4, 0)] }]) },
  ];
}

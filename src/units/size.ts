const bytesOf: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/**
 * Bytes of a size such as `512 MiB`, `1.5GB` or `64KiB`; a plain number is bytes. Powers of 1,024 and of 1,000 are told apart by their
 * names, and fractions of a byte are rounded. Throws `RangeError` for anything else, negative sizes included.
 */
export function parseSize(text: string): number {
  const [, number, unit = 'B'] = /^(\d+(?:\.\d+)?)\s?([A-Za-z]+)?$/.exec(text.trim()) ?? [];
  const factor = bytesOf[unit];
  if (number === undefined || factor === undefined) {
    throw new RangeError(
      `Expected a size such as 512MiB or 1.5GB (units: ${Object.keys(bytesOf).join(', ')}), got ${JSON.stringify(text)}.`,
    );
  }
  return Math.round(Number(number) * factor);
}

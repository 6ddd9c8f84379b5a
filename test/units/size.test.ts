import { expect, test } from 'vitest';
import { parseSize } from '../../src/units/size.ts';

test('sizes are parsed with powers of 1,024 and of 1,000 told apart', () => {
  expect(parseSize('64KiB')).toBe(65_536);
  expect(parseSize('1.5 GB')).toBe(1_500_000_000);
  expect(parseSize('7')).toBe(7);
});

test.each(['', '5 kb', '-1MiB', 'MiB', '1e3B', '1 MiB x'])('%j is no size, and the error shows one', (text) => {
  expect(() => parseSize(text)).toThrow(
    `such as 512MiB or 1.5GB (units: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB), got ${JSON.stringify(text)}`,
  );
});

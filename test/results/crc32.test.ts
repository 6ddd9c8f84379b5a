import { expect, test } from 'vitest';
import { crc32, crc32ByTable } from '../../src/results/crc32.ts';

test('the check value of CRC-32 is CBF43926', () => {
  // The published check value of the algorithm: the CRC of the ASCII digits 1 to 9.
  const digits = Buffer.from('123456789');
  expect(crc32(digits)).toBe(0xcbf43926);
  expect(crc32ByTable(digits)).toBe(0xcbf43926);
});

test('the table agrees with zlib on every byte value', () => {
  const bytes = Uint8Array.from({ length: 1024 }, (_, index) => (index * 167) & 0xff);
  expect(crc32ByTable(bytes)).toBe(crc32(bytes));
});

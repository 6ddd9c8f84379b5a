import * as zlib from 'node:zlib';

/** CRC-32 (ISO 3309, the polynomial of zlib, gzip and PNG) of `bytes`, as an unsigned integer. */
export function crc32(bytes: Uint8Array): number {
  // zlib's own is ten times as fast, but only Node 20.15 and newer have it, and this package starts at 20.9.
  return typeof zlib.crc32 === 'function' ? zlib.crc32(bytes) : crc32ByTable(bytes);
}

/** The same by a table of 256 remainders, for Node before 20.15. */
export function crc32ByTable(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (let index = 0; index < bytes.length; index++) {
    remainder = (remainders[(remainder ^ (bytes[index] ?? 0)) & 0xff] ?? 0) ^ (remainder >>> 8);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}

/** Remainder of each byte value divided by the reflected polynomial 0xEDB88320. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

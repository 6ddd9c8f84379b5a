import { writeFileSync } from 'node:fs';

/** Writes the least that the dynamic loader's header of a 64-bit shared library is: one loaded segment, with a dynamic section and its texts. */
export function writeElf(path: string, { needed, runPath }: { needed: readonly string[]; runPath?: string }): string {
  const texts = ['', ...needed, ...(runPath === undefined ? [] : [runPath])];
  const strings = Buffer.from(texts.map((text) => `${text}\0`).join(''));
  const offsetOf = (index: number) => Buffer.byteLength(texts.slice(0, index).join('\0')) + (index === 0 ? 0 : 1);
  const entries: (readonly [number, number])[] = [
    ...needed.map((_name, index) => [1, offsetOf(index + 1)] as const),
    ...(runPath === undefined ? [] : [[29, offsetOf(needed.length + 1)] as const]),
    [5, 0], // DT_STRTAB, filled in below
    [10, strings.length],
    [0, 0],
  ];
  const headers = 64 + 2 * 56;
  const dynamicBytes = entries.length * 16;
  const stringsAt = headers + dynamicBytes;
  // The file is loaded at another address than its offset, as libraries with several segments are.
  const loadedAt = 0x10000;
  const file = Buffer.alloc(stringsAt + strings.length);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(2, 56);
  for (const [index, [type, at, bytes]] of [
    [1, 0, file.length] as const,
    [2, headers, dynamicBytes] as const,
  ].entries()) {
    const header = 64 + index * 56;
    file.writeUInt32LE(type, header);
    file.writeBigUInt64LE(BigInt(at), header + 8);
    file.writeBigUInt64LE(BigInt(at + loadedAt), header + 16);
    file.writeBigUInt64LE(BigInt(bytes), header + 32);
  }
  for (const [index, [tag, value]] of entries.entries()) {
    file.writeBigUInt64LE(BigInt(tag), headers + index * 16);
    file.writeBigUInt64LE(BigInt(tag === 5 ? stringsAt + loadedAt : value), headers + index * 16 + 8);
  }
  strings.copy(file, stringsAt);
  writeFileSync(path, file);
  return path;
}

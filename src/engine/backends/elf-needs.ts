import { closeSync, openSync, readSync } from 'node:fs';

/** What a shared library asks of the dynamic loader. */
export interface ElfNeeds {
  /** File names of the libraries that must be there (DT_NEEDED). */
  readonly needed: readonly string[];
  /** Folders that it has itself looked into (DT_RUNPATH, DT_RPATH), with `$ORIGIN` as it stands there. */
  readonly runPath: readonly string[];
}

const programHeader = { load: 1, dynamic: 2 } as const;
const tag = { end: 0n, needed: 1n, stringTable: 5n, stringSize: 10n, rPath: 15n, runPath: 29n } as const;

/**
 * Reads the dynamic section of a shared library, and nothing of the hundreds of megabytes beside it. null: no such file, or not a 64-bit
 * little-endian ELF file, as those of Linux on x64 and arm64 are.
 * @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html
 */
export function elfNeeds(path: string): ElfNeeds | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    return needsOf((at, bytes) => {
      const buffer = Buffer.alloc(bytes);
      return buffer.subarray(0, readSync(file, buffer, 0, bytes, at));
    });
  } catch {
    // Offsets that lie outside of the file: it was cut off, or is something else.
    return null;
  } finally {
    closeSync(file);
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

function needsOf(read: (at: number, bytes: number) => Buffer): ElfNeeds | null {
  const header = read(0, 64);
  if (header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1) return null;
  const [start, size, count] = [Number(header.readBigUInt64LE(32)), header.readUInt16LE(54), header.readUInt16LE(56)];
  const table = read(start, size * count);
  const segments = Array.from({ length: count }, (_, index): Segment => {
    const at = index * size;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      bytes: Number(table.readBigUInt64LE(at + 32)),
    };
  });
  const dynamic = segments.find(({ type }) => type === programHeader.dynamic);
  if (dynamic === undefined) return { needed: [], runPath: [] };

  const entries: (readonly [tag: bigint, value: bigint])[] = [];
  const section = read(dynamic.offset, dynamic.bytes);
  for (let at = 0; at + 16 <= section.length; at += 16) {
    const entry = [section.readBigUInt64LE(at), section.readBigUInt64LE(at + 8)] as const;
    if (entry[0] === tag.end) break;
    entries.push(entry);
  }
  const numberOf = (wanted: bigint) => Number(entries.find(([one]) => one === wanted)?.[1] ?? 0n);
  const address = numberOf(tag.stringTable);
  const holder = segments.find(
    (one) => one.type === programHeader.load && address >= one.address && address < one.address + one.bytes,
  );
  if (holder === undefined) return null;
  const strings = read(address - holder.address + holder.offset, numberOf(tag.stringSize));
  const texts = (wanted: bigint) =>
    entries.filter(([one]) => one === wanted).map(([, offset]) => textAt(strings, Number(offset)));
  return {
    needed: texts(tag.needed),
    runPath: [...texts(tag.runPath), ...texts(tag.rPath)].flatMap((list) => list.split(':')),
  };
}

function textAt(strings: Buffer, offset: number): string {
  const end = strings.indexOf(0, offset);
  return strings.toString('utf8', offset, end === -1 ? strings.length : end);
}

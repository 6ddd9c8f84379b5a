import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { imageFormats } from '../../../src/engine/preprocess/formats/image-format.ts';
import { spawnNode } from '../../../src/kernel/child-process.ts';
import { type Generator, generator, integer } from '../../../src/stats/random.ts';
import { libraryFiles } from './formats/library-files.ts';
import { ownFiles } from './formats/own-files.ts';

const perFormat = 48;

/**
 * The largest image within the limits holds 100 megapixels of four bytes. Few mutations make a size that is large and allowed: measured were
 * 110 MB, of which Node.js and the libraries hold 90 before the first image.
 */
const memoryLimit = 600e6;

const mutations: readonly ((bytes: Uint8Array, random: Generator) => Uint8Array)[] = [
  function flipBits(bytes, random) {
    const changed = new Uint8Array(bytes);
    for (let flips = 1 + integer(random, 8); flips > 0; flips--) {
      const place = integer(random, changed.length);
      changed[place] = (changed[place] ?? 0) ^ (1 << integer(random, 8));
    }
    return changed;
  },
  function cutOff(bytes, random) {
    return bytes.subarray(0, integer(random, bytes.length));
  },
  function setHeaderToExtremes(bytes, random) {
    const changed = new Uint8Array(bytes);
    for (let fields = 1 + integer(random, 3); fields > 0; fields--) {
      const length = 1 << integer(random, 3);
      // Behind the mark of the format, which other mutations change.
      const start = 4 + integer(random, Math.min(64, changed.length));
      const values = [0x00, 0xff, 0x7f, 0x80];
      changed.fill(values[integer(random, values.length)] ?? 0, start, start + length);
    }
    return changed;
  },
  function moveChunk(bytes, random) {
    const start = integer(random, bytes.length);
    const chunk = bytes.subarray(start, start + 1 + integer(random, 64));
    const place = integer(random, bytes.length);
    const skipped = integer(random, 3) * integer(random, 64);
    return Uint8Array.from([...bytes.subarray(0, place), ...chunk, ...bytes.subarray(place + skipped)]);
  },
];

test(`${perFormat * imageFormats.length} mutated images are decoded or refused, in bounded memory`, async () => {
  const random = generator(2024);
  const seeds = [...(await libraryFiles()), ...ownFiles()];
  const images = imageFormats.flatMap((format) => {
    const files = seeds.filter((seed) => seed.format === format);
    return Array.from({ length: perFormat }, (_, index) => {
      const { bytes } = files[index % files.length] as (typeof files)[number];
      // Every file meets every mutation: the second index changes once a round through the files.
      const mutate = mutations[Math.floor(index / files.length) % mutations.length] as (typeof mutations)[number];
      return { format, bytes: mutate(bytes, random) };
    });
  });
  const lines = await decodeAll([...seeds, ...images].map(({ bytes }) => bytes));

  const outcomes = lines.filter((line) => line.index !== undefined);
  expect(outcomes).toHaveLength(seeds.length + images.length);
  const summary = (from: number, to: number) => {
    const counts: Record<string, number> = {};
    for (const { scaled = '', whole = '' } of outcomes.slice(from, to)) {
      for (const outcome of [scaled, whole]) counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    return counts;
  };
  // As they are, all files are images; changed, some still are.
  expect(summary(0, seeds.length)).toEqual({ decoded: 2 * seeds.length });
  const mutated = summary(seeds.length, outcomes.length);
  expect(Object.keys(mutated).sort()).toEqual(['IMAGE_INVALID', 'IMAGE_TOO_LARGE', 'decoded']);
  const peakBytes = lines.at(-1)?.peakBytes;
  expect(peakBytes).toBeLessThan(memoryLimit);
}, 120_000);

interface Line {
  readonly index?: number;
  readonly scaled?: string;
  readonly whole?: string;
  readonly peakBytes?: number;
}

/** Decodes in a process of its own, which a crash of a decoder would end. */
async function decodeAll(images: readonly Uint8Array[]): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-images-'));
  try {
    const pack = join(folder, 'images');
    const length = (bytes: Uint8Array): Uint8Array => new Uint8Array(Uint32Array.of(bytes.length).buffer);
    writeFileSync(pack, Buffer.concat(images.flatMap((bytes) => [length(bytes), bytes])));
    const script = fileURLToPath(new URL('./fixtures/decode-all.mjs', import.meta.url));
    const outcomes = join(folder, 'outcomes');
    const child = spawnNode(script, [pack, outcomes]);
    child.stdout.resume();
    const exit = await child.exited;
    const lines = readFileSync(outcomes, 'utf8').trimEnd().split('\n');
    // Where it does not end well, the line after the last would have been that of the culprit.
    expect({ ...exit, lines: lines.length, stderr: child.stderrTail() }).toEqual({
      exitCode: 0,
      signal: null,
      failure: null,
      lines: images.length + 1,
      stderr: '',
    });
    return lines.map((line) => JSON.parse(line) as Line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

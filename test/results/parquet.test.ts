import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../src/kernel/content-hash.ts';
import { readParquet, readParquetChunks, readSealed, sealedFiles, sealToParquet } from '../../src/results/parquet.ts';
import { SegmentWriter } from '../../src/results/segment-file.ts';

let run: string;
let segment: string;
let sealed: string;
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'dyno-parquet-'));
  mkdirSync(join(run, 'samples'));
  segment = join(run, 'samples', 'a.seg');
  sealed = join(run, 'samples', 'a.parquet');
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

function writeRows(rows: number): void {
  const writer = new SegmentWriter(segment, [
    { name: 'query', type: 'int32' },
    { name: 'machine.load', type: 'float64' },
  ]);
  for (let row = 0; row < rows; row++) writer.append([row - 1, row === 1 ? Number.NaN : row / 8]);
  writer.close();
}

test('rows survive sealing, over more than one row group, NaN included', async () => {
  writeRows(250_000); // row groups of 100,000
  const file = await sealToParquet(segment, sealed);
  expect(file).toEqual({ file: 'samples/a.parquet', rows: 250_000, sha256: sha256(readFileSync(sealed)) });
  const columns = await readParquet(sealed);
  expect(Object.keys(columns)).toEqual(['query', 'machine.load']);
  expect(columns.query).toBeInstanceOf(Int32Array);
  expect(columns.query?.[0]).toBe(-1);
  expect(columns.query?.[249_999]).toBe(249_998);
  expect(columns['machine.load']?.[1]).toBeNaN();
  expect(columns['machine.load']?.[249_999]).toBe(249_999 / 8);
});

test('what the rows are of and their units are in the metadata of the Parquet file', async () => {
  const columns = [
    { name: 'query', type: 'int32', unit: '' },
    { name: 'sent', type: 'float64', unit: 's' },
  ] as const;
  const writer = new SegmentWriter(segment, columns, { case: 'digits/ort-cpu', seed: '7' });
  writer.append([0, 0.5]);
  writer.close();
  await sealToParquet(segment, sealed);
  const { key_value_metadata } = await parquetMetadataAsync(await asyncBufferFromFile(sealed));
  expect(key_value_metadata).toEqual([
    { key: 'dyno.case', value: 'digits/ort-cpu' },
    { key: 'dyno.seed', value: '7' },
    { key: 'dyno.units', value: '{"sent":"s"}' },
  ]);
});

test('a file of no rows is sealed and read', async () => {
  writeRows(0);
  expect((await sealToParquet(segment, sealed)).rows).toBe(0);
  expect((await readParquet(sealed)).query).toEqual(new Int32Array(0));
});

test('after sealing only the Parquet file is left', async () => {
  writeRows(3);
  await sealToParquet(segment, sealed);
  expect(readdirSync(join(run, 'samples'))).toEqual(['a.parquet']);
});

test('sealing that was cut off before the segment was removed is finished by sealing again', async () => {
  writeRows(3);
  copyFileSync(segment, join(run, 'kept.seg'));
  const first = await sealToParquet(segment, sealed);
  copyFileSync(join(run, 'kept.seg'), segment);
  expect(await sealToParquet(segment, sealed)).toEqual(first);
  expect(existsSync(segment)).toBe(false);
  expect(await sealToParquet(segment, sealed)).toEqual(first);
});

test('the rows before a torn tail are sealed', async () => {
  writeRows(3);
  appendFileSync(segment, 'SEGT, and then nothing');
  expect((await sealToParquet(segment, sealed)).rows).toBe(3);
});

test('sealing nothing is SAMPLES_MISSING', async () => {
  await expect(sealToParquet(segment, sealed)).rejects.toMatchObject({ code: 'SAMPLES_MISSING' });
});

test('only the named columns are read, and an unknown one is named with those that there are', async () => {
  writeRows(3);
  await sealToParquet(segment, sealed);
  expect(Object.keys(await readParquet(sealed, ['query']))).toEqual(['query']);
  await expect(readParquet(sealed, ['qeury'])).rejects.toThrow(
    'has no numeric column "qeury"; it has "query", "machine.load"',
  );
});

test('a file is read a row group at a time, in order and whole', async () => {
  writeRows(250_000);
  await sealToParquet(segment, sealed);
  const [lengths, queries]: [number[], number[]] = [[], []];
  for await (const { query = [], 'machine.load': load } of readParquetChunks(sealed)) {
    expect(load).toBeInstanceOf(Float64Array);
    expect(load?.length).toBe(query.length);
    lengths.push(query.length);
    for (let row = 0; row < query.length; row++) queries.push(query[row] ?? Number.NaN);
  }
  expect(lengths).toEqual([100_000, 100_000, 50_000]);
  expect(queries).toEqual(Array.from({ length: 250_000 }, (_, row) => row - 1));
});

test('of the columns that are asked for by the row group, those that the file lacks are left out', async () => {
  writeRows(3);
  await sealToParquet(segment, sealed);
  const chunks = [];
  for await (const chunk of readParquetChunks(sealed, ['started', 'query'])) chunks.push(Object.keys(chunk));
  expect(chunks).toEqual([['query']]);
});

test('a file whose checksum differs is refused before it is first read, and not summed again later', async () => {
  writeRows(3);
  const file = await sealToParquet(segment, sealed);
  const wrong = { ...file, sha256: '0'.repeat(64) };
  await expect(sealedFiles(run).chunks(wrong).next()).rejects.toMatchObject({ code: 'SAMPLES_CORRUPT' });
  await expect(sealedFiles(run).columns(wrong)).rejects.toMatchObject({ code: 'SAMPLES_CORRUPT' });

  const files = sealedFiles(run);
  expect((await files.columns(file, ['query'])).query).toEqual(Int32Array.of(-1, 0, 1));
  const other = join(run, 'samples', 'b.seg');
  const writer = new SegmentWriter(other, [{ name: 'query', type: 'int32' }]);
  writer.append([7]);
  writer.close();
  await sealToParquet(other, sealed.replace('a.parquet', 'b.parquet'));
  copyFileSync(sealed.replace('a.parquet', 'b.parquet'), sealed);
  for await (const { query } of files.chunks(file)) expect(query).toEqual(Int32Array.of(7));
});

test('a changed byte is SAMPLES_CORRUPT, wherever it is', async () => {
  writeRows(100);
  const file = await sealToParquet(segment, sealed);
  await expect(readSealed(run, file)).resolves.toHaveProperty('query');
  const bytes = readFileSync(sealed);
  for (const index of [0, 40, Math.floor(bytes.length / 2), bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    writeFileSync(sealed, changed);
    await expect(readSealed(run, file)).rejects.toMatchObject({ code: 'SAMPLES_CORRUPT' });
  }
});

test('a file that is cut off is SAMPLES_CORRUPT also without its checksum', async () => {
  writeRows(100);
  await sealToParquet(segment, sealed);
  writeFileSync(sealed, readFileSync(sealed).subarray(0, 50));
  await expect(readParquet(sealed)).rejects.toMatchObject({ code: 'SAMPLES_CORRUPT' });
});

test('a file that is gone is SAMPLES_MISSING', async () => {
  await expect(readSealed(run, { file: 'samples/b.parquet', rows: 1, sha256: '' })).rejects.toMatchObject({
    code: 'SAMPLES_MISSING',
  });
});

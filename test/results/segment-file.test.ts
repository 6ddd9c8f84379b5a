import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { queryColumns } from '../../src/results/record.ts';
import { readSegments, SegmentReader, SegmentWriter } from '../../src/results/segment-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-segment-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pair = [
  { name: 'count', type: 'int32' },
  { name: 'time', type: 'float64' },
] as const;
/** Two segments of three and two rows; a row is 12 bytes, a segment 16 more. */
function writeTwoSegments(path: string): void {
  const writer = new SegmentWriter(path, pair);
  for (let row = 0; row < 3; row++) writer.append([row, row / 4]);
  writer.flush();
  for (let row = 3; row < 5; row++) writer.append([row, row / 4]);
  writer.close();
}

test('rows come back as they were appended, over many segments', () => {
  const path = join(folder, 'a.seg');
  const writer = new SegmentWriter(path, queryColumns);
  const rows = 10_000; // 3,276 rows fill the buffer
  for (let row = 0; row < rows; row++)
    writer.append([row, 8, -row, row % 2, row + 0.1, row + 0.2, row + 0.25, row + 0.3, 1e-9, 0.1, Number.NaN]);
  expect(writer.rows).toBe(rows);
  writer.close();
  const read = readSegments(path);
  const columns = queryColumns.map(({ name, type, unit }) => (unit === '' ? { name, type } : { name, type, unit }));
  expect(read).toMatchObject({ rows, truncated: false, columns });
  expect(read.data.query).toBeInstanceOf(Int32Array);
  expect(read.data.first_item?.[9_999]).toBe(-9_999);
  expect(read.data.completed?.[9_999]).toBe(9_999.3);
  expect(read.data.postprocess?.[5]).toBeNaN();
});

test('a file is read a segment at a time, and says whether anything is left', () => {
  const path = join(folder, 'a.seg');
  writeTwoSegments(path);
  const reader = new SegmentReader(path);
  expect(reader.columns).toEqual(pair);
  expect(reader.next()).toEqual({
    rows: 3,
    data: { count: Int32Array.of(0, 1, 2), time: Float64Array.of(0, 0.25, 0.5) },
  });
  expect(reader.hasMore).toBe(true);
  expect(reader.next()).toEqual({ rows: 2, data: { count: Int32Array.of(3, 4), time: Float64Array.of(0.75, 1) } });
  expect(reader.hasMore).toBe(false);
  expect(reader.next()).toBeNull();
  reader.close();
});

test('a file without rows has its columns', () => {
  const path = join(folder, 'a.seg');
  new SegmentWriter(path, pair).close();
  expect(readSegments(path)).toMatchObject({ rows: 0, truncated: false, columns: pair });
});

test('rows of a rehearsal are in no file, however many segments they fill', () => {
  const path = join(folder, 'a.seg');
  const writer = new SegmentWriter(path, pair);
  const empty = readFileSync(path);
  writer.rehearse();
  for (let row = 0; row < 50_000; row++) writer.append([row, row]); // 21,844 rows fill the buffer
  writer.flushIfDue(0);
  writer.flushIfDue(1);
  writer.append([7, 7]);
  expect(readFileSync(path)).toEqual(empty);
  writer.begin();
  expect(writer.rows).toBe(0);
  writer.append([1, 0.5]);
  writer.close();
  expect(readSegments(path)).toMatchObject({
    rows: 1,
    truncated: false,
    data: { count: Int32Array.of(1), time: Float64Array.of(0.5) },
  });
});

test('a file that is closed in its rehearsal has no rows', () => {
  const path = join(folder, 'a.seg');
  const writer = new SegmentWriter(path, pair);
  writer.rehearse();
  writer.append([1, 1]);
  writer.close();
  expect(readSegments(path)).toMatchObject({ rows: 0, truncated: false });
});

test('rows wait in memory for less than a second', () => {
  const path = join(folder, 'a.seg');
  const writer = new SegmentWriter(path, pair);
  writer.flushIfDue(100);
  writer.append([1, 1]);
  writer.flushIfDue(100.9);
  expect(readSegments(path).rows).toBe(0);
  writer.flushIfDue(101);
  expect(readSegments(path).rows).toBe(1);
  writer.close();
});

test('whatever the last segment loses at its end, the first one stays readable', () => {
  const whole = join(folder, 'whole.seg');
  writeTwoSegments(whole);
  const bytes = readFileSync(whole);
  const lastSegment = 16 + 2 * 12;
  for (let lost = 1; lost < lastSegment; lost++) {
    const torn = join(folder, 'torn.seg');
    writeFileSync(torn, bytes.subarray(0, bytes.length - lost));
    expect(readSegments(torn)).toMatchObject({ rows: 3, truncated: true });
  }
  truncateSync(whole, bytes.length - lastSegment);
  expect(readSegments(whole)).toMatchObject({ rows: 3, truncated: false });
});

test('a flipped bit anywhere in a segment drops that segment and all after it', () => {
  const path = join(folder, 'a.seg');
  writeTwoSegments(path);
  const bytes = readFileSync(path);
  const bothSegments = 16 + 3 * 12 + 16 + 2 * 12;
  for (let index = bytes.length - bothSegments; index < bytes.length; index++) {
    const damaged = Buffer.from(bytes);
    damaged[index] = (damaged[index] ?? 0) ^ 0x10;
    writeFileSync(path, damaged);
    const inFirst = index < bytes.length - (16 + 2 * 12);
    expect(readSegments(path)).toMatchObject({ rows: inFirst ? 0 : 3, truncated: true });
  }
});

test('zeros after the last segment, as a full file system may leave them, are dropped', () => {
  const path = join(folder, 'a.seg');
  writeTwoSegments(path);
  appendFileSync(path, Buffer.alloc(4096));
  expect(readSegments(path)).toMatchObject({ rows: 5, truncated: true });
});

test('a file that is no segment file is refused with what was expected', () => {
  const path = join(folder, 'a.seg');
  writeFileSync(path, 'something else entirely');
  expect(() => readSegments(path)).toThrow(/expected it to start with DYNOSEG1, got "somethin"/);
  writeFileSync(path, 'DYNOSEG1');
  expect(() => readSegments(path)).toThrow(/expected at least 12 bytes, got 8/);
});

test('samples are never overwritten', () => {
  const path = join(folder, 'a.seg');
  writeTwoSegments(path);
  expect(() => new SegmentWriter(path, pair)).toThrow(expect.objectContaining({ code: 'SEGMENT_EXISTS' }));
  expect(readSegments(path).rows).toBe(5);
});

test('a folder that is a file gives FOLDER_UNWRITABLE', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => new SegmentWriter(join(folder, 'file', 'a.seg'), pair)).toThrow(
    expect.objectContaining({ code: 'FOLDER_UNWRITABLE' }),
  );
});

test('a writer that is killed leaves every segment that it has flushed', async () => {
  const path = join(folder, 'killed.seg');
  const child = startWriter(`
    const writer = new SegmentWriter(${JSON.stringify(path)}, ${JSON.stringify(pair)});
    for (let row = 0; ; row++) {
      writer.append([row, row]);
      if (row % 100 === 99) writer.flush();
      if (row === 9_999) process.send(row);
    }`);
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  await new Promise((resolve) => child.once('message', resolve));
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
  const read = readSegments(path);
  expect(read.rows).toBeGreaterThanOrEqual(10_000);
  expect(read.rows % 100).toBe(0);
  expect(read.data.count?.[read.rows - 1]).toBe(read.rows - 1);
});

/** A file system of 64 KiB, where this user may mount one. */
const smallDisk = mkdtempSync(join(tmpdir(), 'dyno-small-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', smallDisk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [smallDisk]);
  rmSync(smallDisk, { recursive: true, force: true });
});

test.skipIf(!mounted)(
  'a full disk is DISK_FULL, costs no earlier segment, and no row once there is space again',
  () => {
    const path = join(smallDisk, 'a.seg');
    const writer = new SegmentWriter(path, pair);
    for (let row = 0; row < 10; row++) writer.append([row, row]);
    writer.flush();
    for (let row = 10; row < 4_000; row++) writer.append([row, row]); // 48 kB: fits only without the ballast
    const ballast = join(smallDisk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(40 * 1024));
    expect(() => writer.flush()).toThrow(expect.objectContaining({ code: 'DISK_FULL', exitCode: 4 }));
    expect(readSegments(path)).toMatchObject({ rows: 10, truncated: false });
    rmSync(ballast);
    writer.close();
    expect(readSegments(path)).toMatchObject({ rows: 4_000, truncated: false });
  },
);

/** Runs lines of a program that uses `SegmentWriter` in a process of its own. */
function startWriter(program: string): ChildProcess {
  const source = `import { SegmentWriter } from ${JSON.stringify(resolve('src/results/segment-file.ts'))};\n${program}`;
  const script = join(folder, 'writer.mjs');
  buildSync({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
  });
  return spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

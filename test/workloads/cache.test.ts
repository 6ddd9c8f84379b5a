import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type CacheRecipe, WorkloadCache } from '../../src/workloads/cache.ts';

function newCache(): WorkloadCache {
  return new WorkloadCache(mkdtempSync(join(tmpdir(), 'dyno-cache-')));
}

/** A recipe that counts how often it was carried out. */
function countingRecipe(content = 'content') {
  let builds = 0;
  const recipe: CacheRecipe<{ build: number }> = {
    name: 'thing',
    ingredients: { version: 1 },
    build(folder) {
      writeFileSync(join(folder, 'data.bin'), content);
      return { build: ++builds };
    },
  };
  return { recipe, builds: () => builds };
}

test('an entry is built once and found again', async () => {
  const cache = newCache();
  const { recipe, builds } = countingRecipe();
  expect(cache.has(recipe)).toBe(false);
  const first = await cache.entry(recipe);
  expect(cache.has(recipe)).toBe(true);
  expect(await cache.entry(recipe)).toEqual(first);
  expect(builds()).toBe(1);
  expect(first.facts).toEqual({ build: 1 });
  // sha256 of the text "content", from the command sha256sum.
  expect(first.files['data.bin']).toMatchObject({
    bytes: 7,
    sha256: 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73',
  });
});

test('other ingredients make another entry', async () => {
  const cache = newCache();
  const { recipe, builds } = countingRecipe();
  await cache.entry(recipe);
  await cache.entry({ ...recipe, ingredients: { version: 2 } });
  expect(builds()).toBe(2);
});

test('a file that was changed is built again, even when its size is the same', async () => {
  const cache = newCache();
  const { recipe, builds } = countingRecipe();
  const path = (await cache.entry(recipe)).files['data.bin']?.path ?? '';
  writeFileSync(path, 'tampers');
  utimesSync(path, 1, 1);
  const again = await cache.entry(recipe);
  expect(builds()).toBe(2);
  expect(readFileSync(again.files['data.bin']?.path ?? '', 'utf8')).toBe('content');
});

test('a file that was only touched is kept', async () => {
  const cache = newCache();
  const { recipe, builds } = countingRecipe();
  const path = (await cache.entry(recipe)).files['data.bin']?.path ?? '';
  utimesSync(path, 1, 1);
  await cache.entry(recipe);
  expect(builds()).toBe(1);
});

test('an entry without its manifest, or with half of it, is built again', async () => {
  const cache = newCache();
  const { recipe, builds } = countingRecipe();
  const folder = dirname((await cache.entry(recipe)).files['data.bin']?.path ?? '');
  writeFileSync(join(folder, 'entry.json'), '{"files":{');
  await cache.entry(recipe);
  expect(builds()).toBe(2);
});

test('two that build the same entry at once get the same whole entry, and nothing else is left behind', async () => {
  const cache = newCache();
  const other = new WorkloadCache(cache.folder);
  const recipe: CacheRecipe<null> = {
    name: 'slow',
    ingredients: 1,
    async build(folder) {
      writeFileSync(join(folder, 'data.bin'), 'half');
      await new Promise((resolve) => setImmediate(resolve));
      writeFileSync(join(folder, 'data.bin'), 'whole');
      return null;
    },
  };
  const entries = await Promise.all([cache.entry(recipe), other.entry(recipe), cache.entry(recipe)]);
  expect(new Set(entries.map(({ files }) => files['data.bin']?.path)).size).toBe(1);
  expect(readFileSync(entries[0]?.files['data.bin']?.path ?? '', 'utf8')).toBe('whole');
  expect(readdirSync(cache.folder)).toHaveLength(1);
});

test('a builder that fails leaves nothing, and its error comes through', async () => {
  const cache = newCache();
  const recipe: CacheRecipe<null> = {
    name: 'broken',
    ingredients: 1,
    build(folder) {
      writeFileSync(join(folder, 'half.bin'), 'x');
      throw new Error('out of flour');
    },
  };
  await expect(cache.entry(recipe)).rejects.toThrow('out of flour');
  expect(readdirSync(cache.folder)).toEqual([]);
});

test('what a killed builder left is removed when it is a day old, and not before', async () => {
  const cache = newCache();
  const [old, recent] = ['thing-1.7-aa.tmp', 'thing-1.8-bb.tmp'].map((name) => join(cache.folder, name)) as [
    string,
    string,
  ];
  for (const folder of [old, recent]) mkdirSync(folder);
  const twoDaysAgo = Date.now() / 1e3 - 2 * 86_400;
  utimesSync(old, twoDaysAgo, twoDaysAgo);
  await cache.entry(countingRecipe().recipe);
  expect([existsSync(old), existsSync(recent)]).toEqual([false, true]);
});

test('a folder that cannot be written says to set DYNO_CACHE_DIR', async () => {
  // A file in the place of the folder stops root, too.
  const place = join(mkdtempSync(join(tmpdir(), 'dyno-')), 'file');
  writeFileSync(place, '');
  const refused = expect.objectContaining({
    code: 'CACHE_UNWRITABLE',
    exitCode: 3,
    message: expect.stringContaining('DYNO_CACHE_DIR'),
  });
  await expect(new WorkloadCache(place).entry(countingRecipe().recipe)).rejects.toThrow(refused);
  await expect(new WorkloadCache(join(place, 'below')).entry(countingRecipe().recipe)).rejects.toThrow(refused);
  expect(statSync(place).size).toBe(0);
  await expect(new WorkloadCache('/proc/dyno/below').entry(countingRecipe().recipe)).rejects.toThrow(refused);
});

test('a full disk is told apart', async () => {
  const recipe: CacheRecipe<null> = {
    name: 'large',
    ingredients: 1,
    build() {
      // What a write to /dev/full throws.
      writeFileSync('/dev/full', 'x');
      return null;
    },
  };
  const cache = newCache();
  await expect(cache.entry(recipe)).rejects.toThrow(
    expect.objectContaining({ code: 'CACHE_FULL', exitCode: 3, message: expect.stringContaining(cache.folder) }),
  );
});

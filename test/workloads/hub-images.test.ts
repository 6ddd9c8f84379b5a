import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeGrayPng } from '../../src/engine/preprocess/encode.ts';
import { Registry } from '../../src/kernel/registry.ts';
import { WorkloadCache } from '../../src/workloads/cache.ts';
import { digits } from '../../src/workloads/digits.ts';
import { type HubImages, withOwnImages } from '../../src/workloads/hub-images.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { oneNode } from '../../src/workloads/one-node.ts';
import { prepareWorkload } from '../../src/workloads/prepare-workload.ts';
import type { PreparedWorkload } from '../../src/workloads/prepared-workload.ts';
import type { Workload } from '../../src/workloads/workload.ts';

const cache = new WorkloadCache(mkdtempSync(join(tmpdir(), 'dyno-hub-images-')));

async function folderOfImages(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-receipts-'));
  mkdirSync(join(folder, 'images'));
  for (const [index, name] of ['1.png', '2.png'].entries()) {
    writeFileSync(join(folder, 'images', name), await encodeGrayPng(new Uint8Array(16).fill(index * 100), 4, 4));
  }
  writeFileSync(join(folder, 'labels.txt'), '1.png 3\n2.png 0\n');
  writeFileSync(join(folder, 'truth.txt'), '1.png\tone\n2.png\ttwo\n');
  return folder;
}

/** The request for a workload on a folder of images, with these files beside it. */
async function request(workload: string, files: readonly ('labels' | 'truth')[]): Promise<HubImages> {
  const folder = await folderOfImages();
  const path = (what: 'labels' | 'truth') => (files.includes(what) ? join(folder, `${what}.txt`) : null);
  return { workload, folder: join(folder, 'images'), labels: path('labels'), truth: path('truth') };
}

/** A workload that is judged by text; its model is of no interest here. */
const reader = async (kind: 'character_accuracy' | 'box_recall'): Promise<PreparedWorkload> => ({
  ...(await digits.prepare(cache)),
  metric: { kind },
});

test('a workload of the hub runs on images of the user’s own with its own settings and metric', async () => {
  const images = await request('digits', ['labels']);
  const hub = new Registry<Workload>('workload').add(digits);
  const own = await prepareWorkload({ name: 'mine', kind: 'hub_images', definition: null, images }, hub, cache.folder);
  const base = await digits.prepare(cache);
  expect(own).toMatchObject({ name: 'mine', model: base.model, preprocess: base.preprocess, metric: { kind: 'top1' } });
  const items = await openItems(own);
  expect([items.count, items.label(0), items.label(1)]).toEqual([2, 3, 0]);
});

test('the text of images reaches the items', async () => {
  const own = await withOwnImages('mine', await reader('character_accuracy'), await request('ocr', ['truth']), cache);
  expect(own.data).toMatchObject({ items: 2, truth: [[{ text: 'one', box: null }], [{ text: 'two', box: null }]] });
  expect(own.metric).toEqual({ kind: 'character_accuracy' });
});

test('without the file that a workload is judged by, there is no metric, and the reason names it', async () => {
  const own = await withOwnImages('mine', await reader('character_accuracy'), await request('ocr', []), cache);
  expect(own.metric).toEqual({ kind: null, code: 'NO_LABELS', need: expect.stringContaining('`truth`') });
});

test('a file that a workload is not judged by is refused and not passed over', async () => {
  const images = await request('digits', ['truth']);
  await expect(withOwnImages('mine', await digits.prepare(cache), images, cache)).rejects.toThrow(
    expect.objectContaining({ code: 'TRUTH_UNUSED', message: expect.stringContaining('needs `labels`') }),
  );
});

test('text without corners is refused where boxes are judged', async () => {
  const images = await request('ocr-detect', ['truth']);
  await expect(withOwnImages('mine', await reader('box_recall'), images, cache)).rejects.toThrow(
    expect.objectContaining({ code: 'TRUTH_INVALID', message: expect.stringContaining('has no corners') }),
  );
});

test('a workload that is not fed images is refused', async () => {
  const images = await request('one-node', []);
  await expect(withOwnImages('mine', await oneNode.prepare(cache), images, cache)).rejects.toThrow(
    expect.objectContaining({ code: 'DATA_UNSUPPORTED', exitCode: 3 }),
  );
});

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/kernel/content-hash.ts';
import { Registry } from '../../src/kernel/registry.ts';
import { WorkloadCache } from '../../src/workloads/cache.ts';
import { digits } from '../../src/workloads/digits.ts';
import {
  calibrationDrawnLines,
  calibrationTurnedLines,
  drawnLines,
  turnedLines,
} from '../../src/workloads/drawn-lines.ts';
import { calibrationDrawnPages, drawnPages } from '../../src/workloads/drawn-pages.ts';
import { findCalibration } from '../../src/workloads/find-calibration.ts';
import type { LabelledImage, PackSource } from '../../src/workloads/image-pack.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { photographCrops, photographs } from '../../src/workloads/photographs.ts';
import type { PreparedData, PreparedWorkload } from '../../src/workloads/prepared-workload.ts';
import type { Workload } from '../../src/workloads/workload.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'dyno-calibration-'));

async function imagesOf(source: PackSource): Promise<LabelledImage[]> {
  const images: LabelledImage[] = [];
  for await (const image of source.images()) images.push(image);
  return images;
}

/** How many of the first are among the second, by their hash, and how many there are that differ. */
function overlap(some: readonly Uint8Array[], others: readonly Uint8Array[]) {
  const hashes = new Set(some.map(sha256));
  return { shared: others.filter((bytes) => hashes.has(sha256(bytes))).length, distinct: hashes.size };
}

test.each<[string, PackSource, PackSource, number]>([
  ['photographs', photographCrops, photographs, 64],
  ['lines', calibrationDrawnLines, drawnLines, 64],
  ['turned lines', calibrationTurnedLines, turnedLines, 64],
  ['pages', calibrationDrawnPages, drawnPages, 8],
])(
  'no image to calibrate with is among the %s that are measured',
  async (_title, calibration, measured, count) => {
    const [some, others] = [await imagesOf(calibration), await imagesOf(measured)];
    const bytes = (images: readonly LabelledImage[]) => images.map((image) => image.bytes);
    expect(overlap(bytes(some), bytes(others))).toEqual({ shared: 0, distinct: count });
  },
  60_000,
);

test('no digit to calibrate with is among those that accuracy is taken on, and all ten are there', async () => {
  const cache = new WorkloadCache(cacheFolder);
  const workload = await digits.prepare(cache);
  const calibration = await digits.calibration?.(cache);
  if (calibration === undefined) throw new Error('Digits have nothing to calibrate with.');
  const bytesOf = async (data: PreparedData) => {
    const items = await openItems({ ...workload, data });
    return Promise.all(Array.from({ length: items.count }, (_, index) => items.item(index) as Promise<Uint8Array>));
  };
  const [some, others] = [await bytesOf(calibration.data), await bytesOf(workload.data)];
  expect(overlap(some, others)).toEqual({ shared: 0, distinct: 512 });
  expect(new Set((calibration.data as { labels: readonly number[] }).labels).size).toBe(10);
});

test('generated items to calibrate with are not those that are measured', async () => {
  const workload = await generated();
  const { data, items, what } = await findCalibration(
    request,
    workload,
    new Registry<Workload>('workload'),
    cacheFolder,
  );
  expect([items, what]).toEqual([16, '16 items generated from another seed']);
  const bytesOf = async (ofData: PreparedData) => {
    const opened = await openItems({ ...workload, data: ofData });
    return Promise.all(
      Array.from({ length: opened.count }, async (_, index) => {
        const [tensor] = Object.values((await opened.item(index)) as object);
        return new Uint8Array((tensor as { data: Float32Array }).data.buffer);
      }),
    );
  };
  expect(overlap(await bytesOf(data), await bytesOf(workload.data))).toEqual({ shared: 0, distinct: 64 });
});

const request = { name: 'mine', kind: 'own', definition: null } as const;

async function generated(): Promise<PreparedWorkload> {
  return {
    ...(await digits.prepare(new WorkloadCache(cacheFolder))),
    inputs: [{ name: 'x', type: 'float32', itemShape: [1, 8], batchAxis: 0 }],
    data: { kind: 'generated', seed: 1, items: 64, ranges: { x: { kind: 'uniform', low: -1, high: 1 } } },
    preprocess: null,
    metric: { kind: null, code: 'NO_LABELS', need: 'labelled data and a metric' },
  };
}

test.each([{}, { what: 'texts', data: { kind: 'images' }, items: 0 }, null])(
  'what a plug-in answers in the place of a calibration is refused: %o',
  async (answer) => {
    const plugged = { ...digits, calibration: async () => answer } as unknown as Workload;
    const hub = new Registry<Workload>('workload').add(plugged);
    const found = findCalibration({ ...request, name: 'digits', kind: 'hub' }, await generated(), hub, cacheFolder);
    await expect(found).rejects.toMatchObject({ code: 'CALIBRATION_INVALID', exitCode: 3 });
  },
);

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildVariant } from '../../src/compress/build-variant.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { measureCharacterAccuracy } from '../../src/engine/proof/text-accuracy.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import { Registry } from '../../src/kernel/registry.ts';
import { WorkloadCache } from '../../src/workloads/cache.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { modelsOf } from '../../src/workloads/models-of.ts';
import { ocr } from '../../src/workloads/ocr.ts';
import { isChain, loadSessions, openChain } from '../../src/workloads/open-engine.ts';
import type { PreparedWorkload } from '../../src/workloads/prepared-workload.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import { optimizedOperators } from '../engine/backends/ort-dump.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'dyno-chain-variant-'));

/** The chain as the hub has it, calibrated with two of its pages for the sake of time. */
const onTwoPages: Workload = {
  ...ocr,
  async calibration(cache) {
    const calibration = await ocr.calibration?.(cache);
    if (calibration === undefined) throw new Error('The chain has nothing to calibrate with.');
    return { ...calibration, items: 2 };
  },
};

async function accuracyOf(workload: PreparedWorkload, pages: number): Promise<number> {
  if (!isChain(workload)) throw new Error('Expected a chain.');
  const options = { fusion: 'on', precision: 'int8', threads: 1, spinning: 'off' } as const;
  const sessions = await loadSessions(ortCpu, workload, { ...options, dumpPath: null, profilePrefix: null });
  const items = await openItems(workload);
  try {
    const { value } = await measureCharacterAccuracy(await openChain(workload, sessions, 1), 1, items, pages);
    return value;
  } finally {
    await sessions.dispose();
    await items.close();
  }
}

async function count(path: string, operator: string): Promise<number> {
  return (await optimizedOperators(readModel(path), 'all', ''))[operator] ?? 0;
}

test('every model of a chain is quantised for what the chain feeds it, and the chain reads within a point as well', async () => {
  const hub = new Registry<Workload>('workload').add(onTwoPages);
  const source = await ocr.prepare(new WorkloadCache(cacheFolder));
  const request = { name: 'ocr', kind: 'hub', definition: null } as const;
  const settings = { precision: 'int8', hygiene: 'on', fusion: false, domains: [] } as const;
  const surroundings = { hub, cacheFolder, backend: ortCpu };
  const { workload, record } = await buildVariant({ request, workload: source }, settings, surroundings);

  const models = modelsOf(workload);
  expect(models.map(({ name }) => name)).toEqual(['detect', 'angle', 'recognise']);
  const convolutions: number[] = [];
  for (const { model } of models) convolutions.push(await count(model.path, 'com.microsoft:QLinearConv'));
  // As many as each model has convolutions with constant weights (62 and 38 are held by the tests of detector and recogniser).
  const before = modelsOf(source).map(
    ({ model }) => readModel(model.path).graph.node.filter(({ opType }) => opType === 'Conv').length,
  );
  expect(convolutions).toEqual(before);
  expect(convolutions.slice(0, 1).concat(convolutions.slice(2))).toEqual([62, 38]);
  expect(record.bytes).toBe(models.reduce((sum, { model }) => sum + model.bytes, 0));
  expect(new Set([record.sha256, ...models.map(({ model }) => model.sha256)]).size).toBe(4);
  expect(record.conversion?.calibration).toMatchObject({ items: 2 });

  const [asBefore, after] = [await accuracyOf(source, 2), await accuracyOf(workload, 2)];
  expect(asBefore).toBeGreaterThan(0.95);
  expect(after).toBeGreaterThan(asBefore - 0.01);
}, 240_000);

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildVariant } from '../../src/compress/build-variant.ts';
import { readManifest } from '../../src/compress/model-manifest.ts';
import type { VariantSettings } from '../../src/compress/variant.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { measureAccuracy } from '../../src/engine/proof/accuracy.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import { Registry } from '../../src/kernel/registry.ts';
import { digits } from '../../src/workloads/digits.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { loadSessions } from '../../src/workloads/open-engine.ts';
import { prepareWorkload } from '../../src/workloads/prepare-workload.ts';
import type { PreparedWorkload } from '../../src/workloads/prepared-workload.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import { optimizedOperators } from '../engine/backends/ort-dump.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'dyno-variants-'));
const hub = new Registry<Workload>('workload').add(digits);
const surroundings = { hub, cacheFolder, backend: ortCpu };
const asInFile: VariantSettings = { precision: 'fp32', hygiene: 'off', fusion: false, domains: [] };
const request = { name: 'digits', kind: 'hub', definition: null } as const;

const subject = async () => ({ request, workload: await prepareWorkload(request, hub, cacheFolder) });

async function accuracyOf(workload: PreparedWorkload): Promise<number> {
  const { inputs, preprocess, postprocess } = workload;
  const options = { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off' } as const;
  const sessions = await loadSessions(ortCpu, workload, { ...options, dumpPath: null, profilePrefix: null });
  const session = sessions.byName.get(null);
  if (session === undefined) throw new Error('The model was not loaded.');
  const pipeline = { session, batchSize: 49, inputs, preprocess, postprocess };
  const { value } = await measureAccuracy(pipeline, await openItems(workload), { metric: 'top1', limit: 2499 });
  await sessions.dispose();
  return value;
}

let before: Promise<number> | null = null;

/** Of the model as its file has it: the same for all tests. */
function accuracyBefore(): Promise<number> {
  before ??= subject().then(({ workload }) => accuracyOf(workload));
  return before;
}

test('digits in 8 bits loses less than a point on the held-out digits, and every target is an 8-bit operator', async () => {
  const { workload: source } = await subject();
  const settings = { ...asInFile, precision: 'int8', hygiene: 'on', fusion: true } as const;
  const { workload, record } = await buildVariant(await subject(), settings, surroundings);
  expect(record.steps).toEqual(['hygiene', 'fusion', 'int8 static, min_max']);
  expect(record.conversion).toMatchObject({
    converted: 5,
    calibration: { data: '512 digits of the training split', items: 512 },
  });
  expect(record.bytes).toBeLessThan(0.5 * source.model.bytes);
  expect(workload).toEqual({ ...source, model: { ...source.model, ...workload.model } });
  expect(workload.model).toMatchObject({ sha256: record.sha256, bytes: record.bytes });

  const model = readModel(workload.model.path);
  expect(await optimizedOperators(model, 'all', '')).toMatchObject({
    'com.microsoft:QLinearConv': 4,
    'com.microsoft:QGemm': 1,
  });
  expect(readManifest(model)).toMatchObject({
    method: 'hygiene; fusion; int8 static, min_max',
    sourceSha256: source.model.sha256,
    sourceBytes: source.model.bytes,
    calibrationSha256: record.conversion?.calibration?.sha256,
  });
  const [before, after] = [await accuracyBefore(), await accuracyOf(workload)];
  expect(before).toBeGreaterThan(0.985);
  expect(after).toBeGreaterThan(before - 0.01);
});

test('a variant is built once and taken from the cache after that', async () => {
  const settings = { ...asInFile, hygiene: 'on', fusion: true, domains: ['com.microsoft'] } as const;
  const first = await buildVariant(await subject(), settings, surroundings);
  const backend = {
    ...ortCpu,
    load: () => Promise.reject(new Error('Nothing has to be built: the engine must not be asked.')),
  };
  expect(await buildVariant(await subject(), settings, { ...surroundings, backend })).toEqual(first);
  const other = await buildVariant(await subject(), { ...settings, domains: [] }, surroundings);
  expect(other.record.sha256).not.toBe(first.record.sha256);
});

test('without the engine, models in floats are cleaned and fused all the same, and others say what is missing', async () => {
  const missing = { available: false, reason: 'it is not installed', remedy: 'npm install it' } as const;
  const backend = {
    ...ortCpu,
    probe: () => Promise.resolve(missing),
    load: () => Promise.reject(new Error('It cannot run here.')),
  };
  const settings = { ...asInFile, hygiene: 'on', fusion: true } as const;
  const without = await buildVariant(await subject(), settings, { ...surroundings, backend });
  expect(without.record).toMatchObject({ steps: ['hygiene', 'fusion'], fused: 4, conversion: null });
  const { workload, record } = await buildVariant(await subject(), settings, surroundings);
  expect(record.fused).toBe(4);
  // Each has an entry of its own: what the engine would fold is not taken for what was folded without it.
  expect(workload.model.path).not.toBe(without.workload.model.path);
  expect(await accuracyOf(without.workload)).toBe(await accuracyBefore());
  const halves = buildVariant(await subject(), { ...settings, precision: 'bf16' }, { ...surroundings, backend });
  await expect(halves).rejects.toThrow(/converted to bf16 with the help of ort-cpu.*not installed.*npm install it/);
});

test('fusion for an engine with operators of its own joins convolutions and activations, and says how often', async () => {
  const settings = { ...asInFile, hygiene: 'on', fusion: true, domains: ['com.microsoft'] } as const;
  const { workload: source } = await subject();
  const { workload, record } = await buildVariant({ request, workload: source }, settings, surroundings);
  const [before, after] = [operatorsOf(source), operatorsOf(workload)];
  const normalisations = before.filter((operator) => operator === 'BatchNormalization').length;
  const joined = after.filter((operator) => operator.startsWith('Fused')).length;
  expect([normalisations, joined]).toEqual([4, 4]);
  // Each takes one node away.
  expect(record.fused).toBe(normalisations + joined);
  expect(record.nodes).toEqual({ before: before.length, after: before.length - record.fused });
  expect(after).toHaveLength(record.nodes.after);
  expect(record.conversion).toBeNull();
});

function operatorsOf({ model }: PreparedWorkload): string[] {
  return readModel(model.path).graph.node.map(({ opType }) => opType);
}

test.each<[VariantSettings['precision'], string, number]>([
  ['fp16', 'fp16, by range', 70],
  ['bf16', 'bf16 weights', 50],
])('digits in %s takes half the file and answers as before', async (precision, method, decibels) => {
  const { workload: source } = await subject();
  const settings = { ...asInFile, precision, hygiene: 'on' } as const;
  const { workload, record } = await buildVariant({ request, workload: source }, settings, surroundings);
  expect(record).toMatchObject({ steps: ['hygiene', method], fused: 0 });
  expect(record.conversion?.worstDecibels).toBeGreaterThan(decibels);
  expect(record.bytes).toBeLessThan(0.53 * source.model.bytes);
  expect(Math.abs((await accuracyOf(workload)) - (await accuracyBefore()))).toBeLessThan(0.002);
});

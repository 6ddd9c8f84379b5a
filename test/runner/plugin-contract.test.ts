import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { Probe } from '../../src/engine/backends/backend.ts';
import { checkProbe } from '../../src/runner/plugin-contract.ts';
import { noPlugins, registerModule } from '../../src/runner/plugins.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-contract-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

/** Registers what the text of a module adds. */
async function register(adds: string): Promise<void> {
  const file = join(folder, `plugin${count++}.mjs`);
  writeFileSync(file, `export function register({ backends, workloads }) { ${adds} }`);
  await registerModule(pathToFileURL(file).href, noPlugins());
}

const backend = (more: string) => register(`backends.add({ name: 'mine', probe() {}, load() {}, ${more} });`);

test.each([
  ["operatorDomains: 'com.microsoft'", '"operatorDomains" that are a list of texts, or none, got "com.microsoft"'],
  ["usesGraph: 'no'", '"usesGraph" of true or false, or none, got "no"'],
  ['load: 1', 'a function "load", got 1'],
])('a backend with %s is refused with what was expected of the plug-in', async (more, told) => {
  await expect(backend(more)).rejects.toMatchObject({
    code: 'BACKEND_INVALID',
    exitCode: 3,
    message: expect.stringContaining(told),
  });
});

test('a backend that leaves out what it may leave out is taken', async () => {
  await expect(backend('')).resolves.toBeUndefined();
});

test('a workload whose calibration is no function is refused', async () => {
  await expect(register("workloads.add({ name: 'mine', calibration: 'digits' });")).rejects.toMatchObject({
    code: 'WORKLOAD_INVALID',
    message: expect.stringContaining('a function "calibration", or none, got "digits"'),
  });
  await expect(register("workloads.add({ name: 'mine' });")).resolves.toBeUndefined();
});

test('a probe must say how each precision is carried out, where the backend is there', () => {
  const probe = (precisions: unknown) => () =>
    checkProbe('mine', { available: true, device: 'x', version: '1', precisions } as Probe);
  expect(probe(undefined)).toThrow('"precisions" such as { fp32: \'native\' }');
  expect(probe({ fp32: 'native', int8: 'fast' })).toThrow('native, emulated, storage, none, got int8: "fast"');
  expect(probe({ fp32: 'native', int8: 'none' })).not.toThrow();
  expect(() => checkProbe('mine', { available: false, reason: 'no device', remedy: 'buy one' })).not.toThrow();
});

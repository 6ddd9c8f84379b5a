import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRun } from '../../src/results/result-folder.ts';
import { runDyno } from '../cli/fixtures/run-dyno.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-reference-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A backend for the model of one Relu on eight numbers that answers with `expression` of each input `x`. */
function plugin(name: string, expression: string): string {
  return `export function register({ backends }) {
  backends.add({
    name: '${name}', stack: '${name}',
    probe: async () => ({ available: true, device: 'none', version: '1', precisions: { fp32: 'native' } }),
    load: async () => ({
      inputs: [{ name: 'x', type: 'float32', shape: ['batch', 8] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['batch', 8] }],
      tensor: (type, dims, data) => ({ type, dims, data }),
      run: async ({ x }) => ({ y: { type: 'float32', dims: x.dims, data: x.data.map((x) => ${expression}) } }),
      bareCall: () => async () => {},
      effective: () => ({}),
      profile: async () => null,
      dispose: async () => {},
    }),
  });
}`;
}

async function fidelityOf(name: string, expression: string) {
  writeFileSync(join(folder, `${name}.mjs`), plugin(name, expression));
  const axes = ['--batch-size', '1', '--fusion', 'on', '--precision', 'fp32', '--threads', '1', '--scope', 'inference'];
  const { stderr } = await runDyno(
    [
      'bench',
      '--plugin',
      `./${name}.mjs`,
      '--backend',
      name,
      '--workload',
      'one-node',
      ...axes,
      '--quick',
      '--no-report',
      '--run-id',
      name,
    ],
    folder,
  );
  const [one] = readRun(join(folder, 'results', name)).cases;
  expect(one?.status, stderr).toBe('ok');
  return one?.fidelity;
}

test('an engine is compared with another one: the right answer agrees', async () => {
  const fidelity = await fidelityOf('right', 'Math.max(x, 0)');
  expect(fidelity?.cosine).toBeCloseTo(1, 9);
  expect(fidelity?.reference).toContain('ort-cpu');
}, 60_000);

test('an engine that answers wrongly does not agree, however steady it is', async () => {
  // Relu answers with the positive half, this with the negative one: no element of both is other than zero.
  expect((await fidelityOf('wrong', 'Math.min(x, 0)'))?.cosine).toBeCloseTo(0, 9);
}, 60_000);

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readEvents } from '../../src/results/event-log.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { runDyno } from '../cli/fixtures/run-dyno.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-caching-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A backend for the model of one Relu on eight numbers that takes a millisecond an answer, and remembers its answers. */
writeFileSync(
  join(folder, 'remembers.mjs'),
  `const answers = new Map();
const relu = ({ x }) => {
  const end = performance.now() + 1;
  while (performance.now() < end);
  return { y: { type: 'float32', dims: x.dims, data: x.data.map((value) => Math.max(value, 0)) } };
};
export function register({ backends }) {
  backends.add({
    name: 'remembers', stack: 'remembers',
    probe: async () => ({ available: true, device: 'none', version: '1', precisions: { fp32: 'native' } }),
    load: async () => ({
      inputs: [{ name: 'x', type: 'float32', shape: ['batch', 8] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['batch', 8] }],
      tensor: (type, dims, data) => ({ type, dims, data }),
      run: async (feeds) => {
        const key = feeds.x.data.join();
        if (!answers.has(key)) answers.set(key, relu(feeds));
        return answers.get(key);
      },
      bareCall: () => async () => {},
      effective: () => ({}),
      profile: async () => null,
      dispose: async () => {},
    }),
  });
}`,
);

test('an engine that answers from memory is invalid, ranks nowhere, and --strict says so', async () => {
  const axes = ['--batch-size', '1', '--fusion', 'on', '--precision', 'fp32', '--threads', '1', '--scope', 'inference'];
  const { code, stdout, stderr } = await runDyno(
    ['bench', '--plugin', './remembers.mjs', '--backend', 'remembers', '--workload', 'one-node'].concat(axes, [
      '--quick',
      '--no-report',
      '--strict',
      '--run-id',
      'remembers',
    ]),
    folder,
  );
  const [one] = readRun(join(folder, 'results', 'remembers')).cases;
  expect(one?.verdicts.integrity, stderr).toBe('invalid');
  expect(one?.reasons['verdicts.integrity']).toMatchObject({ code: 'ANSWERED_FROM_CACHE', need: 1.1 });
  expect(stdout).toContain('invalid: ANSWERED_FROM_CACHE');
  expect(stdout).toContain('no case counts: it is invalid (ANSWERED_FROM_CACHE)');
  expect(code).toBe(2);
  // The records are audited by the same blocks, whatever comes of it next to answers that take no time.
  const proof = readEvents(join(folder, 'results', 'remembers')).find(({ type }) => type === 'proof.finished');
  expect(proof).toMatchObject({ proof: { recordingAudit: { blocks: 24 }, recordingAuditReason: null } });
  expect(stderr).toContain('integrity invalid (ANSWERED_FROM_CACHE) in 1 case');
}, 60_000);

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { Run } from '../../src/results/run.ts';
import { startDyno } from '../cli/fixtures/run-dyno.ts';
import { StubTools } from '../collectors/stub-tools.ts';

const tools = new StubTools();
const folder = mkdtempSync(join(tmpdir(), 'dyno-lost-device-'));
afterAll(() => {
  tools.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('of two devices one is lost halfway: the run ends well, says which, and keeps what the other reported', async () => {
  const state = join(tools.folder, 'state.json');
  tools.add('nvidia-smi', { STUB_STATE: state });
  const path = process.env.PATH;
  process.env.PATH = `${tools.folder}${delimiter}${path}`;
  const words = [
    ...['bench', '--workload', 'one-node', '--scope', 'inference', '--batch-size', '1', '--fusion', 'on'],
    ...[
      '--precision',
      'fp32',
      '--threads',
      '1',
      '--backend',
      'ort-cpu',
      '--quick',
      '--out',
      folder,
      '--run-id',
      'lost',
    ],
    ...['--set', 'policy.proof=false', '--set', 'policy.rounds=2', '--set', 'policy.window.min_duration=4s'],
    ...['--set', 'policy.window.max_duration=4s'],
  ];
  const { ended } = startDyno(words, folder);
  process.env.PATH = path;
  const events = join(folder, 'lost', 'events.jsonl');
  while (!existsSync(events) || !readFileSync(events, 'utf8').includes('"round.started"')) await sleep(100);
  // The window has begun by then, and its end is more than the second away by which a device counts as lost.
  await sleep(2000);
  writeFileSync(state, JSON.stringify({ lost: true }));

  const { code, stdout, stderr } = await ended;
  expect(stderr).not.toContain('failed');
  expect(code).toBe(0);
  const run = JSON.parse(readFileSync(join(folder, 'lost', 'run.json'), 'utf8')) as Run;
  const [one] = run.cases;
  expect(one?.status).toBe('ok');
  expect(one?.latency?.p50).toBeGreaterThan(0);
  const lost = { code: 'DEVICE_LOST', need: null, have: 'gpu1, NVIDIA Stub' };
  expect(one?.energy).toBeNull();
  expect(one?.reasons).toMatchObject({
    energy: lost,
    'rounds.0.summary.energy': lost,
    'rounds.1.summary.energy': lost,
  });
  expect(one?.verdicts).toMatchObject({ energy: 'invalid', load: 'valid' });
  const message =
    'gpu1, NVIDIA Stub was lost, or reported no more while others did: there is no energy of 2 of 2 rounds.';
  expect(stdout).toContain(message);

  const report = readFileSync(join(folder, 'reports', 'lost.html'), 'utf8');
  expect(report).toContain(message);
  expect(report).toMatch(/gpu1 reported nothing (after|:)|gpu1 reported nothing: /);
  expect(report).toContain('To the end reported gpu0, 100 W on average.');
}, 90_000);

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { sensorTimeoutVariable } from '../../src/collectors/sensor-timeout.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import type { Run } from '../../src/results/run.ts';
import { StubTools } from '../collectors/stub-tools.ts';

const out = mkdtempSync(join(tmpdir(), 'dyno-gpu-'));
const tools: StubTools[] = [];
afterAll(() => {
  rmSync(out, { recursive: true, force: true });
  for (const folder of tools) folder.remove();
});

interface Outcome {
  readonly status: number | null;
  readonly stderr: string;
  readonly run: Run;
  readonly events: string;
}

/** `dyno bench` of a tiny model on a machine whose nvidia-smi has the fault from the moment that the round begins. */
async function bench(fault: string): Promise<Outcome> {
  const folder = new StubTools();
  tools.push(folder);
  const state = join(folder.folder, 'state.json');
  folder.add('nvidia-smi', { STUB_FAULT: fault, STUB_REPORTS: '1000000', STUB_STATE: state });
  const child = execFile(
    process.execPath,
    [
      packageFile('test', 'cli', 'fixtures', 'dyno.mjs'),
      ...['bench', '--workload', 'one-node', '--scope', 'inference', '--batch-size', '1', '--fusion', 'on'],
      ...['--precision', 'fp32', '--threads', '1', '--quick', '--no-report', '--out', out, '--run-id', fault],
      ...['--set', 'policy.proof=false', '--set', 'policy.window.min_duration=4s'],
    ],
    {
      env: { ...process.env, PATH: `${folder.folder}${delimiter}${process.env.PATH}`, [sensorTimeoutVariable]: '2' },
    },
  );
  let stderr = '';
  child.stderr?.on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const log = join(out, fault, 'events.jsonl');
  const hasBegun = (): boolean => existsSync(log) && readFileSync(log, 'utf8').includes('"round.started"');
  while (child.exitCode === null && !hasBegun()) await sleep(50);
  writeFileSync(state, JSON.stringify({ faulty: true }));
  const status = await ended;
  return {
    status,
    stderr,
    run: JSON.parse(readFileSync(join(out, fault, 'run.json'), 'utf8')) as Run,
    events: readFileSync(join(out, fault, 'events.jsonl'), 'utf8'),
  };
}

/** Four runs side by side, each with five seconds at rest and four in its window. */
const secondsAllowed = 180;

// All at once: what they say of time does not matter here.
test.concurrent(
  'devices that report have their energy in the result though columns change halfway; no UUID is anywhere',
  async ({ expect }) => {
    const { status, run, events } = await bench('columns');
    expect(status).toBe(0);
    const [one] = run.cases;
    expect(one?.reasons.energy).toBeUndefined();
    expect(one?.energy).toMatchObject({ method: 'power', covers: ['gpu'] });
    expect(one?.energy?.meanPowerWatts).toBeCloseTo(150, 6); // 100 W and 50 W, always
    const nvidia = run.collectors.find(({ name }) => name === 'nvidia');
    expect(nvidia?.devices).toMatchObject([
      { id: expect.stringMatching(/^uuid:[0-9a-f]{8}$/), index: 0, name: 'NVIDIA Stub, Large' },
      { id: expect.stringMatching(/^uuid:[0-9a-f]{8}$/), index: 1, isSliced: true },
    ]);
    expect(one?.energy?.devices.map(({ id }) => id)).toEqual(nvidia?.devices?.map(({ id }) => id));
    for (const text of [JSON.stringify(run), events]) {
      expect(text).not.toContain('11111111-2222');
      expect(text).not.toContain('66666666-7777');
    }
  },
  secondsAllowed * 1e3,
);

test.concurrent.each([
  ['hang', 'SENSOR_LOST', 'SENSOR_HUNG'],
  ['garbage', 'SENSOR_LOST', 'SENSOR_GARBLED'],
  ['lost', 'DEVICE_LOST', 'DEVICE_LOST'],
])(
  'an nvidia-smi with the fault "%s" leaves a good run without energy, and the reason',
  async (fault, code, problem) => {
    const { status, run, stderr } = await bench(fault);
    expect(status).toBe(0);
    expect(run.status).toBe('complete');
    const [one] = run.cases;
    expect(one?.status).toBe('ok');
    expect(one?.latency?.p50).toBeGreaterThan(0);
    expect(one?.energy).toBeNull();
    expect(one?.reasons.energy).toEqual({ code, need: null, have: problem });
    expect(run.telemetryProblems.length).toBeGreaterThan(0);
    for (const one of run.telemetryProblems) expect(one).toMatchObject({ collector: 'nvidia', code: problem });
    expect(stderr).toContain('The collector nvidia was lost for this round');
  },
  secondsAllowed * 1e3,
);

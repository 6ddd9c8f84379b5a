import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ReadChunks } from '../../src/analysis/scan-samples.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import type { RunEvent, SealedFile } from '../../src/results/events.ts';
import { disturbanceOf, ObserverWatch } from '../../src/runner/observer-watch.ts';

const out = mkdtempSync(join(tmpdir(), 'dyno-observer-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const file = (name: string, rows: number): SealedFile => ({ file: name, rows, sha256: '' });

/** A round of eight blocks of a second, on and off in turn, whose queries take `on` or `off` seconds. */
function round(key: string, on: number, off: number, hertz = 10) {
  const sent: number[] = [];
  const completed: number[] = [];
  for (let at = 0; at < 8; ) {
    sent.push(at);
    at += Math.floor(at) % 2 === 0 ? on : off;
    completed.push(at);
  }
  const ones = Float64Array.from(sent, () => 1);
  const readChunks: ReadChunks = async function* ({ file: name }) {
    if (name === 'telemetry') {
      yield {
        time: Float64Array.from({ length: 9 }, (_, block) => 100 + block),
        'sampler.block': Float64Array.from({ length: 9 }, (_, block) => block),
        'sampler.on': Float64Array.from({ length: 9 }, (_, block) => 1 - (block % 2)),
        'sampler.hertz': Float64Array.from({ length: 9 }, () => hertz),
      };
      return;
    }
    yield {
      items: Int32Array.from(ones),
      kind: new Int32Array(sent.length),
      scheduled: Float64Array.from(sent),
      sent: Float64Array.from(sent),
      started: Float64Array.from(sent),
      completed: Float64Array.from(completed),
      preprocess: ones,
      inference: ones,
      postprocess: ones,
    };
  };
  const observed = { key, samples: file('samples', sent.length), telemetry: file('telemetry', 9), windowStart: 100 };
  return { observed, readChunks };
}

/** A watch that is shown one round after another; what it answered to each. */
async function watched(rounds: readonly ReturnType<typeof round>[]): Promise<unknown[]> {
  let current: ReadChunks | null = null;
  const readChunks: ReadChunks = async function* (...request) {
    if (current !== null) yield* current(...request);
  };
  const watch = new ObserverWatch(readChunks, 10);
  const answers: unknown[] = [];
  for (const { observed, readChunks: ofRound } of rounds) {
    current = ofRound;
    answers.push(await watch.add(observed));
  }
  return answers;
}

test('rounds of two cases together show a disturbance that neither shows alone: half the rate comes next', async () => {
  // Four pairs a round; an interval takes six.
  const answers = await watched([round('a', 0.0105, 0.01), round('b', 0.0021, 0.002)]);
  expect(answers).toEqual([
    null,
    { figure: 'p50', hertz: 5, change: expect.closeTo(0.05, 9), ci95: expect.any(Array) },
  ]);
});

test('an effect of less than 1 % changes nothing', async () => {
  expect(await watched([round('a', 0.01005, 0.01), round('a', 0.01005, 0.01)])).toEqual([null, null]);
});

test('after a change, only rounds at the new rate count', async () => {
  const rounds = [10, 10, 10, 5, 5].map((hertz) => round('a', 0.012, 0.01, hertz));
  const answers = await watched(rounds);
  expect(answers.map((one) => (one as { hertz: number } | null)?.hertz ?? null)).toEqual([null, 5, null, null, 2.5]);
});

test('the figure that is surest to be changed is named; one whose interval reaches below 1 % is not', () => {
  const effect = { blocks: { on: 6, off: 6 }, hertz: 10 };
  const p50 = { change: 0.02, ci95: [0.015, 0.025] } as const;
  const p99 = { change: 0.3, ci95: [0.2, 0.4] } as const;
  expect(disturbanceOf({ ...effect, p50, p99 })).toEqual({ figure: 'p99', ...p99 });
  expect(disturbanceOf({ ...effect, p50, p99: { change: 0.3, ci95: [0.005, 0.6] } })).toEqual({
    figure: 'p50',
    ...p50,
  });
  expect(disturbanceOf({ ...effect, p50: null, p99: null })).toBeNull();
});

test.skipIf(process.platform === 'win32')(
  'a collector that holds up what is measured at each sample is noticed in a real run, and is asked half as often',
  async () => {
    const plugin = join(out, 'holding.mjs');
    // Stops the measured process for 7 of the 10 ms between two samples: of its queries of some 1 ms, one in four takes that long.
    writeFileSync(
      plugin,
      `let pid = null;
     const nap = new Int32Array(new SharedArrayBuffer(4));
     const collector = {
       name: 'holding', phase: 'early', columns: [{ name: 'held', unit: 's', description: 'How long it was held.' }],
       probe: async () => ({ available: true }),
       open: async (target) => { pid = target.pid; },
       sample: (row, offset) => {
         try {
           process.kill(pid, 'SIGSTOP');
           Atomics.wait(nap, 0, 0, 7);
           process.kill(pid, 'SIGCONT');
         } catch {}
         row[offset] = 0.007;
       },
       close: async () => { try { process.kill(pid, 'SIGCONT'); } catch {} },
     };
     export const register = ({ collectors }) => collectors.add(collector);`,
    );
    const child = execFile(process.execPath, [
      packageFile('test', 'cli', 'fixtures', 'dyno.mjs'),
      ...['bench', '--workload', 'digits', '--scope', 'inference', '--batch-size', '8', '--fusion', 'on'],
      ...['--threads', '1', '--quick', '--no-report', '--out', out, '--run-id', 'held', '--plugin', plugin],
      ...[
        '--set',
        'policy.proof=false',
        '--set',
        'policy.window.min_duration=6.5s',
        '--set',
        'policy.sampling_hertz=100',
      ],
      ...['--set', 'policy.observer_blocks=true'],
    ]);
    let stderr = '';
    child.stderr?.on('data', (chunk: string) => {
      stderr += chunk;
    });
    await new Promise((resolve) => child.once('close', resolve));
    const events = readFileSync(join(out, 'held', 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
    expect(events.find(({ type }) => type === 'sampler.rate')).toMatchObject({ was: 100, hertz: 50 });
    expect(stderr).toContain('the rounds to come are sampled at 50 Hz');
  },
  60_000,
);

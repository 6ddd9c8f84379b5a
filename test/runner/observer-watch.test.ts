import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { ReadChunks } from '../../src/analysis/scan-samples.ts';
import { builtScript, packageFile } from '../../src/kernel/package-root.ts';
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
async function watched(
  rounds: readonly ReturnType<typeof round>[],
  hasBlocks: (hertz: number) => boolean = () => true,
): Promise<unknown[]> {
  let current: ReadChunks | null = null;
  const readChunks: ReadChunks = async function* (...request) {
    if (current !== null) yield* current(...request);
  };
  const watch = new ObserverWatch(readChunks, 10, hasBlocks);
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

test('a rate at which nothing would tell whether it disturbs is not gone down to', async () => {
  const rounds = [10, 10, 5, 5].map((hertz) => round('a', 0.012, 0.01, hertz));
  const answers = await watched(rounds, (hertz) => hertz >= 4);
  expect(answers.map((one) => (one as { hertz: number } | null)?.hertz ?? null)).toEqual([null, 5, null, null]);
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

/** Its collector leaves a mark at each sample; its backend is four times as slow for as long as the mark is fresh. Neither needs the processor for it. */
const touchy = (mark: string): string => `
  import { statSync, utimesSync, writeFileSync } from 'node:fs';
  import { nullBackend } from ${JSON.stringify(pathToFileURL(builtScript('engine/backends/null.js')).href)};
  const mark = ${JSON.stringify(mark)};
  const cell = new Int32Array(new SharedArrayBuffer(4));
  writeFileSync(mark, '');
  const collector = {
    name: 'marking', phase: 'early', columns: [{ name: 'marks', unit: 'count', description: 'Marks that were left.' }],
    probe: async () => ({ available: true }), open: async () => {}, close: async () => {},
    sample: (row, offset) => {
      utimesSync(mark, Date.now() / 1e3, Date.now() / 1e3);
      row[offset] = 1;
    },
  };
  const backend = {
    ...nullBackend, name: 'touchy', stack: 'touchy',
    load: async (path, options) => {
      const session = await nullBackend.load(path, options);
      const run = session.run.bind(session);
      session.run = async (...request) => {
        Atomics.wait(cell, 0, 0, Date.now() - statSync(mark).mtimeMs < 60 ? 12 : 3);
        return run(...request);
      };
      return session;
    },
  };
  export const register = ({ backends, collectors }) => {
    backends.add(backend);
    collectors.add(collector);
  };`;

test('sampling that slows down what is measured is noticed in a real run, and is done half as often', async () => {
  const plugin = join(out, 'touchy.mjs');
  writeFileSync(plugin, touchy(join(out, 'mark')));
  const child = execFile(process.execPath, [
    packageFile('test', 'cli', 'fixtures', 'dyno.mjs'),
    ...['bench', '--workload', 'one-node', '--scope', 'inference', '--batch-size', '1', '--fusion', 'on'],
    ...['--threads', '1', '--quick', '--no-report', '--out', out, '--run-id', 'marked', '--plugin', plugin],
    ...['--precision', 'fp32'],
    ...['--backend', 'touchy', '--set', 'policy.proof=false', '--set', 'policy.window.min_duration=7s'],
    ...['--set', 'policy.sampling_hertz=40', '--set', 'policy.observer_blocks=true'],
  ]);
  let stderr = '';
  child.stderr?.on('data', (chunk: string) => {
    stderr += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  const events = readFileSync(join(out, 'marked', 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  expect(events.find(({ type }) => type === 'sampler.rate')).toMatchObject({ was: 40, hertz: 20 });
  expect(stderr).toContain('the rounds to come are sampled at 20 Hz');
}, 60_000);

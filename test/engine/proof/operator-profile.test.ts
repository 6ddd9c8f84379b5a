import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { operatorProfile, providerCalls } from '../../../src/engine/proof/operator-profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-profile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function written(text: string): string {
  const path = join(folder, `${count++}.json`);
  writeFileSync(path, text);
  return path;
}

const kernel = (
  name: string,
  operator: string,
  ts: number,
  dur: number | string,
  provider = 'CPUExecutionProvider',
) => ({
  cat: 'Node',
  name: `${name}_kernel_time`,
  ts,
  dur,
  args: { op_name: operator, provider, node_index: name, thread_scheduling_stats: '' },
});
const run = (ts: number, dur: number) => ({ cat: 'Session', name: 'model_run', ts, dur, args: {} });

/** Four runs, of which the first is slow; the convolution is called twice in each. */
const events = [
  { cat: 'Session', name: 'session_initialization', ts: 0, dur: 50 },
  ...[500, 30, 20, 40].flatMap((dur, index) => {
    const start = 1000 * (index + 1);
    return [
      kernel('/block/conv', 'Conv', start + 1, String(dur)),
      kernel('/block/conv', 'Conv', start + 2, 10),
      // Of older versions; no kernel.
      { ...kernel('/block/conv', 'Conv', start + 3, 0), name: '/block/conv_fence_after' },
      kernel('relu', 'Relu', start + 4, 5, 'CUDAExecutionProvider'),
      run(start, 900),
    ];
  }),
];
const lines = (all: readonly object[]) => `[\n${all.map((event) => JSON.stringify(event)).join(',\n')}\n]`;

test('a node takes the median of all runs but the cold one, all its calls together', () => {
  // Warm runs of the convolution: 40, 30 and 50 µs.
  expect(operatorProfile(written(lines(events)))).toEqual({
    runs: 3,
    isPartial: false,
    nodes: [
      { name: 'block/conv', operator: 'Conv', provider: 'CPUExecutionProvider', seconds: 40e-6, calls: 2 },
      { name: 'relu', operator: 'Relu', provider: 'CUDAExecutionProvider', seconds: 5e-6, calls: 1 },
    ],
  });
});

test('a file that was cut off gives its whole runs and says so', () => {
  const text = lines(events);
  const profile = operatorProfile(written(text.slice(0, text.lastIndexOf('"relu_kernel_time"') + 5)));
  expect(profile).toMatchObject({ runs: 2, isPartial: true });
  // Of 40 and 30 µs.
  expect(profile?.nodes[0]?.seconds).toBeCloseTo(35e-6, 12);
});

test('a profile without a run that ended tells nothing', () => {
  expect(operatorProfile(written(lines(events.slice(0, 3))))).toBeNull();
});

test('calls are counted by provider, those of fences are not', () => {
  expect(providerCalls(written(lines(events)))).toEqual({ CPUExecutionProvider: 8, CUDAExecutionProvider: 4 });
});

test.each(['', '{}', 'not a profile'])('%j is no profile', (text) => {
  expect(() => operatorProfile(written(text))).toThrow(expect.objectContaining({ code: 'PROFILE_INVALID' }));
});

test('the time of a loop is without that of its body, whose nodes are told themselves', () => {
  const one = (start: number) => [
    // Written when they end: the body first. Its two rounds take 30 and 20 µs; an end may look a microsecond late.
    kernel('body/add', 'Add', start + 10, 30),
    kernel('body/if', 'If', start + 40, 25),
    kernel('branch/mul', 'Mul', start + 45, 20),
    kernel('body/add', 'Add', start + 80, 21),
    kernel('loop', 'Loop', start + 5, 95),
    kernel('relu', 'Relu', start + 101, 7),
    run(start, 200),
  ];
  const { nodes = [] } = operatorProfile(written(lines([...one(1000), ...one(2000)]))) ?? {};
  const microseconds = Object.fromEntries(nodes.map(({ name, seconds }) => [name, Math.round(seconds * 1e6)]));
  // The loop: 95 − 30 − 25 − 21; the branch: 25 − 20. All together 102 of 95 + 7.
  expect(microseconds).toEqual({ 'body/add': 51, 'body/if': 5, 'branch/mul': 20, loop: 19, relu: 7 });
});

test('kernels between runs belong to none, and each of thousands of runs keeps its own', () => {
  const starts = Array.from({ length: 5000 }, (_, index) => 1000 * (index + 1));
  const all = starts.flatMap((start) => [
    kernel('conv', 'Conv', start, 10),
    kernel('late', 'Conv', start + 500, 10),
    run(start, 400),
  ]);
  expect(operatorProfile(written(lines(all)))).toMatchObject({
    runs: 4999,
    nodes: [{ name: 'conv', seconds: 10e-6, calls: 1 }],
  });
});

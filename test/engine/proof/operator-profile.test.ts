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

import { expect, test } from 'vitest';
import { compileSuites } from '../../src/suite/compile.ts';
import { describePlan } from '../../src/suite/describe-plan.ts';
import type { Overrides } from '../../src/suite/overrides.ts';
import { known, suiteFolder } from './suite-folder.ts';

const { write } = suiteFolder();
const multiplyAdds = { digits: 4_644_416, resnet50: 4_089_184_256 };

function describe(text: string, overrides: Overrides = {}, words: string[] = []) {
  return describePlan(compileSuites([write(text)], overrides, known), { multiplyAdds, words, availableCores: 2 });
}

const small = 'name: a\nworkloads: [digits]\n';

test('64 samples support p50 and p90; the others say how many they need', () => {
  const { percentiles, cases } = describe(small);
  expect(percentiles.map(({ name, supported, needs }) => [name, supported, needs])).toEqual([
    ['p50', true, 11],
    ['p90', true, 64],
    ['p95', false, 130],
    ['p99', false, 662],
    ['p999', false, 6636],
  ]);
  expect(cases[0]).toMatchObject({ samples: 64, supported: ['p50', 'p90'] });
});

test('the command for p99 gets it: run with what it says, the plan supports p99', () => {
  const overrides = { set: ['policy.rounds=3'] };
  const { percentiles } = describe(small, overrides, ['my.yaml', '--set', 'policy.rounds=3']);
  const command = percentiles.find(({ name }) => name === 'p99')?.command ?? '';
  // 662 samples in 3 rounds: 221 each, since 3 × 220 = 660 is too few.
  expect(command).toBe('npm run bench -- my.yaml --set policy.rounds=3 --set policy.window.min_queries=221');
  const again = describe(small, { set: ['policy.rounds=3', 'policy.window.min_queries=221'] });
  expect(again.cases[0]?.supported).toContain('p99');
  expect(again.percentiles.find(({ name }) => name === 'p99')?.command).toBeNull();
});

test('a slow model needs a longer window for p99 too, and a higher time limit', () => {
  const text = 'name: a\nworkloads: [resnet50]\nmatrix: {batch_size: [8], threads: [1]}\n';
  const command = describe(text).percentiles.find(({ name }) => name === 'p99')?.command ?? '';
  // 8 × 4.089 G at 25 G/s are 1.3085 s, and 8 × 10 ms for preprocessing: 1.3885 s a query, 662 of them 919 s.
  expect(command).toBe(
    'npm run bench -- --set policy.window.min_queries=662 --set policy.window.max_duration=920s --set policy.time_limit=1840s',
  );
  const set = [...command.matchAll(/--set (\S+)/g)].map(([, value]) => value ?? '');
  expect(describe(text, { set }).cases[0]).toMatchObject({
    supported: ['p50', 'p90', 'p95', 'p99'],
    mayEndEarly: false,
  });
});

test('a window that may end before its queries are done is pointed out', () => {
  const text = 'name: a\nworkloads: [resnet50]\nmatrix: {batch_size: [1, 64], threads: [1]}\n';
  expect(describe(text).cases.map(({ mayEndEarly }) => mayEndEarly)).toEqual([false, true]); // 64 × 64 × 0.17 s > 60 s
});

test('words of the command line come back as a shell takes them', () => {
  const { percentiles } = describe(small, {}, ['--set', 'limits={latency: {percentile: p90, max: 1s}}', "it's"]);
  expect(percentiles[3]?.command).toMatch(
    /^npm run bench -- --set 'limits=\{latency: \{percentile: p90, max: 1s\}\}' 'it'\\''s' --set /,
  );
});

test('the estimate is between the minima and what a slow machine takes', () => {
  const { cases, time } = describe(small);
  // Fast: 0.5 s to start, 1 s warm-up, 5 s window. Slow: 2 s, 10 s until the plateau was waited for long enough, 5 s.
  expect(cases[0]?.time).toEqual({ lowSeconds: 6.5, highSeconds: 17 });
  // The fused graph is made in 0.5 to 5 s, one proof takes 2 to 15 s; one round has no pause.
  expect(time).toMatchObject({ lowSeconds: 9, highSeconds: 37 });
});

test('models that are rewritten or converted, and the proofs of all that differs, take their time once', () => {
  const seconds = (matrix: string): number[] => {
    const { cases, time } = describe(`name: a\nworkloads: [digits]\nmatrix: {threads: [1, 2], ${matrix}}\n`);
    const rounds = cases.reduce((sum, one) => sum + one.time.highSeconds, 0);
    return [cases.length, time.highSeconds - rounds - (cases.length - 1) * 0.5];
  };
  // Two numbers of threads share what is made and proven.
  expect(seconds('fusion: "off"')).toEqual([2, 15]); // as in the file
  expect(seconds('fusion: "off", hygiene: "on"')).toEqual([2, 5 + 15]);
  expect(seconds('fusion: engine, layout: [engine, plain]')).toEqual([4, 2 * 15]);
  // One fused graph of standard operators for `on`, one with the backend's own for `graph`.
  expect(seconds('fusion: ["on", graph]')).toEqual([4, 2 * 5 + 2 * 15]);
  // The converted graph is one for `off` and `engine`, and one for `graph` and `on`.
  expect(seconds('precision: int8, fusion: ["off", graph, engine, "on"]')).toEqual([8, 2 * 20 + 4 * 15]);
});

test('of an unknown model the window is between its minimum and its maximum', () => {
  const { cases } = describe('name: a\nworkloads: [one-node]\n');
  // A query of 60 s / 64 would just fill the window: 10 of them are 9.375 s of warm-up, less than its 10 s at most.
  expect(cases[0]?.multiplyAdds).toBeNull();
  expect(cases[0]?.time.lowSeconds).toBe(6.5);
  expect(cases[0]?.time.highSeconds).toBeCloseTo(2 + 10 + 60, 9);
});

test('rounds, pauses and the limit of the whole run count', () => {
  const text =
    'name: a\nworkloads: [digits]\nmatrix: {batch_size: [1, 2]}\npolicy: {rounds: 3, proof: false, cooldown: 2s}\n';
  expect(describe(text).time.lowSeconds).toBe(0.5 + 6 * 6.5 + 5 * 2); // a fused graph, six rounds, five pauses between them
  expect(describe(text, { maxTime: '30s' }).time).toMatchObject({ lowSeconds: 30, highSeconds: 30 });
});

test('the description survives JSON', () => {
  const description = describe(small);
  expect(JSON.parse(JSON.stringify(description))).toEqual(description);
});

const server = (more: string, policy = '') =>
  describe(
    `name: a\nworkloads: [digits]\nscenarios: [{ kind: server, ${more} }]\npolicy: { rounds: 2, proof: false, ${policy} }\n`,
  );

test('a server has the samples that arrive within its window', () => {
  // 100 a second for 5 s are 500; less 2.33 √500 = 52.1 where they are drawn: 99 of 100 windows have 447.
  expect(server('rate: 100, arrivals: constant').cases[0]?.samples).toBe(1000);
  expect(server('rate: 100').cases[0]?.samples).toBe(894);
  expect(server('rate: 100, arrivals: {kind: gamma, burstiness: 4}').cases[0]?.samples).toBe(2 * 473);
  // 2 a second: the 64 of the policy take longer than its 5 s, 32 s.
  expect(server('rate: 2').cases[0]).toMatchObject({ samples: 128, mayEndEarly: false });
  // 0.5 a second: the window ends at 60 s with 30.
  expect(server('rate: 0.5, arrivals: constant').cases[0]).toMatchObject({ samples: 60, mayEndEarly: true });
});

test('the time of a server is that of its schedule', () => {
  // 2 × (0.5 s + 10 queries of 0.5 s + 64 queries of 0.5 s), and 2 s to start on a slow machine, which waits 10 s for the plateau.
  expect(server('rate: 2, arrivals: constant').cases[0]?.time).toEqual({ lowSeconds: 75, highSeconds: 88 });
});

test('a trace has no more samples than arrivals', () => {
  write('0\n0.1\n0.2\n0.3\n0.4\n', 'trace.txt');
  const { cases } = describe('name: a\nworkloads: [digits]\nscenarios: [{ kind: replay, trace: trace.txt }]\n');
  expect(cases[0]?.samples).toBe(5);
});

test('a replay lasts as long as its trace, and no longer than a window may', () => {
  const replay = (seconds: readonly number[], more = '') => {
    write(seconds.join('\n'), 'trace.txt');
    return describe(
      `name: a\nworkloads: [digits]\nscenarios: [{ kind: replay, trace: trace.txt${more} }]\npolicy: { preset: smoke, proof: false }\n`,
    ).cases[0];
  };
  // 301 arrivals, 0.05 s apart: 15 s, after 0.5 s to start and 3 queries of warm-up, which take less than its 0.2 s.
  const regular = Array.from({ length: 301 }, (_, query) => query / 20);
  expect(replay(regular)).toMatchObject({ samples: 301, mayEndEarly: false });
  expect(replay(regular)?.time.lowSeconds).toBeCloseTo(0.5 + 0.2 + 15.05, 1);
  // Half as fast it is 30 s long, of which the 20 s of the policy have two thirds.
  expect(replay(regular, ', speed: 0.5')).toMatchObject({ samples: 200, mayEndEarly: true });
  // One arrival has no rate, and many at one moment neither.
  expect(replay([5])).toMatchObject({ samples: 1, mayEndEarly: false, supported: [] });
  expect(replay([5, 5, 5])).toMatchObject({ samples: 3, mayEndEarly: false });
});

test('a ramp from nothing has the queries that its rate comes to', () => {
  const ramp = (from: number, over: string) =>
    server(`rate: 50, arrivals: { kind: ramp, from: ${from}, over: ${over} }`, 'window: { min_duration: 10s }');
  // 25 queries in the 1 s of the ramp and 450 after it, less 2.33 √475 = 50.8.
  const { cases, percentiles } = ramp(0, '1s');
  expect(cases[0]).toMatchObject({ samples: 2 * 424, mayEndEarly: false });
  // The first 64: 25 on the ramp and 39 in 0.78 s after it, 28 ms each: within the minima of warm-up and window.
  expect(cases[0]?.time.highSeconds).toBe(2 * (2 + 10 + 10));
  expect(percentiles.find(({ name }) => name === 'p999')?.command).not.toMatch(/Infinity|NaN/);
  // Of a ramp over 1000 s, the 60 s of the longest window have 50 · 60² / 2000 = 90, the 10 s of the shortest 2.5.
  expect(ramp(0, '1000s').cases[0]).toMatchObject({ samples: 2 * 64, mayEndEarly: false });
  // 2 · 10 + 48 · 10² / (2 · 1000) = 22.4 in 10 s; the 64 need longer.
  expect(ramp(2, '1000s').cases[0]).toMatchObject({ samples: 2 * 64, mayEndEarly: false });
});

test('a search takes its probes on top of the rounds', () => {
  const text = (rate: string) =>
    `name: a\nworkloads: [digits]\nscenarios: [{ kind: server, rate: ${rate} }]\nlimits: {latency: {percentile: p50, max: 50ms}}\n`;
  const [found, searched] = [describe(text('100')), describe(text('search'))].map(({ cases }) => cases[0]);
  // Eight probes of 0.5 s to start, 1 s of warm-up and 2 s of window at least.
  expect((searched?.time.lowSeconds ?? 0) - (found?.time.lowSeconds ?? 0)).toBeCloseTo(8 * 3.5, 9);
  expect(searched?.samples).toBe(64);
});

test('percentiles are those of the case with the fewest samples', () => {
  const { percentiles, cases } = server('rate: [2, 1000], arrivals: constant');
  expect(cases.map(({ samples }) => samples)).toEqual([128, 10_000]);
  expect(percentiles.find(({ name }) => name === 'p95')).toMatchObject({ has: 128, supported: false });
  expect(cases[1]?.supported).toContain('p999');
});

test('what MLPerf asks for is stated: its windows of 600 s and its number of queries', () => {
  expect(describe(small).mlperf).toEqual({ minSeconds: 600, isShorter: true });
  const long = 'window: { min_duration: 10min, max_duration: 20min }, time_limit: 1h';
  expect(describe(`${small}policy: { ${long} }\n`).mlperf.isShorter).toBe(false);
  const precise = describe(small).percentiles.map(({ name, precise: { samples } }) => [name, samples]);
  // Inference rules of MLPerf, "Number of queries".
  expect(Object.fromEntries(precise)).toMatchObject({ p90: 24_576, p95: 57_344, p99: 270_336 });
});

test('a case that will be skipped here takes no time, and its few samples are nobody’s limit', () => {
  const { cases, percentiles } = describe(`name: a
workloads: [digits]
matrix: { threads: [2] }
scenarios: [single_stream, { kind: server, rate: 0.1, arrivals: constant }]
`);
  expect(cases.map(({ skipped }) => skipped?.code ?? null)).toEqual([null, 'NO_CORE_FOR_GENERATOR']);
  expect(cases[1]).toMatchObject({ samples: 6, time: { lowSeconds: 0, highSeconds: 0 } });
  expect(percentiles[0]?.has).toBe(64);
});

test('a suite about accelerators is estimated by what these compute, however many threads hand them work', () => {
  const { cases } = describe(`name: a
device: accelerator
workloads: [resnet50]
matrix: { batch_size: [256], threads: [1, 2] }
scenarios: [{ kind: single_stream, scope: inference }]
policy: { warmup: { until: minimum } }
`);
  // 256 × 4.089 G at 100 T/s are 0.01047 s, at 0.5 T/s 2.0937 s; 10 queries of warm-up and 64 of the window, or the minima of 1 s and 5 s, or what
  // is left of 60 s and the query that is under way then. Starting takes 0.5 and 2 s.
  for (const { time } of cases) {
    expect(time.lowSeconds).toBeCloseTo(0.5 + 1 + 5, 2);
    expect(time.highSeconds).toBeCloseTo(2 + 20.94 + 60 + 2.09, 1);
  }
});

import { expect, test } from 'vitest';
import { planLine, planText } from '../../src/cli/plan-text.ts';
import { compileSuites } from '../../src/suite/compile.ts';
import { describePlan } from '../../src/suite/describe-plan.ts';
import { known, suiteFolder } from '../suite/suite-folder.ts';

const { write } = suiteFolder();
const multiplyAdds = { digits: 4_644_416, resnet50: 4_089_184_256 };

function describe(text: string) {
  return describePlan(compileSuites([write(text)], {}, known), { multiplyAdds, words: [], availableCores: 2 });
}

const small = 'name: a\nworkloads: [digits]\n';

test('a case whose window may end early is named', () => {
  const text = 'name: a\nworkloads: [resnet50]\nmatrix: {batch_size: [1, 64], threads: [1]}\n';
  expect(planText(describe(text))).toMatch(
    /May reach max_duration \(60 s\) with fewer samples: resnet50\/ort-cpu\/b64/,
  );
});

test('offline has throughput and no percentiles', () => {
  const description = describe(`${small}scenarios: [offline]\n`);
  expect(description.cases[0]?.supported).toBeNull();
  const text = planText(description);
  expect(text).toMatch(/Offline schedules all items at once: its latency is not defined/);
  expect(text).not.toMatch(/p99/);
});

test('a limit that cannot be judged with the samples says so with the command', () => {
  const text = planText(describe(`${small}limits: {latency: {percentile: p95, max: 20ms}}\n`));
  expect(text).toContain(
    'Limit: p95 of at most 20 ms. It cannot be judged with 64 samples, it needs 130: npm run bench -- --set policy.window.min_queries=130\n',
  );
  expect(planText(describe(`${small}limits: {latency: {percentile: p90, max: 20ms}}\n`))).toMatch(
    /Limit: p90 of at most 20 ms\.\n/,
  );
});

test('the text has a line for each case and for what p99 needs', () => {
  const path = write('name: a\nworkloads: [digits]\nmatrix: {batch_size: [1, 8]}\n');
  const text = planText(
    describePlan(compileSuites([path], {}, known), { multiplyAdds, words: [path], availableCores: 2 }),
  );
  expect(text.replaceAll(path, 'a.yaml').split('\n')).toEqual([
    'Plan of a (a.yaml): 2 cases, 1 round each, about 16 s to 55 s in all.',
    '',
    'workload  backend  batch  precision  fusion  threads  scenario       scope    samples  supports  time',
    '--------  -------  -----  ---------  ------  -------  -------------  -------  -------  --------  -----------',
    'digits    ort-cpu      1  fp32       on            2  single_stream  request     ≥ 64  p50 p90   7 s to 17 s',
    'digits    ort-cpu      8  fp32       on            2  single_stream  request     ≥ 64  p50 p90   7 s to 17 s',
    '',
    'Percentiles with 64 samples a case: p50 yes, p90 yes, p95 needs 130, p99 needs 662, p99.9 needs 6,636.',
    'Known to a twentieth of the tail, as MLPerf asks (99 % confidence): p90 within ±0.5 % needs 24,576, p95 within ±0.25 % needs 57,344, p99 within ±0.05 % needs 270,336.',
    'p99 needs 662 samples: npm run bench -- a.yaml --set policy.window.min_queries=662',
    'Policy default: windows from 5 s on, shorter than the 600 s that MLPerf asks for: to compare with, not to be published as results of MLPerf.',
    expect.stringMatching(/^Time: nominal 25 to 100 G multiply-adds/),
    'Nothing was measured. Without --dry-run this plan is run.',
    '',
  ]);
});

test('cases that are skipped here, or served too slowly, are named with the reason', () => {
  const text = planText(
    describe(`name: a
workloads: [resnet50]
matrix: { batch_size: [3], threads: [2] }
scenarios: [{ kind: server, rate: 1000 }, multi_stream]
`),
  );
  expect(text).toMatch(/Skipped here: resnet50.*server-poisson-1000qps: The load generator of server spins on a core/);
  expect(text).toMatch(
    /Skipped here: resnet50.*multi_stream-8: A query of 8 items cannot be served in whole batches of 3/,
  );
  // 3 × 4.089 G at 2 × 100 G/s are 61 ms a query: 16 a second, and 1,000 are asked for.
  expect(text).toMatch(/Queries come faster than a fast machine .* them: resnet50\S*server-poisson-1000qps\./);
});

test('max_time says for how many of the rounds it leaves room', () => {
  // A round takes 0.5 + 1 + 5 s on a fast machine and 2 + 10 + 5 on a slow one, the fused graph 0.5 or 5 s; no proof: 22 s are 3 or 1 of 5.
  const text = planText(describe(`${small}policy: { rounds: 5, max_time: 22s, cooldown: 0, proof: false }\n`));
  expect(text).toContain('max_time (22 s) leaves room for 1 to 3 of 5 rounds.\n');
});

test('hygiene and layout have a column where they do not follow from the other axes', () => {
  const header = (matrix: string) =>
    planText(describe(`${small}matrix: {${matrix}}\n`))
      .match(/^workload .*$/m)?.[0]
      .split(/ +/) ?? [];
  expect(header('precision: [fp32, int8], fusion: ["off", graph, engine, "on"]')).not.toContain('hygiene');
  expect(header('fusion: engine, layout: [engine, plain]')).toContain('layout');
  expect(header('fusion: engine, layout: [engine, plain]')).not.toContain('hygiene');
  expect(header('fusion: engine, hygiene: "on"')).toContain('hygiene');
});

test('the plan in one line tells the time, what stands, and what the next percentile needs', () => {
  expect(planLine(describe(`${small}policy: { rounds: 3, proof: false }\n`))).toBe(
    'plan     1 case × 3 rounds, about 21 s to 57 s; latency up to p95 (p99 needs 662 samples, there are 192)',
  );
  expect(planLine(describe(`${small}scenarios: [offline]\n`))).toMatch(/; throughput only$/);
});

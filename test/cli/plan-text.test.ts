import { expect, test } from 'vitest';
import { planText } from '../../src/cli/plan-text.ts';
import { compileSuites } from '../../src/suite/compile.ts';
import { describePlan } from '../../src/suite/describe-plan.ts';
import { known, suiteFolder } from '../suite/suite-folder.ts';

const { write } = suiteFolder();
const multiplyAdds = { digits: 4_644_416, resnet50: 4_089_184_256 };

function describe(text: string) {
  return describePlan(compileSuites([write(text)], {}, known), { multiplyAdds, words: [] });
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
  const text = planText(describePlan(compileSuites([path], {}, known), { multiplyAdds, words: [path] }));
  expect(text.replaceAll(path, 'a.yaml').split('\n')).toEqual([
    'Plan of a (a.yaml): 2 cases, 1 round each, about 16 s to 32 s in all.',
    '',
    'workload  backend  batch  precision  fusion  threads  scenario       scope    samples  supports  time',
    '--------  -------  -----  ---------  ------  -------  -------------  -------  -------  --------  ----------',
    'digits    ort-cpu      1  fp32       on            2  single_stream  request     ≥ 64  p50 p90   7 s to 8 s',
    'digits    ort-cpu      8  fp32       on            2  single_stream  request     ≥ 64  p50 p90   7 s to 8 s',
    '',
    'Percentiles with 64 samples a case: p50 yes, p90 yes, p95 needs 130, p99 needs 662, p99.9 needs 6,636.',
    'p99 needs 662 samples: npm run bench -- a.yaml --set policy.window.min_queries=662',
    expect.stringMatching(/^Time: nominal 25 to 100 G multiply-adds/),
    'Nothing was measured. Without --dry-run this plan is run.',
    '',
  ]);
});

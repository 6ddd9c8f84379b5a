import { expect, test } from 'vitest';
import { gateText } from '../../src/cli/gate-text.ts';
import { accepting, reportOf, workedGate, workedRows, workedWrong } from '../gate/worked-report.ts';

const report = reportOf(workedGate(workedRows, { wrong: workedWrong }), [accepting('text', 'operators')]);
const text = gateText(report);

test('the verdict is the first line, and what has to be acted on stands before what passed', () => {
  expect(text).toMatch(
    /^Regressed: 1 of 7 rows is worse by more than the margin\.\nbase main \(1a2b3c4\), head working tree: 1 regressed/,
  );
  const places = [
    '\nREGRESSED: latency_p50 of vision',
    '\nINVALID',
    '\nINCONCLUSIVE',
    '\nIMPROVED',
    '\nACCEPTED',
    '\nPassed\n',
  ].map((part) => text.indexOf(part));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
});

test('a regressed row tells figures, margin, what it could have found, both stages and the stage that grew', () => {
  const block = /\nREGRESSED: latency_p50 of vision\n(.*?)\n\n/s.exec(text)?.[1]?.replace(/\s+/g, ' ') ?? '';
  expect(block).toMatch(
    /20\.\d ms to 2[23]\.\d ms, \+1\d\.\d % \(\+1\d\.\d to \+1\d\.\d %\), margin 5\.0 %, finds from \d/,
  );
  expect(block).toMatch(/first stage \+.* run again in fresh processes \+/);
  expect(block).toMatch(/stage preprocess: \+[23]\.?\d* ms/);
});

test('a passed row has its interval and the least change it could have found on its line', () => {
  expect(text).toMatch(/\nvision peak_rss +191 MiB +191 MiB +\S+ % +\S+ to \S+ % +5\.\d % +5\.0 %\n/);
});

test('what is not of the code is told: differences, machine, noise, how many rows were weighed together', () => {
  expect(text).toMatch(/onnxruntime-node: 1\.29\.0 in base, 1\.30\.0 in head/);
  expect(text).toMatch(/noise floor of this\s+machine up to \d/);
  expect(text).toMatch(/1 of 5 sampled rows chosen/);
});

test('no line is longer than 100 columns, and no name moves the cursor', () => {
  const name = `${'a very long name '.repeat(20)}\u001b[2J${'x'.repeat(300)}`;
  const row = { scenario: name, metric: name, unit: name, base: 123456.789, times: 1.3, noise: 0.01 };
  const long = gateText({
    ...reportOf(workedGate([row, { ...row, metric: `${name}2`, times: 1 }])),
    differences: [{ what: name, base: name, head: name }],
  });
  for (const line of [...text.split('\n'), ...long.split('\n')]) expect(line.length).toBeLessThanOrEqual(100);
  expect(long).not.toContain('\u001b');
});

test('names that are too long for their column stay whole', () => {
  const row = {
    scenario: 'resnet18/ort-cpu/b1/fp32/fused/single_stream',
    metric: 'latency_p50',
    base: 0.02,
    times: 1,
    noise: 0.005,
  };
  const other = { ...row, scenario: row.scenario.replace('b1', 'b8') };
  const passed = gateText(reportOf(workedGate([row, other]))).split('\n');
  const names = passed.map((line) => line.slice(0, 25).trimEnd());
  const first = names.indexOf('resnet18/ort-cpu/b1/fp32/');
  expect(names.slice(first, first + 6)).toEqual([
    ...['resnet18/ort-cpu/b1/fp32/', 'fused/single_stream', 'latency_p50'],
    ...['resnet18/ort-cpu/b8/fp32/', 'fused/single_stream', 'latency_p50'],
  ]);
});

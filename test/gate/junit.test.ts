import { expect, test } from 'vitest';
import { gateJunit } from '../../src/gate/junit.ts';
import { accepting, reportOf, workedGate, workedRows, workedWrong } from './worked-report.ts';

const xml = gateJunit(reportOf(workedGate(workedRows, { wrong: workedWrong }), [accepting('text', 'operators')]));
const testCase = (text: string, scenario: string, metric: string) =>
  new RegExp(`<testcase classname="${scenario}" name="${metric}">.*?</testcase>`, 's').exec(text)?.[0] ?? '';

test('a row is a test case: regressed fails, invalid is an error, inconclusive is skipped, the rest passes', () => {
  expect(testCase(xml, 'vision', 'latency_p50')).toMatch(/<failure type="regressed" message="regressed: 20/);
  expect(testCase(xml, 'tables', 'latency_p50')).toMatch(
    /<error type="invalid" message="invalid; base and head give different/,
  );
  expect(testCase(xml, 'speech', 'latency_p50')).toMatch(/<skipped message="inconclusive/);
  for (const [scenario, metric] of [
    ['vision', 'peak_rss'],
    ['text', 'throughput'],
    ['text', 'operators'],
  ] as const) {
    expect(testCase(xml, scenario, metric)).toMatch(
      /^<testcase[^>]*>\s*<system-out>[^<]*<\/system-out>\s*<\/testcase>$/,
    );
  }
});

test('a row for information fails nothing', () => {
  expect(testCase(xml, 'vision', 'latency_p90')).toMatch(/^<testcase[^>]*>\s*<system-out>regressed/);
});

test('the counts are those of the cases', () => {
  const counts = [
    ...xml.matchAll(/<testsuites?\b[^>]* tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)"/g),
  ];
  expect(counts.map(([, ...numbers]) => numbers)).toEqual([
    ['8', '1', '1', '1'],
    ['8', '1', '1', '1'],
  ]);
  expect(xml.match(/<testcase /g)).toHaveLength(8);
});

test('an empty gate is an error and not an empty file', () => {
  const empty = gateJunit(reportOf(workedGate([])));
  expect(empty).toMatch(/tests="1" failures="0" errors="1"/);
  expect(empty).toMatch(/<error type="nothing" message="Nothing was compared/);
});

test('names of others stay within their attributes, and characters that XML lacks are replaced', () => {
  const hostile = '"/><failure a="&amp;]]>\u0000\u001b\ufffe\ud800';
  const row = { scenario: hostile, metric: `${hostile}2`, base: 0.02, times: 1, noise: 0.01 };
  const text = gateJunit({ ...reportOf(workedGate([row])), suite: hostile });
  expect(text).toContain('classname="&quot;/&gt;&lt;failure a=&quot;&amp;amp;]]&gt;\ufffd\ufffd\ufffd\ufffd"');
  expect(text.match(/<failure/g)).toBeNull();
  expect(text.match(/<testcase /g)).toHaveLength(1);
});

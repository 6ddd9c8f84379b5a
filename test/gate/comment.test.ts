import { expect, test } from 'vitest';
import { commentMarker, gateComment, longestComment } from '../../src/gate/comment.ts';
import type { GateReport } from '../../src/gate/gate-report.ts';
import { accepting, reportOf, workedGate, workedRows, workedWrong } from './worked-report.ts';

const gate = workedGate(workedRows, { wrong: workedWrong });
const report = reportOf(gate, [accepting('text', 'operators')]);
const comment = gateComment(report);
const [open = '', folded = ''] = comment.split('<details>');

test('the marker comes first, then the verdict, then the counts', () => {
  const lines = comment.split('\n').filter((line) => line !== '');
  expect(lines[0]).toBe(commentMarker('own models'));
  expect(lines[1]).toMatch(/^### Regressed: 1 of 7 rows is worse/);
  expect(lines[2]).toMatch(
    /1 regressed · 1 invalid · 1 inconclusive · 1 improved · 1 accepted · 2 pass · 1 for information/,
  );
});

test('a comment is found again by its suite, whatever its verdict, and by no other suite', () => {
  const other = gateComment({ ...reportOf(workedGate(workedRows.slice(1, 2))), suite: 'own models' });
  expect(other.split('\n')[0]).toBe(comment.split('\n')[0]);
  expect(commentMarker('own models')).not.toBe(commentMarker('own model'));
  expect(commentMarker('--> <script>')).toMatch(/^<!-- dyno-gate [0-9a-f]{16} -->$/);
});

test('rows that did not pass stand open, the worst first, and the others are folded away', () => {
  const verdicts = [...open.matchAll(/^\| <code>.*\| \S+ (\w+)(, for information)? \|$/gm)].map(
    ([, verdict]) => verdict,
  );
  expect(verdicts).toEqual(['regressed', 'regressed', 'invalid', 'inconclusive', 'improved', 'accepted']);
  expect(folded).toContain('<code>peak&#95;rss</code>');
  expect(folded).not.toContain('regressed');
  expect(folded).toContain('</details>');
});

test('a row has its figures, its interval, its margin and what it could have found', () => {
  const row = open.split('\n').find((line) => line.startsWith('| <code>vision</code> <code>latency&#95;p50'));
  // 20 ms that take 1.15 times as long, with a noise of 1 % a process.
  expect(row).toMatch(
    /\| 20\.\d ms \| 2[23]\.\d ms \| \+1\d\.\d % \[\+1\d\.\d to \+1\d\.\d %\] \| 5\.0 % \| [67]\.\d % \|/,
  );
});

test('a regression is explained by both stages and by the stage of the work that grew', () => {
  expect(open).toMatch(
    /latency&#95;p50<\/code>: first stage .* run again in fresh processes .*; stage preprocess: .*ms/,
  );
});

test('what was removed, added, accepted and differs is named, and the machine', () => {
  expect(comment).toMatch(/Removed: load&#95;time of text is not in head/);
  expect(comment).toMatch(/Added: first&#95;token of text/);
  expect(comment).toMatch(/Accepted: operators of text .* until 2026-12-31: A more precise filter/);
  expect(comment).toMatch(/onnxruntime-node: 1\.29\.0 in base, 1\.30\.0 in head/);
  expect(comment).toMatch(/<sub>CPU Xeon E5-2673 v4, 2 cores/);
});

test('nothing to compare is a comment, too', () => {
  const nothing = gateComment(reportOf(workedGate([])));
  expect(nothing).toMatch(/### Nothing was compared/);
  expect(nothing).not.toContain('| row |');
});

test('names of others end no cell, no element and no line, and call nobody', () => {
  const hostile = 'a|b `c` @octocat #12 <img src=x> ![x](http://e.org) www.e.org\n| forged | row |\u202e';
  const wild: GateReport = {
    ...reportOf(workedGate([{ ...row, scenario: hostile, metric: hostile }], {})),
    suite: hostile,
    environment: [{ name: 'CPU', value: hostile }],
    differences: [{ what: hostile, base: hostile, head: null }],
  };
  const text = gateComment(wild);
  const own = text.replaceAll(/<\/?(code|sub|br|details|summary)>|<!--.*-->/g, '');
  expect(own).not.toMatch(/[<>`\u202e]/);
  expect(own).not.toMatch(/[!\]]\[|\]\(/);
  // Mentions and references are looked for after entities are decoded, but not in code.
  const shown = text
    .replaceAll(/<code>.*?<\/code>/g, '')
    .replaceAll(/&#(\d+);/g, (_all, code) => String.fromCodePoint(Number(code)));
  expect(shown).not.toMatch(/@\w|#\d|https?:\/\/|www\./);
  for (const line of text.split('\n').filter((one) => one.startsWith('|'))) expect(line.split('|').length).toBe(9);
  expect(text).not.toMatch(/^\| forged/m);
});

const row = { scenario: 'vision', metric: 'latency_p50', base: 0.02, times: 1.2, noise: 0.01 };

test('a comment of any number of rows has at most 60,000 characters, and says how many rows it leaves out', () => {
  const long = (index: number) => `${'@'.repeat(90)}${index}`;
  const { settled, decision, ...rest } = reportOf(gate);
  const [worst] = settled.rows;
  if (worst === undefined) throw new Error('Expected a row.');
  const rows = Array.from({ length: 1000 }, (_, index) => ({
    accepted: null,
    row: { ...worst.row, metric: { ...worst.row.metric, scenario: long(index), metric: long(index) } },
  }));
  const passed = rows.map((one) => ({ ...one, row: { ...one.row, verdict: 'pass' as const } }));
  for (const many of [rows, passed, [...rows, ...passed]]) {
    const text = gateComment({
      ...rest,
      decision: { ...decision, removed: many.map(({ row: { metric } }) => metric) },
      settled: { ...settled, rows: many },
      environment: [{ name: long(0), value: long(1).repeat(50) }],
      differences: many.map(({ row: { metric } }) => ({ what: metric.scenario, base: null, head: metric.metric })),
    });
    expect(text.length).toBeLessThanOrEqual(longestComment);
    expect(text.length).toBeGreaterThan(longestComment / 2);
    expect(text).toMatch(/… and \d+ more/);
    expect(text).toContain('<sub>');
    expect(text.split('<details>').length).toBe(text.split('</details>').length);
  }
});

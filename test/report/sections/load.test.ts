import { expect, test } from 'vitest';
import { loadNotes, loadTables } from '../../../src/report/sections/load.ts';
import { eightCases, inputOf, sketchRun } from '../fixtures.ts';
import { changed, serverRun } from '../judged.ts';

const all = 100;
const [rates, parts] = loadTables(inputOf(serverRun()), all);
const texts = (rows: typeof rates) => rows?.rows.map(({ cells }) => cells.map(({ text }) => text)) ?? [];

test('cases whose queries never wait have no such tables and no note', () => {
  const input = inputOf(sketchRun('single', eightCases()));
  expect([loadTables(input, all), loadNotes(input, all)]).toEqual([[], []]);
});

test('offered, scheduled and completed rate stand side by side, with what was late, in flight and never served', () => {
  expect(texts(rates)[3]).toEqual([
    '✕ resnet50 · 300/s',
    '300',
    '301',
    '200',
    '0.2 %',
    '3.4 ms',
    '312, 640',
    '3.2 s',
    '17',
  ]);
  expect(texts(rates)[0]).toEqual(['resnet50 · 50/s', '50', '50.1', '50', '0.2 %', '3.4 ms', '1.20, 9', '6 ms', '0']);
});

test('the figures of an over-saturated case are struck out, and its queue shows beside an unchanged service', () => {
  expect(parts?.rows.map(({ tone }) => tone)).toEqual(['', '', '', 'struck', '']);
  // p50 of the response: 20 µs + 1.9 s + 5 ms = 1.90502 s; p99: 28 µs + 2.66 s + 7 ms.
  expect(texts(parts)[3]).toEqual([
    '✕ resnet50 · 300/s',
    '1.91 s / 2.29 s / 2.67 s',
    '5 ms / 6 ms / 7 ms',
    '1.9 s / 2.28 s / 2.66 s',
    '20 µs / 24 µs / 28 µs',
  ]);
});

test('a percentile that was withheld is a dash that says why', () => {
  const run = changed(serverRun(), (one) => ({
    ...one,
    queueDelay: one.queueDelay == null ? null : { ...one.queueDelay, p99: null },
    reasons: { ...one.reasons, 'queueDelay.p99': { code: 'TOO_FEW_SAMPLES', need: 662, have: 100 } },
  }));
  expect(loadTables(inputOf(run), all)[1]?.rows[0]?.cells[3]).toMatchObject({
    text: '100 µs / 120 µs / –',
    note: 'p99: needs 662 queries, has 100',
  });
});

test('a result of a version without queues has dashes and no table of rates', () => {
  const run = changed(serverRun(), ({ load: _load, queueDelay: _queue, ...one }) => one);
  const found = loadTables(inputOf(run), all);
  expect(found).toHaveLength(1);
  expect(found[0]?.rows[0]?.cells[3]?.text).toBe('–');
});

test('rows that the size of the page leaves out are counted', () => {
  expect(loadTables(inputOf(serverRun()), 2).map(({ rows }) => rows.length)).toEqual([2, 2]);
  expect(loadNotes(inputOf(serverRun()), 2)[1]).toContain('The first 2 of 5 cases');
});

import { expect, test } from 'vitest';
import { observerSection } from '../../../src/report/sections/observer.ts';
import type { ObserverEffect } from '../../../src/results/run.ts';
import { eightCases, inputOf, sketchRun } from '../fixtures.ts';
import { changed } from '../judged.ts';

const run = sketchRun('observer', eightCases());
const effect: ObserverEffect = {
  blocks: { on: 40, off: 39 },
  hertz: 10,
  p50: { change: 0.002, ci95: [-0.005, 0.009] },
  p99: { change: 0.021, ci95: [0.003, 0.04] },
};

test('an older result, which does not know, has no such section', () => {
  expect(observerSection(inputOf(run), 100)).toBeNull();
});

test('a change stands with its interval and is marked where the interval leaves 0 out', () => {
  const section = observerSection(inputOf(changed(run, (one) => ({ ...one, observer: effect }))), 100);
  const cells = section?.tables[0]?.rows[0]?.cells;
  expect(cells?.[1]).toMatchObject({ text: '+0.2 % (−0.5 % to +0.9 %)', tone: 'number' });
  expect(cells?.[2]).toMatchObject({ text: '+2.1 % (+0.3 % to +4.0 %)', tone: 'number warn' });
  expect(cells?.[4]?.text).toBe('40, 39');
  expect(section?.lead).toContain('Of 8 cases in which it can be told, a change of p50 in 0 and of p99 in 8 is shown.');
});

test('what could not be told says why', () => {
  const reasons = { observer: { code: 'TOO_FEW_BLOCKS', need: 8, have: 2 } };
  const section = observerSection(inputOf(changed(run, (one) => ({ ...one, observer: null, reasons }))), 100);
  expect(section?.lead).toContain('It could not be told in this run');
  expect(section?.tables[0]?.rows[0]?.cells[1]).toMatchObject({
    text: '–',
    note: 'Too few blocks with and without sampling: 8 are needed, 2 were measured.',
  });
});

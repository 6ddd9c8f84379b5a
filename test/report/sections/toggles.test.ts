import { expect, test } from 'vitest';
import { speedUpCharts } from '../../../src/report/charts/speed-ups.ts';
import type { ReportRun } from '../../../src/report/input.ts';
import { namedEffects } from '../../../src/report/named-effects.ts';
import type { Table } from '../../../src/report/sections/section.ts';
import { toggleSection } from '../../../src/report/sections/toggles.ts';
import { inputOf, sketchRun } from '../fixtures.ts';
import { fourCells, toggledRun } from '../toggled.ts';

function sectionOf(run: ReportRun) {
  const input = inputOf(run);
  return toggleSection(namedEffects(input), [], input, 12);
}

const texts = (table: Table | undefined) => table?.rows.map(({ cells }) => cells.map(({ text }) => text));

test('a run without cases that differ in toggles alone has no such section', () => {
  const run = sketchRun('plain', [
    { workload: 'w', batchSize: 1 },
    { workload: 'w', batchSize: 8 },
  ]);
  expect(sectionOf(run)).toBeNull();
});

test('speed, size, memory, accuracy, fidelity and support stand beside those of the reference, the best marked', () => {
  const [cells] = sectionOf(fourCells())?.tables ?? [];
  expect(cells?.caption).toBe('resnet50, batch 8: each case beside fp32 · fused');
  const rows = texts(cells)?.map(([name, speed, , model, , accuracy, , support]) => [
    name,
    speed,
    model,
    accuracy,
    support,
  ]);
  // 102,400,000 B are 97.7 MiB, 25,600,000 a quarter of it.
  expect(rows).toEqual([
    ['fp32 · fused', 'reference', '97.7 MiB', '★ 99 %', 'native'],
    ['fp32 · unfused', '0.750 × (0.750 to 0.750)', '97.7 MiB (1 ×)', '★ 99 % (±0 points)', 'native'],
    ['int8 · fused', '★ 3.00 × (3.00 to 3.00)', '★ 24.4 MiB (0.250 ×)', '98.8 % (−0.25 points)', 'native'],
    ['int8 · unfused', '1.50 × (1.50 to 1.50)', '★ 24.4 MiB (0.250 ×)', '98.8 % (−0.25 points)', 'native'],
  ]);
});

test('the steps and their product stand in a table, and the interaction in words', () => {
  const [, steps, interaction] = sectionOf(fourCells())?.tables ?? [];
  expect(texts(steps)).toEqual([
    [
      'hygiene off → on, fusion off → on, layout plain → engine',
      'fp32 · unfused',
      'fp32 · fused',
      '1.33 × (1.33 to 1.33)',
    ],
    ['precision fp32 → int8', 'fp32 · fused', 'int8 · fused', '3.00 × (3.00 to 3.00)'],
    ['all of them', 'fp32 · unfused', 'int8 · fused', '4.00 × (4.00 to 4.00)'],
  ]);
  // 3 with fusion, 2 without.
  expect(texts(interaction)).toEqual([
    [
      'int8 × fusion on',
      '1.50 × (1.50 to 1.50)',
      'int8 gains more with fusion on than with fusion off: 1.50 × (95 %: 1.50 to 1.50).',
    ],
  ]);
});

test('what was made of a model is told once a file', () => {
  const made = sectionOf(fourCells())?.tables.at(-1);
  expect(made?.folded).toBe('What was made of the models before they were loaded');
  expect(texts(made)).toEqual([
    [
      '2 cases: int8',
      'hygiene, fusion, int8 static, min_max',
      '175 → 89',
      '86',
      '54',
      '2 operator unsuited, 1 weight not constant',
      '512 items of the training split',
      '24.4 MiB',
    ],
  ]);
});

test('a case that was skipped says so in place of its time, and why', () => {
  const [cells, ...others] =
    sectionOf(
      toggledRun([
        { times: [0.01] },
        {
          fusion: 'graph',
          times: [0.01],
          changes: {
            status: 'skipped',
            latency: null,
            serviceLatency: null,
            reasons: { status: { code: 'NOTHING_TO_FUSE', need: null, have: null } },
          },
        },
      ]),
    )?.tables ?? [];
  expect(cells?.rows[1]?.cells[2]).toMatchObject({
    text: 'skipped',
    note: 'The graph has nothing to fuse, so that the case would measure the same as fusion off.',
  });
  expect(cells?.rows[1]?.cells[1]).toMatchObject({ text: '–', note: 'The case was skipped.' });
  expect(others).toEqual([]);
});

test('a precision beside a graph that nobody cleaned is said to bring its cleaning along', () => {
  const holdsMore = 'what a precision gains without fusion holds that, too';
  const notes = (run: ReportRun) => sectionOf(run)?.notes.join(' ') ?? '';
  expect(notes(fourCells())).toContain(holdsMore);
  expect(notes(toggledRun([{ times: [0.02] }, { precision: 'int8', times: [0.01] }]))).not.toContain(holdsMore);
});

test('a ratio says of how many rounds it is, since some may have been lost', () => {
  const [cells] =
    sectionOf(toggledRun([{ times: [0.02, 0.02, 0.02] }, { precision: 'int8', times: [0.01, null, 0.01] }]))?.tables ??
    [];
  expect(cells?.rows[1]?.cells[1]?.note).toBe('Of 2 rounds.');
});

test('of two runs, one of which took its cases one after the other, each is told how it was', () => {
  const taking = (order: 'interleaved' | 'listed') => {
    const one = fourCells();
    return { ...one, run: { ...one.run, policy: { ...one.run.policy, order } } };
  };
  const lead = (...orders: ('interleaved' | 'listed')[]) => {
    const input = inputOf(...orders.map(taking));
    return toggleSection(namedEffects(input), [], input, 12)?.lead;
  };
  expect(lead('interleaved', 'interleaved')).toContain('All cases took turns');
  expect(lead('listed')).toContain('one after the other');
  expect(lead('interleaved', 'listed')).toContain('In one run: All cases took turns');
});

test('the chart has a dot for each measured case, and says the figures in words', () => {
  const [chart, ...others] = speedUpCharts(namedEffects(inputOf(fourCells())));
  expect(others).toEqual([]);
  expect(chart?.summary).toBe(
    'Against fp32 · fused: fp32 · unfused 0.750 × (95 %: 0.750 to 0.750), int8 · fused 3.00 × (95 %: 3.00 to 3.00), int8 · unfused 1.50 × (95 %: 1.50 to 1.50).',
  );
  expect(chart?.legend.map(({ label }) => label)).toEqual(['fused', 'unfused', '95 % interval over rounds']);
});

test('one round has dots and no intervals', () => {
  const [chart] = speedUpCharts(
    namedEffects(inputOf(toggledRun([{ times: [0.02] }, { fusion: 'off', times: [0.04] }]))),
  );
  expect(chart?.summary).toBe('Against fused: unfused 0.500 × (one round).');
  expect(chart?.legend.map(({ label }) => label)).toEqual(['fused', 'unfused']);
});

import { expect, test } from 'vitest';
import { standingSummary, verdictSection } from '../../../src/report/sections/verdicts.ts';
import { eightCases, inputOf, sixtyCases, sketchRun } from '../fixtures.ts';
import { changed, finding, judged, judgedRun, overSaturated } from '../judged.ts';

const unjudged = sketchRun('verdicts', eightCases());
const { tables } = verdictSection(inputOf(judgedRun()));
const captioned = (caption: string) => tables.find((one) => one.caption.startsWith(caption));
const textsOf = (caption: string) => captioned(caption)?.rows.map(({ cells }) => cells.map(({ text }) => text)) ?? [];

test('verdicts that nobody has given are all said to be not judged yet', () => {
  const section = verdictSection(inputOf(unjudged));
  expect(section.tables).toHaveLength(1);
  expect(section.tables[0]?.rows.map(({ cells }) => cells[2]?.text)).toEqual(Array(8).fill('not judged yet'));
});

test('the summary counts the cases and names the codes of those that are not valid', () => {
  expect(standingSummary(judgedRun().run.cases)).toBe(
    '5 of 8 cases valid; 1 invalid: OVER_SATURATED; 2 degraded: DRIFTING_UP.',
  );
});

test('the summary of cases that are all valid says so', () => {
  expect(standingSummary(unjudged.run.cases.map((one) => judged(one)))).toBe('All 8 cases valid.');
});

test('an energy that is invalid leaves its case degraded, because the latency is not', () => {
  const noEnergy = finding({ family: 'energy', severity: 'invalid', code: 'POWER_GAP' });
  const cases = unjudged.run.cases.slice(0, 2).map((one, index) => judged(one, index === 0 ? [noEnergy] : []));
  expect(standingSummary(cases)).toBe('1 of 2 cases valid; 1 degraded: POWER_GAP.');
});

test('each code stands once, the worst first, with its cases and what to do', () => {
  expect(textsOf('What speaks against')).toEqual([
    [
      '✕ OVER_SATURATED',
      'invalid, load: Queries pile up: the latency is that of a queue that grows.',
      'digits · batch 8 · fused',
      'Ask for a lower rate, or search for the highest one that is kept: rate: search.',
    ],
    [
      '△ DRIFTING_UP',
      'degraded, steady state: The latency rises by 9 % over the window. (and 1 more like it)',
      'digits · batch 1 · unfused, resnet50 · batch 1 · fused',
      'Measure longer: --set policy.window.min_duration=30s.',
    ],
  ]);
});

test('what changes no verdict is folded away', () => {
  expect(captioned('To be known')?.folded).toBe('One thing to be known');
  expect(textsOf('To be known')[0]?.slice(0, 2)).toEqual([
    '· NOT_VERIFIED',
    'configuration: Nothing shows whether spinning took effect.',
  ]);
});

test('the matrix says each verdict by a sign and a word', () => {
  const rows = captioned('Verdicts of each case')?.rows ?? [];
  expect(rows).toHaveLength(8);
  // Load, client, steady state, telemetry, energy, accuracy, configuration, integrity.
  expect(rows[2]?.cells.slice(1).map(({ text }) => text)).toEqual(['✕ invalid', ...Array(7).fill('✓ valid')]);
  expect(rows[4]?.cells[3]).toMatchObject({ text: '△ degraded', tone: 'warn sign' });
  expect(rows[4]?.cells[3]?.note).toContain('DRIFTING_UP: The latency rises by 12 %');
});

test('a family that was not judged says why, in the matrix and in a table', () => {
  expect(captioned('Verdicts of each case')?.rows[5]?.cells[6]).toMatchObject({
    text: '– not judged',
    note: 'The data has no labels to compare the answers with.',
  });
  expect(textsOf('What was not judged')).toEqual([
    ['Accuracy', 'The data has no labels to compare the answers with.', '4 cases: resnet50'],
  ]);
});

test('many cases with the same verdicts are one row, and each has its own in a table that unfolds', () => {
  const run = changed(sketchRun('sixty', sixtyCases()), (one, index) =>
    judged(one, index === 0 ? [overSaturated] : []),
  );
  const found = verdictSection(inputOf(run)).tables;
  const grouped = found.find(({ caption }) => caption.startsWith('Verdicts, cases with the same'));
  expect(grouped?.rows.map(({ cells }) => cells[0]?.text)).toEqual([
    'resnet50 · b1 · fp32 · fused · 1t',
    `${run.run.cases.length - 1} of ${run.run.cases.length} cases`,
  ]);
  const each = found.find(({ caption }) => caption === 'Verdicts of each case');
  expect([each?.rows.length, each?.folded]).toEqual([
    run.run.cases.length,
    `Verdicts of each of the ${run.run.cases.length} cases`,
  ]);
});

test('a result of a version without the newer families is judged by those that it has', () => {
  const old = changed(unjudged, (one) => {
    const { client: _client, integrity: _integrity, ...verdicts } = judged(one).verdicts;
    return { ...one, verdicts: verdicts as typeof one.verdicts };
  });
  expect(standingSummary(old.run.cases)).toBe('All 8 cases valid.');
});

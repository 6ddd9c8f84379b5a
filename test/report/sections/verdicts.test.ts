import { expect, test } from 'vitest';
import { verdictSection } from '../../../src/report/sections/verdicts.ts';
import { eightCases, inputOf, sketchRun } from '../fixtures.ts';

const run = sketchRun('verdicts', eightCases());

test('verdicts that nobody has given are all said to be not judged yet', () => {
  const { tables } = verdictSection(inputOf(run));
  expect(tables).toHaveLength(1);
  expect(tables[0]?.rows.map(({ cells }) => cells[2]?.text)).toEqual(Array(6).fill('not judged yet'));
});

test('verdicts are counted, and each case has its own', () => {
  const cases = run.run.cases.map((one, index) => ({
    ...one,
    verdicts: { ...one.verdicts, load: index < 3 ? ('valid' as const) : index < 5 ? ('invalid' as const) : null },
  }));
  const { tables } = verdictSection(inputOf({ ...run, run: { ...run.run, cases } }));
  expect(tables[0]?.rows[0]?.cells[2]?.text).toBe('3 valid, 2 invalid, 3 not judged yet');
  expect(tables[1]?.rows[0]?.cells[1]).toMatchObject({ text: 'valid', tone: 'good' });
  expect(tables[1]?.rows[4]?.cells[1]).toMatchObject({ text: 'invalid', tone: 'bad' });
});

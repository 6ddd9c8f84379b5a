import { expect, test } from 'vitest';
import {
  assumptionsAsCsv,
  cashFlowsAsCsv,
  optionsAsCsv,
  savedFiles,
} from '../../../src/report/tco-page/saved-files.ts';
import { evaluateStudy } from '../../../src/tco/model/evaluate-study.ts';
import { hostileStudy } from './hostile-study.ts';

const { path: _path, sha256: _sha256, claims: _claims, ...study } = hostileStudy();
const outcome = evaluateStudy(study);

/** Lines of fields; none of the study has a comma or a quote but for the name of one option. */
const rows = (csv: string) =>
  csv
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));

test('an option is a line, its cost has all digits, and what was not drawn is empty', () => {
  const [names = [], ...lines] = rows(optionsAsCsv(study, outcome));
  expect(lines).toHaveLength(4);
  const column = (name: string) => lines.map((fields) => fields[names.indexOf(name)]);
  expect(column('equivalent_annual_cost').map(Number)).toEqual(outcome.options.map((one) => one.equivalentAnnualCost));
  expect(column('rank').toSorted()).toEqual(['1', '2', '3', '4']);
  expect(column('chance_of_being_cheapest')).toEqual(['', '', '', '']);
  expect(column('option')[1]).toBe(`"'=HYPERLINK(""x"")"`);
});

test('the items of every year add up to what is paid, and the years to the sum until then', () => {
  const [, ...lines] = rows(cashFlowsAsCsv(study, outcome));
  const card = lines.filter(([option]) => option === 'card');
  const sums = card.filter(([, , item]) => item === 'all');
  expect(sums.map(([, time]) => time)).toEqual(['0', '1', '2', '3']);
  let until = 0;
  for (const [, time, , , paid = '', paidUntilThen = ''] of sums) {
    const items = card.filter(([, at, item]) => at === time && item !== 'all');
    expect(items.reduce((sum, fields) => sum + Number(fields[4]), 0)).toBeCloseTo(Number(paid), 6);
    until += Number(paid);
    expect(Number(paidUntilThen)).toBeCloseTo(until, 6);
  }
});

test('shares of assumptions stay shares, and say so', () => {
  const [names = [], ...lines] = rows(assumptionsAsCsv(study));
  const rate = lines.find(([name]) => name === 'discount_rate') ?? [];
  expect(rate[names.indexOf('value')]).toBe('0.08');
  expect(rate[names.indexOf('unit')]).toBe('share');
  expect(lines).toHaveLength(study.assumptions.length);
});

test('files are named after the study, in letters that every system takes', () => {
  const name = 'title-script-script-alert-1-script';
  expect(savedFiles(study, outcome).map(({ file }) => file)).toEqual([
    `${name}-options.csv`,
    `${name}-cash-flows.csv`,
    `${name}-assumptions.csv`,
    `${name}-study.json`,
  ]);
  expect(savedFiles({ ...study, name: '…' }, outcome, true)[0]?.file).toBe('study-edited-options.csv');
});

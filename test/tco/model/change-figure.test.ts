import { expect, test } from 'vitest';
import { changeFigure } from '../../../src/tco/model/change-figure.ts';
import { evaluateStudy } from '../../../src/tco/model/evaluate-study.ts';
import type { OwnedOption } from '../../../src/tco/model/owned.ts';
import { cloud, owned } from './example-options.ts';
import { figure, studyData } from './example-study.ts';

const tariff = figure(
  'tariff',
  [0.05, 0.1, 0.2],
  [
    ['options', 'a', 'facility', 'electricityPrice'],
    ['options', 'b', 'facility', 'electricityPrice'],
  ],
  'triangular',
  'bill of May',
);
const throughput = figure(
  'throughput of a',
  [200, 250, 312.5],
  [['options', 'a', 'throughput', 'itemsPerSecond']],
  'lognormal',
  'a table',
);
const share = {
  ...figure('use', [0.2, 0.5, 0.9], [['options', 'a', 'throughput', 'maxUtilisation']], 'uniform'),
  least: Number.MIN_VALUE,
  most: 1,
};
const power = { idleWatts: 1_000, loadWatts: 1_000 };
const study = studyData([owned({ name: 'a', power }), owned({ name: 'b', power })], {
  figures: [tariff, throughput, share],
});

const ownedOptions = (data: typeof study) =>
  data.model.options.filter((one): one is OwnedOption => one.kind === 'owned');

test('a figure changes in all its places, and the study that it was stays', () => {
  const before = structuredClone(study);
  const changed = changeFigure(study, 'tariff', 0.3);
  expect(ownedOptions(changed).map(({ facility }) => facility.electricityPrice)).toEqual([0.3, 0.3]);
  expect(study).toEqual(before);
  // 1 kW all year: 8,766 kWh at 0.3 instead of 0.1.
  const energy = (data: typeof study) => evaluateStudy(data).options[0]?.cashFlow[1];
  expect(energy(study)).toBeCloseTo(876.6, 6);
  expect(energy(changed)).toBeCloseTo(2_629.8, 6);
});

test('it is a guess from then on, and its range moves along', () => {
  const [changed] = changeFigure(study, 'tariff', 0.2).assumptions;
  expect(changed).toMatchObject({ value: 0.2, source: null, low: 0.1, high: 0.4 });
  expect(changed?.distribution).toEqual({ kind: 'triangular', low: 0.1, mode: 0.2, high: 0.4 });
});

test('a range stays within what the figure can be', () => {
  const changed = changeFigure(study, 'use', 0.8).assumptions[2];
  expect(changed).toMatchObject({ value: 0.8, low: expect.closeTo(0.32, 12), high: 1 });
  expect(changed?.distribution).toEqual({ kind: 'uniform', low: changed?.low, high: 1 });
});

test('from 0 a range moves by the difference', () => {
  const residual = figure('resale', [0, 0, 0.4], [['options', 'a', 'capital', 'residualShare']]);
  const [changed] = changeFigure(studyData([owned({ name: 'a' })], { figures: [residual] }), 'resale', 0.1).assumptions;
  expect(changed).toMatchObject({ low: 0.1, high: 0.5 });
});

test('a changed throughput is given, with what it was; those of other options stay', () => {
  const { throughputs, assumptions } = changeFigure(study, 'throughput of a', 500);
  expect(throughputs.a).toEqual({ provenance: 'given', source: 'changed by hand from 250 items/s' });
  expect(throughputs.b).toEqual(study.throughputs.b);
  expect(assumptions[1]?.distribution).toMatchObject({ kind: 'lognormal', median: expect.closeTo(500, 9) });
});

test('the value that it has already changes nothing', () => {
  expect(changeFigure(study, 'tariff', 0.1)).toBe(study);
});

test.each([
  ['tariff', -0.1, 'Expected tariff of 0 or more, got -0.1.'],
  ['tariff', Number.NaN, 'Expected tariff of 0 or more, got NaN.'],
  ['tariff', Number.POSITIVE_INFINITY, 'Expected tariff of 0 or more, got Infinity.'],
  ['use', 0, 'Expected use above 0, got 0.'],
  ['use', 1.2, 'Expected use from 0 to 1, got 1.2.'],
  ['tarif', 1, 'Expected the name of a figure of the study, got tarif.'],
])('%s at %d is refused in words', (name, value, message) => {
  expect(() => changeFigure(study, name, value)).toThrow(new RangeError(message));
});

test('an option may be called as it likes', () => {
  const at = (name: string) => figure('speed', [1, 2, 3], [['options', name, 'throughput', 'itemsPerSecond']]);
  const data = studyData([cloud({ name: '__proto__' })], { figures: [at('__proto__')] });
  const changed = changeFigure(JSON.parse(JSON.stringify(data)), 'speed', 4);
  expect(changed.model.options[0]?.throughput.itemsPerSecond).toBe(4);
  expect(Object.entries(changed.throughputs)).toEqual([
    ['__proto__', expect.objectContaining({ provenance: 'given' })],
  ]);
});

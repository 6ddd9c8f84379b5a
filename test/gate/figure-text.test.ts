import { expect, test } from 'vitest';
import {
  armTexts,
  changeText,
  exactText,
  figuresLine,
  figureText,
  intervalText,
  shareText,
} from '../../src/gate/figure-text.ts';
import { workedGate } from './worked-report.ts';

test('figures have the unit of their metric, and a unit that is not ours stands behind the number', () => {
  const texts = (['s', 'bytes', 'items/s', 'J/item', 'ratio', 'tokens'] as const).map((unit) =>
    figureText(1536, { unit }),
  );
  expect(texts).toEqual(['25 min 36 s', '1.5 KiB', '1,536/s', '1.54 kJ', '1,536', '1,536 tokens']);
  expect(figureText(null, { unit: 's' })).toBe('–');
});

test('changes have a sign but for none, and large ones are factors', () => {
  expect([0.0812, -0.004, 0.0004, -0.0004, 0, 1.5, 120].map(changeText)).toEqual([
    ...['+8.1 %', '−0.4 %', '0.0 %', '0.0 %', '0.0 %', '+150 %', '× 121'],
  ]);
  expect(shareText(0.05)).toBe('5.0 %');
  expect(changeText(Number.NaN)).toBe('–');
});

test('an interval has both of its ends or none', () => {
  expect(intervalText({ value: 0.08, low: 0.061, high: 0.098 })).toBe('+6.1 to +9.8 %');
  expect(intervalText({ value: 0.08, low: -0.02, high: 120 })).toBe('−2.0 % to × 121');
  expect(intervalText({ value: 0.08, low: null, high: null })).toBe('–');
});

test('exact figures that differ never read alike', () => {
  const exact = { scenario: 'a', metric: 'size', unit: 'bytes', kind: 'exact', margin: 0, floor: 0, noise: 0 } as const;
  const [row] = workedGate([{ ...exact, base: 46_837_500, times: 46_837_501 / 46_837_500 }]).decision.rows;
  if (row === undefined) throw new Error('Expected a row.');
  expect(armTexts(row)).toEqual({ base: '46,837,500 B', head: '46,837,501 B' });
  expect(figuresLine(row)).toBe('46,837,500 B to 46,837,501 B, < 0.1 % (exact)');
  expect(exactText(-0.912345678, { unit: 'ratio' })).toBe('−0.912345678');
});

test('a row of which nothing was judged has no line of figures', () => {
  const row = { scenario: 'a', metric: 'p50', base: 0.02, times: 1, noise: 0.01 };
  const [wrong] = workedGate([row], { wrong: ['a'] }).decision.rows;
  if (wrong === undefined) throw new Error('Expected a row.');
  expect(figuresLine(wrong)).toBeNull();
});

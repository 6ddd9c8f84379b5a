import { expect, test } from 'vitest';
import { logContrast } from '../../src/stats/log-contrast.ts';
import { ratioInterval } from '../../src/stats/welch.ts';

test('the drift of whole blocks cancels in a paired ratio', () => {
  // Every block is slower than the one before, and the ratio within each is 2: nothing is left to be unsure of.
  const interval = logContrast(
    [
      { weight: 1, values: [2, 4, 20] },
      { weight: -1, values: [1, 2, 10] },
    ],
    'paired',
  );
  for (const end of ['value', 'low', 'high'] as const) expect(interval?.[end]).toBeCloseTo(2, 12);
});

test('a paired ratio has the interval of Student on the logarithms of the ratios', () => {
  // Ratios e¹ and e³: mean 2, deviation √2, standard error 1, t(0.975, 1) = 12.7062.
  const interval = logContrast(
    [
      { weight: 1, values: [Math.E, Math.E ** 3] },
      { weight: -1, values: [1, 1] },
    ],
    'paired',
  );
  expect(Math.log(interval?.value ?? 0)).toBeCloseTo(2, 10);
  expect(Math.log(interval?.low ?? 0)).toBeCloseTo(2 - 12.7062, 3);
  expect(Math.log(interval?.high ?? 0)).toBeCloseTo(2 + 12.7062, 3);
});

test('an unpaired ratio of two sets is that of Welch', () => {
  const [base, candidate] = [
    [1, 1.1, 1.3],
    [2, 2.3, 2.1, 2.9],
  ];
  const interval = logContrast(
    [
      { weight: 1, values: candidate },
      { weight: -1, values: base },
    ],
    'unpaired',
  );
  const welch = ratioInterval(base, candidate);
  expect(interval?.value).toBeCloseTo(welch?.value ?? 0, 12);
  expect(interval?.low).toBeCloseTo(welch?.low ?? 0, 10);
  expect(interval?.high).toBeCloseTo(welch?.high ?? 0, 10);
});

test('an unpaired ratio of ratios adds the variances of its four sets', () => {
  // Each set has logarithms ±1 around its mean: variance 2 / 2 = 1 of the mean, 4 in all; degrees 4² / (4 · 1²) = 4; t(0.975, 4) = 2.7764.
  const around = (centre: number) => [Math.exp(centre - 1), Math.exp(centre + 1)];
  const interval = logContrast(
    [
      { weight: 1, values: around(5) },
      { weight: -1, values: around(1) },
      { weight: -1, values: around(2) },
      { weight: 1, values: around(0) },
    ],
    'unpaired',
  );
  expect(Math.log(interval?.value ?? 0)).toBeCloseTo(5 - 1 - 2, 10);
  expect(Math.log(interval?.high ?? 0)).toBeCloseTo(2 + 2 * 2.7764, 3);
});

test('one value of a term gives no interval', () => {
  const terms = [
    { weight: 1, values: [2] },
    { weight: -1, values: [1] },
  ];
  expect(logContrast(terms, 'paired')).toBeNull();
  expect(logContrast(terms, 'unpaired')).toBeNull();
  expect(logContrast([], 'unpaired')).toBeNull();
});

test('blocks that lack a value are refused', () => {
  const terms = [
    { weight: 1, values: [2, 3] },
    { weight: -1, values: [1, 2, 3] },
  ];
  expect(() => logContrast(terms, 'paired')).toThrow('Expected 2 values of each term of a paired contrast, got 3.');
  expect(() => logContrast([{ weight: 1, values: [1, 0] }], 'unpaired')).toThrow('got 0');
});

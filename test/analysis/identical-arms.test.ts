import { expect, test } from 'vitest';
import { identicalArms } from '../../src/analysis/identical-arms.ts';
import { generator, normal } from '../../src/stats/random.ts';

test('arms whose rounds do not differ are not apart, and any difference could be seen', () => {
  expect(identicalArms([2, 2], [2, 2])).toEqual({
    roundsPerArm: 2,
    difference: 0,
    ci95: [0, 0],
    spread: 0,
    resolvable: 0,
  });
});

test('what five rounds resolve follows from the spread within the arms', () => {
  // Logarithms 0 and x in both arms: s² = x² / 2 within each. With x = 0.02: s = 0.0141421, and t(0.975, 8) = 2.3060 makes
  // 2.3060 · 0.0141421 · √0.4 = 0.020626, of which e^… − 1 = 0.020840.
  const arm = [1, Math.exp(0.02)];
  const noise = identicalArms(arm, arm);
  expect(noise?.spread).toBeCloseTo(Math.expm1(0.02 / Math.SQRT2), 12);
  expect(noise?.resolvable).toBeCloseTo(0.02084, 5);
  expect(noise?.difference).toBe(0);
});

test('of arms that differ by what is called resolvable, about half are told apart', () => {
  const source = generator(11);
  const spread = 0.01;
  let told = 0;
  const trials = 400;
  // t(0.975, 8) · 0.01 · √0.4: the very bound.
  const difference = 2.306 * spread * Math.sqrt(0.4);
  for (let trial = 0; trial < trials; trial++) {
    const arm = (shift: number) => Array.from({ length: 5 }, () => Math.exp(shift + normal(source) * spread));
    const found = identicalArms(arm(0), arm(difference));
    if (found !== null && found.ci95[0] > 0) told++;
  }
  expect(told / trials).toBeGreaterThan(0.4);
  expect(told / trials).toBeLessThan(0.65);
});

test('one round in an arm has no spread: there is no answer', () => {
  expect(identicalArms([1], [1, 1])).toBeNull();
});

import { expect, test } from 'vitest';
import { judgeClaims } from '../../src/tco/claims.ts';
import type { CostClaimOutcome, VolumeClaimOutcome } from '../../src/tco/model/claims-outcome.ts';
import { evaluateStudy } from '../../src/tco/model/evaluate-study.ts';
import { readStudy } from '../../src/tco/study.ts';

/*
 * The study of A100 against V100 through its file. The expected figures were worked out by hand from the published prices, powers and
 * throughputs, before there was any code; they are met to 1 in the last printed digit.
 */

const study = readStudy('suites/tco/a100-vs-v100.yaml');
const claims = judgeClaims(study)?.claims ?? [];
const cost = claims.find((one): one is CostClaimOutcome => one.kind === 'cost');
const volume = claims.find((one): one is VolumeClaimOutcome => one.kind === 'volume');
if (cost === undefined || volume === undefined) throw new Error('Expected both claims in the study.');

/** Differs from a printed figure by 1 in its last digit at most. */
const printed = (value: number, digits = 0) => ({
  asymmetricMatch: (got: unknown) => typeof got === 'number' && Math.abs(got - value) <= 1.000001 * 10 ** -digits,
  toString: () => `printed ${value}`,
});

test.each([
  ['S0', 15_000, 8_000, 1.88, 2.4],
  ['S1', 15_858, 8_858, 1.79, 2.3],
  ['S2', 16_373, 9_030, 1.81, 2.32],
  ['S3', 18_691, 11_691, 1.6, 2.05],
  ['S4', 25_941, 17_891, 1.45, 1.86],
  ['S5', 28_591, 17_211, 1.66, 2.13],
  ['S6', 25_030, 9_016, 2.78, 3.56],
  ['S7', 107_822, 80_472, 1.34, 1.72],
  ['S8', 27_087, 29_454, 0.92, 1.18],
])('at boundary %s one machine costs %d and %d, and the A100 has to be %d times as fast', (name, a, v, even, claim) => {
  expect(cost.boundaries.find((one) => one.name === name)).toMatchObject({
    costOfOption: printed(a),
    costOfAgainst: printed(v),
    breakEvenRatio: printed(even, 2),
    claimedRatio: printed(claim, 2),
  });
});

test.each([
  ['MXNet FP16, batch 128', 2.38, 2, [-21, -25, -39]],
  ['MXNet FP16, best batch', 2.45, 2, [-24, -27, -41]],
  ['peak FP16', 2.5, 2, [-25, -28, -42]],
  ['PyTorch AMP, training', 2.06, 2, [-9, -13, -30]],
  ['PyTorch TF32 and FP32, training', 2.56, 2, [-27, -30, -43]],
  ['TensorFlow with XLA, TF32 and FP32', 1.8, 2, [4, -1, -20]],
  ['TensorFlow with XLA, FP16', 1.08, 2, [73, 65, 34]],
  ['TensorFlow FP16, batch 1', 0.77, 2, [143, 132, 88]],
  ['MLPerf INT8, V100 pruned', 3.4, 1, [-44]],
  ['MLPerf INT8, SSD-ResNet34', 7.1, 1, [-74]],
  ['MLPerf INT8, 3D-UNet (BraTS)', 4.7, 1, [-60]],
])('%s: the A100 is %d times as fast', (name, ratio, digits, percents) => {
  const evidence = cost.evidence.find((one) => one.name === name);
  expect(evidence?.ratio).toEqual(printed(ratio, digits));
  const got = ['S0', 'S1', 'S4'].slice(0, percents.length).map((boundary) => {
    return 100 * (evidence?.differences.find((one) => one.boundary === boundary)?.difference ?? Number.NaN);
  });
  expect(got).toEqual(percents.map((percent) => printed(percent)));
});

/** By boundary, the evidence with which the first claim is so judged. */
const judged = (verdict: string, boundary: string) =>
  cost.evidence
    .filter(({ differences }) => differences.some((one) => one.boundary === boundary && one.verdict === verdict))
    .map(({ name }) => name);

test('the first claim holds for the same software in FP16 at list price of the cards alone, and hardly elsewhere', () => {
  expect(judged('holds', 'S0')).toEqual(['MXNet FP16, batch 128', 'MXNet FP16, best batch', 'peak FP16']);
  expect(judged('false', 'S0')).toEqual([
    'TensorFlow with XLA, TF32 and FP32',
    'TensorFlow with XLA, FP16',
    'TensorFlow FP16, batch 1',
  ]);
  expect(judged('understated', 'S4')).toContain('MLPerf INT8, SSD-ResNet34');
  // The V100 of this row is too fast by an unknown factor: enough to say that 44 % are exceeded, not enough to say that 18 % are too little.
  expect(judged('understated', 'S0')).toContain('MLPerf INT8, V100 pruned');
  expect(judged('undecided', 'S6')).toEqual(['MLPerf INT8, V100 pruned']);
  // A used V100 at $325 needs an A100 that is 2.78 times as fast to break even.
  expect(judged('false', 'S6')).toContain('PyTorch TF32 and FP32, training');
  expect(cost.suggestedWording).toContain('A100 costs 21 to 25 % less than V100 over 3 years');
  expect(cost.suggestedWording).toContain('Below 1.88 times A100 costs more.');
  expect(cost.notes.join(' ')).toContain('prices of one accelerator each, at list prices of 2020 to 2022');
});

test('the tornado of the study: the ratio of the throughputs and the prices decide, the tariff does not', () => {
  const { a, b, output, atBase, bars } = evaluateStudy(study).sensitivity;
  expect([a, b, output]).toEqual(['A100', 'V100', 'difference']);
  expect(Math.abs(100 * atBase - -39)).toBeLessThanOrEqual(1);
  expect(bars.slice(0, 3).map(({ name }) => name)).toEqual([
    'options[0].throughput.items_per_second',
    'options[1].machine.accelerator_price',
    'options[0].machine.accelerator_price',
  ]);
  const published: [string, number][] = [
    ['options[0].throughput.items_per_second', 98],
    ['options[1].machine.accelerator_price', 78],
    ['options[0].machine.accelerator_price', 34],
    ['options[0].machine.installation', 12],
    ['facilities.hall.colocation_per_kw_month', 4],
    ['facilities.hall.electricity_per_kwh', 3],
    ['options[0].machine.residual_share', 2],
    ['options[0].running.maintenance_share', 2],
    ['facilities.hall.pue', 1],
    ['discount_rate', 1],
  ];
  expect(bars.map(({ name }) => name).sort()).toEqual(published.map(([name]) => name).sort());
  for (const [name, points] of published) {
    const swing = 100 * (bars.find((one) => one.name === name)?.swing ?? Number.NaN);
    expect(Math.abs(swing - points), `${name}: ${swing}`).toBeLessThanOrEqual(2);
  }
});

test('the chances of the first claim are met within two points', () => {
  const [narrow, wide] = cost.chances;
  expect(narrow).toMatchObject({ boundary: 'U1', draws: 20_000, seed: 7 });
  const pairs: [number | undefined, number][] = [
    [narrow?.difference.p5, -0.47],
    [narrow?.difference.p50, -0.38],
    [narrow?.difference.p95, -0.26],
    [narrow?.lowerAsClaimed, 0.98],
    [wide?.lower, 0.97],
    [wide?.lowerAsClaimed, 0.86],
  ];
  for (const [got = Number.NaN, published] of pairs) {
    expect(Math.abs(got - published), `${got} for ${published}`).toBeLessThanOrEqual(0.02);
  }
});

test('one V100 serves 500,000 requests a day with 0.17 % of its throughput, and costs less', () => {
  expect(volume.atClaim.find(({ boundary }) => boundary === 'S4')).toMatchObject({
    ofAgainst: { machines: 1, utilisation: printed(0.0017, 4), costPerMillionRequests: printed(32.66, 2) },
    ofOption: { machines: 1, costPerMillionRequests: printed(47.35, 2) },
    cheaper: 'V100',
  });
});

/** Million requests a day. */
test.each([
  ['MXNet FP16, batch 128', 0.6, 3, [58, 0], [290, 0], 'later'],
  ['MXNet FP16, batch 128', 0.3, 10, [8.7, 1], [44, 0], 'later'],
  ['MXNet FP16, batch 1', 0.6, 3, [4.9, 1], [4.9, 1], 'later'],
  ['MXNet FP16, batch 1', 0.3, 10, [0.74, 2], [0.74, 2], 'later'],
  ['TensorFlow FP16, batch 1', 0.6, 3, null, null, 'never'],
  ['TensorFlow FP16, batch 1', 0.3, 10, null, null, 'never'],
  ['PyTorch FP16, batch 1, A100 assumed', 0.6, 3, [1.35, 2], [6.7, 1], 'later'],
  ['PyTorch FP16, batch 1, A100 assumed', 0.3, 10, [0.2, 2], [1, 1], 'partly'],
] as const)(
  '%s, used to %d at a peak of %d times the mean: both crossings',
  (name, use, peak, first, persistent, verdict) => {
    const found = volume.crossings.find(
      (one) =>
        one.evidence === name && one.boundary === 'S0' && one.maxUtilisation === use && one.peakToAverage === peak,
    );
    expect(found).toMatchObject({ isSettled: true, verdict });
    const millions = (volume: number | null | undefined) => (typeof volume === 'number' ? volume / 1e6 : volume);
    expect(millions(found?.first)).toEqual(first === null ? null : printed(first[0], first[1]));
    expect(millions(found?.persistent)).toEqual(persistent === null ? null : printed(persistent[0], persistent[1]));
  },
);

test('the second claim needs a V100 that is full at 28.9 requests/s, or at 193', () => {
  const [often, seldom] = volume.needed;
  expect(often).toMatchObject({ maxUtilisation: 0.6, peakToAverage: 3, requestsPerSecond: printed(28.9, 1) });
  expect(often?.itemsPerRequest[0]).toEqual({ evidence: 'MXNet FP16, batch 128', items: printed(116) });
  expect(seldom).toMatchObject({ maxUtilisation: 0.3, peakToAverage: 10, requestsPerSecond: printed(193) });
});

test('the second claim holds where an hour of an A100 is the cheaper one from the first request on', () => {
  const at = volume.crossings.filter(({ boundary, ofOption, ofAgainst }) => boundary === 'S8' && ofOption > ofAgainst);
  expect(at.length).toBeGreaterThan(0);
  expect(at.every(({ first, persistent, verdict }) => first === 0 && persistent === 0 && verdict === 'holds')).toBe(
    true,
  );
});

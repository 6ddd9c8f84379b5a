/**
 * Seeded experiments on intervals: values are drawn from a distribution whose truth is known, the interval is computed, and it is
 * counted how often it holds the truth. Every experiment has a generator of its own, seeded by its number.
 */
import { batchMeansInterval } from '../dist/stats/batch-means.js';
import { bootstrapInterval } from '../dist/stats/bootstrap.js';
import { meanInterval } from '../dist/stats/interval.js';
import { logContrast } from '../dist/stats/log-contrast.js';
import { mean } from '../dist/stats/moments.js';
import { normalQuantile } from '../dist/stats/normal.js';
import { quantileInterval } from '../dist/stats/quantile-interval.js';
import { generator, normal, uniform } from '../dist/stats/random.js';
import { signInterval } from '../dist/stats/sign-test.js';
import { hodgesLehmann } from '../dist/stats/signed-rank.js';
import { ratioInterval, welchTest } from '../dist/stats/welch.js';

const draw = (count, one) => Array.from({ length: count }, one);
const rising = (values) => Float64Array.from(values).sort();

/** Latencies: logarithms are normal with deviation 0.3, so that the skewness is 0.95. */
const skewed = (source) => Math.exp(0.3 * normal(source));
const skewedMean = Math.exp(0.3 ** 2 / 2);
const exponential = (source) => -Math.log1p(-uniform(source));

/**
 * Medians of the rounds of some cases that took turns: rounds are slower or faster as a whole by about 20 %, and what disturbs a case makes it
 * slower only. The logarithm of that has the mean `scale`.
 */
function inTurns(rounds, cases, source) {
  const whole = draw(rounds, () => Math.exp(0.2 * normal(source)));
  return cases.map(({ weight, seconds, scale }) => ({
    weight,
    values: whole.map((factor) => seconds * factor * Math.exp(scale * exponential(source))),
  }));
}

/** x_i = φ x_(i−1) + noise, from its stationary distribution on: neighbouring queries that are alike. */
function autoregressive(phi, count, source) {
  const series = new Float64Array(count);
  series[0] = normal(source) / Math.sqrt(1 - phi * phi);
  for (let index = 1; index < count; index++) series[index] = phi * series[index - 1] + normal(source);
  return series;
}

/**
 * What is tried: `interval` draws and answers with an interval, `truth` is what it is to hold; `level` is what it claims, null where the
 * interval itself says what it attains. `between`: the shares that are promised for it; null where it is exact, or shown to fail.
 */
export const experiments = [
  ...[
    ['median of 20, exponential', 20, 0.5, exponential, Math.log(2)],
    ['p90 of 100, lognormal', 100, 0.9, skewed, Math.exp(0.3 * normalQuantile(0.9))],
    ['p99 of 1,000, exponential', 1_000, 0.99, exponential, Math.log(100)],
  ].map(([name, count, p, one, truth]) => ({
    name: `order statistics: ${name}`,
    kind: 'exact',
    truth,
    interval: (source) => quantileInterval(rising(draw(count, () => one(source))), p),
  })),
  {
    name: 'Hodges–Lehmann: centre of 10, normal',
    kind: 'exact',
    truth: 0,
    interval: (source) => hodgesLehmann(draw(10, () => normal(source))),
  },
  {
    name: 'sign interval: median of 12, lognormal',
    kind: 'exact',
    truth: 1,
    interval: (source) => signInterval(draw(12, () => skewed(source))),
  },
  ...[5, 20, 100].map((count) => ({
    name: `t: mean of ${count}, normal`,
    kind: 'between',
    between: [0.93, 0.97],
    truth: 0,
    interval: (source) => meanInterval(draw(count, () => normal(source))),
  })),
  ...[30, 100].map((count) => ({
    name: `t: mean of ${count}, lognormal`,
    kind: 'between',
    between: [0.93, 0.97],
    truth: skewedMean,
    interval: (source) => meanInterval(draw(count, () => skewed(source))),
  })),
  ...[50, 100].flatMap((count) => [
    {
      name: `BCa: mean of ${count}, normal`,
      kind: 'between',
      between: [0.93, 0.97],
      truth: 0,
      interval: (source, seed) =>
        bootstrapInterval(
          draw(count, () => normal(source)),
          mean,
          { seed },
        ),
    },
    {
      name: `BCa: mean of ${count}, lognormal`,
      kind: 'between',
      between: [0.93, 0.97],
      truth: skewedMean,
      interval: (source, seed) =>
        bootstrapInterval(
          draw(count, () => skewed(source)),
          mean,
          { seed },
        ),
    },
  ]),
  {
    name: 'BCa: mean of 10, lognormal (too few)',
    kind: 'fails',
    truth: skewedMean,
    interval: (source, seed) =>
      bootstrapInterval(
        draw(10, () => skewed(source)),
        mean,
        { seed },
      ),
  },
  {
    name: 'Welch: difference of 5 and 5, deviations 1 and 5',
    kind: 'between',
    between: [0.93, 0.97],
    truth: 0,
    interval: (source) =>
      welchTest(
        draw(5, () => normal(source)),
        draw(5, () => 5 * normal(source)),
      ).difference,
  },
  {
    name: 'ratio: 5 and 5, lognormal',
    kind: 'between',
    between: [0.93, 0.97],
    truth: 1.25,
    interval: (source) =>
      ratioInterval(
        draw(5, () => skewed(source)),
        draw(5, () => 1.25 * skewed(source)),
      ),
  },
  ...[3, 5, 10].flatMap((rounds) => [
    {
      name: `ratio in pairs: ${rounds} rounds, both disturbed alike`,
      kind: 'between',
      between: [0.93, 0.98],
      truth: 1.5,
      interval: (source) =>
        logContrast(
          inTurns(
            rounds,
            [
              { weight: 1, seconds: 3, scale: 0.1 },
              { weight: -1, seconds: 2, scale: 0.1 },
            ],
            source,
          ),
          'paired',
        ),
    },
    {
      name: `ratio in pairs: ${rounds} rounds, one alone disturbed`,
      kind: 'fails',
      truth: 1.5 * Math.exp(0.1),
      interval: (source) =>
        logContrast(
          inTurns(
            rounds,
            [
              { weight: 1, seconds: 3, scale: 0.1 },
              { weight: -1, seconds: 2, scale: 0 },
            ],
            source,
          ),
          'paired',
        ),
    },
  ]),
  {
    name: 'ratio of ratios in pairs: 5 rounds, all disturbed alike',
    kind: 'between',
    between: [0.93, 0.97],
    truth: 1.25,
    interval: (source) =>
      logContrast(
        inTurns(
          5,
          [5, 2, 4, 2].map((seconds, place) => ({ weight: place === 0 || place === 3 ? 1 : -1, seconds, scale: 0.1 })),
          source,
        ),
        'paired',
      ),
  },
  ...[1_000, 10_000].flatMap((count) => [
    {
      name: `batch means: ${count.toLocaleString('en')} of AR(1), φ = 0.7`,
      kind: 'between',
      between: [0.91, 0.97],
      truth: 0,
      interval: (source) => batchMeansInterval(autoregressive(0.7, count, source)),
    },
    {
      name: `naive t: ${count.toLocaleString('en')} of AR(1), φ = 0.7`,
      kind: 'fails',
      truth: 0,
      interval: (source) => meanInterval(autoregressive(0.7, count, source)),
    },
  ]),
];

/** How often the interval of an experiment holds the truth in `count` seeded draws, and the mean of the levels that it says it attains. */
export function coverage({ interval, truth }, count) {
  let held = 0;
  let attained = 0;
  for (let seed = 1; seed <= count; seed++) {
    const found = interval(generator(seed), seed);
    if (found === null || 'code' in found) throw new Error(`No interval with seed ${seed}.`);
    if (found.low <= truth && truth <= found.high) held++;
    attained += found.attained ?? 0.95;
  }
  return { held: held / count, level: attained / count, standardError: Math.sqrt((0.05 * 0.95) / count) };
}

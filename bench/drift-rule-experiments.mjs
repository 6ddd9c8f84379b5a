/**
 * Seeded series whose truth is known, for the drift rule and for the watch of a warm-up. Every series has a generator of its own, seeded
 * by its number.
 */
import { driftRule } from '../dist/stats/drift-rule.js';
import { mean } from '../dist/stats/moments.js';
import { PlateauWatch } from '../dist/stats/plateau-watch.js';
import { generator, normal } from '../dist/stats/random.js';

/** As many queries as the policies' windows have at least, and as fast ones have. */
export const windows = [64, 662, 10_000, 100_000];
/** φ of AR(1): each query keeps so much of the one before. */
export const correlations = [0, 0.5, 0.7, 0.9];
/** Standard deviation over mean, query by query. */
export const variations = [0.02, 0.1, 0.3];
/** As many as src/analysis/steady-state.ts has. */
const stretches = 128;

/** What is added to a latency of 1: `drift` over the window, and `shift` in its second half. */
const truths = {
  steady: { drift: 0, shift: 0 },
  drift5: { drift: 0.05, shift: 0 },
  drift10: { drift: 0.1, shift: 0 },
  shift10: { drift: 0, shift: 0.1 },
};

/**
 * Of `count` series: how often the rule calls a steady window up or down, or none, and how often it finds what is there: a share for each
 * variation. The noise multiplies the level, and all truths and variations see the same noise. `among`: the truths to try, all unless told.
 */
export function driftRates({ queries, correlation, among = Object.keys(truths) }, count) {
  const found = variations.map((variation) => ({ variation, none: 0, steady: 0, drift5: 0, drift10: 0, shift10: 0 }));
  for (let seed = 1; seed <= count; seed++) {
    const noise = drawNoise(queries, correlation, generator(seed));
    for (const row of found) {
      for (const name of among) {
        const { verdict } = driftRule(noise.map((stretch) => latencyOf(stretch, truths[name], row.variation)));
        if (verdict === 'up' || (verdict === 'down' && name === 'steady')) row[name]++;
        if (verdict === 'none' && name === 'steady') row.none++;
      }
    }
  }
  return found.map(({ variation, ...counts }) => ({
    variation,
    ...Object.fromEntries(Object.entries(counts).map(([name, times]) => [name, times / count])),
  }));
}

/**
 * Stretch by stretch the means of what a latency is made of. (1 + variation · noise) · (1 + drift · time + shift · late) is linear in all of
 * them, so that the noise need be drawn once.
 */
function drawNoise(queries, correlation, source) {
  const count = Math.min(stretches, queries);
  const sums = Array.from({ length: count }, () => ({
    size: 0,
    time: 0,
    late: 0,
    noise: 0,
    noisyTime: 0,
    noisyLate: 0,
  }));
  const innovation = Math.sqrt(1 - correlation * correlation);
  let noise = normal(source);
  for (let query = 0; query < queries; query++) {
    const time = query / queries;
    const stretch = sums[Math.floor(time * count)];
    stretch.size++;
    stretch.time += time;
    stretch.noise += noise;
    stretch.noisyTime += noise * time;
    if (time >= 0.5) {
      stretch.late++;
      stretch.noisyLate += noise;
    }
    noise = correlation * noise + innovation * normal(source);
  }
  return sums;
}

function latencyOf({ size, time, late, noise, noisyTime, noisyLate }, { drift, shift }, variation) {
  const level = size + drift * time + shift * late;
  // No latency is below 0.
  return Math.max(0, (level + variation * (noise + drift * noisyTime + shift * noisyLate)) / size);
}

/** Warm-ups whose minimum is 100 queries: a latency that is 30 % too high at first, and by how much less each `fall` queries later, 1 / e. */
export const warmups = [0, 30, 100, 300].flatMap((fall) => [0.02, 0.1].map((variation) => ({ fall, variation })));
export const warmupMinimum = 100;

/**
 * Of `count` warm-ups: how many queries the watch takes (median and 90th percentile), and how much the latency is still too high when it
 * ends, beside that at the minimum.
 */
export function watchRates({ fall, variation }, count) {
  const excess = (query) => (fall === 0 ? 0 : 0.3 * Math.exp(-query / fall));
  const taken = Float64Array.from({ length: count }, (_, index) => {
    const source = generator(index + 1);
    const watch = new PlateauWatch();
    let isPlateau = false;
    let query = 0;
    while (query < warmupMinimum || !isPlateau) {
      const latency = (1 + excess(query)) * Math.max(0.01, 1 + variation * normal(source));
      isPlateau = watch.add(query++, latency);
    }
    return query;
  }).sort();
  const left = taken.map(excess);
  return {
    median: taken[Math.floor(0.5 * count)],
    p90: taken[Math.floor(0.9 * count)],
    leftAtMinimum: excess(warmupMinimum),
    left: mean(left),
    tooEarly: left.filter((share) => share > 0.03).length / count,
  };
}

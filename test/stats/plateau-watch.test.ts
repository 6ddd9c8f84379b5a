import { expect, test } from 'vitest';
import { PlateauWatch } from '../../src/stats/plateau-watch.ts';
import { generator, normal } from '../../src/stats/random.ts';

/** How many queries, one after the other, it takes until the watch answers that there is a plateau; null: not within `most`. */
function queriesUntilPlateau(latencies: (query: number) => number, most: number): number | null {
  const watch = new PlateauWatch();
  let completed = 0;
  for (let query = 0; query < most; query++) {
    const latency = latencies(query);
    completed += latency;
    if (watch.add(completed, latency)) return query + 1;
  }
  return null;
}

test('nine equal queries of a second are a plateau: looks at eight and at nine agree', () => {
  expect(queriesUntilPlateau(() => 1, 100)).toBe(9);
});

test('queries of ten microseconds are no plateau before the later half of them took a tenth of a second', () => {
  // 20,000 of them take 0.2 s; looks are an eighth apart and two must agree.
  const queries = queriesUntilPlateau(() => 1e-5, 100_000) ?? Number.NaN;
  expect(queries).toBeGreaterThan(20_000);
  expect(queries).toBeLessThan(20_000 * (9 / 8) ** 2 + 2_000);
});

test('a first query of twenty times the others delays the plateau by nothing', () => {
  expect(queriesUntilPlateau((query) => (query === 0 ? 20 : 1), 100)).toBe(9);
});

test('a latency that falls by a thousandth of the first with every query has no plateau while it falls', () => {
  // The later half of n queries falls by n / 2 of 1,000 − n …: more than 2 % from n = 39 on, and less at first.
  const watch = new PlateauWatch();
  const answers = Array.from({ length: 900 }, (_, query) => watch.add(query + 1, 1 - query / 1_000));
  expect(answers.slice(60)).not.toContain(true);
});

test('a plateau is given up when the latency moves on', () => {
  const watch = new PlateauWatch();
  for (let query = 0; query < 100; query++) watch.add(query, 1);
  expect(watch.add(100, 1)).toBe(true);
  const later = Array.from({ length: 200 }, (_, query) => watch.add(101 + query, 1 + query / 50));
  expect(later.at(-1)).toBe(false);
});

test('latencies that vary by a half have no plateau among a hundred queries, and have one by ten thousand', () => {
  const source = generator(1);
  const noisy = () => Math.max(0.01, 1 + 0.5 * normal(source));
  // Bucket means vary by less than 10 % with 25 queries a bucket or more: 32 of them when there are 1,024.
  expect(queriesUntilPlateau(noisy, 100)).toBeNull();
  expect(queriesUntilPlateau(noisy, 10_000)).not.toBeNull();
});

test('queries of a latency that swings with every second one are steady: a bucket of two is', () => {
  // One query a bucket varies by 33 %; from 32 queries on buckets hold two or more, and are equal.
  const queries = queriesUntilPlateau((query) => (query % 2 === 0 ? 1 : 2), 200) ?? Number.NaN;
  expect(queries).toBeGreaterThan(32);
  expect(queries).toBeLessThan(100);
});

test('the answer stands until the next look, an eighth later', () => {
  const watch = new PlateauWatch();
  for (let query = 0; query < 9; query++) watch.add(query, 1);
  // Looks at 8 and 9 agreed; the next is at 11 (9 · 9 / 8 = 10.1), where the last two of the later half are not like the others.
  const answers = [10, 11].map((query) => watch.add(query, 5));
  expect(answers).toEqual([true, false]);
});

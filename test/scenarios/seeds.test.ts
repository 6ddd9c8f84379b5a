import { expect, test } from 'vitest';
import { loadSeeds } from '../../src/scenarios/seeds.ts';

test("the seeds of a round differ from each other, from the round's own and from those of the next round", () => {
  const drawn = Array.from({ length: 50 }, (_, round) => [round, ...Object.values(loadSeeds(round))]).flat();
  expect(new Set(drawn).size).toBe(150);
});

test('a round seed gives the same seeds again', () => {
  expect(loadSeeds(12)).toEqual(loadSeeds(12));
});

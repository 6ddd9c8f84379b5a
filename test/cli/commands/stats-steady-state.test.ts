import { expect, test } from 'vitest';
import { steadyStateCommand } from '../../../src/cli/commands/stats-steady-state.ts';
import { captureStreams } from '../fixtures/capture-streams.ts';

async function* stdin(value: unknown) {
  yield JSON.stringify(value);
}

async function asked(value: unknown, json = true): Promise<string> {
  const streams = captureStreams();
  expect(await steadyStateCommand({ json }, streams, stdin(value))).toBe(0);
  return streams.out();
}

/** Alternates by one in a hundred around a level, which changes half-way. */
const shifted = Array.from({ length: 40 }, (_, index) => (index < 20 ? 100 : 120) + (index % 2));

test('a step is found where it is, and the rest from there on is the plateau', async () => {
  const answer = JSON.parse(await asked(shifted));
  expect(answer).toMatchObject({ verdict: 'up', levelShift: { at: 20 }, plateauFrom: 20 });
  expect(answer.levelShift.before).toBeCloseTo(100.5, 9);
  expect(answer.levelShift.after).toBeCloseTo(120.5, 9);
});

test('with times, places are told as times', async () => {
  const answer = JSON.parse(await asked(shifted.map((value, index) => ({ t: 10 + index / 2, value }))));
  expect(answer).toMatchObject({ levelShift: { at: 20 }, plateauFrom: 20 }); // 10 + 20 / 2
});

test('the text says what was found', async () => {
  expect(await asked(shifted, false)).toMatch(
    /^up: it rises\n.+\nfrom 100 to 121 at 20 \(p = .+\)\nsteady from 20 on\n$/,
  );
  expect(await asked([5, 5, 5, 5], false)).toBe(
    'plateau: steady\n4 buckets vary by 0 % and drift by 0 % (trend: p = 1)\nsteady from 0 on\n',
  );
});

test.each([
  ['too few', [1, 2, 3], /expected at least four values/],
  ['below 0', [1, 2, -3, 4], /stdin: \[2\]: expected a number of at least 0/],
  ['mixed', [1, 2, 3, { t: 4, value: 4 }], /expected numbers alone, or \{t, value\} alone/],
  ['back in time', [0, 2, 1, 3].map((t) => ({ t, value: 1 })), /expected t in rising order/],
])('%s values are refused by their place', async (_, value, message) => {
  await expect(steadyStateCommand({}, captureStreams(), stdin(value))).rejects.toThrow(message);
});

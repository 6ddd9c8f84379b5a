import { expect, test } from 'vitest';
import { leaveOut, summarise } from '../../src/roofline/leave-out.ts';
import { device, figure } from './fixtures.ts';

const profiles = [100, 200, 300, 400].map((int8, index) =>
  device(`gpu-${int8}`, { fp16: null, int8, watts: int8, architecture: index < 2 ? 'Turing' : 'Ada' }),
);
const halfOfPeak = (int8: number) => (0.5 * int8 * 1e12) / 8.2e9;
const figures = [100, 200, 300, 400].map((int8) => figure(`gpu-${int8}`, halfOfPeak(int8)));

test('a figure is projected without what is left out with it', () => {
  // One figure is five times too large to agree with the others: its own projection must not know it.
  const odd = [...figures.slice(0, 3), figure('gpu-400', halfOfPeak(400) / 5)];
  const row = leaveOut(profiles, odd, 'device').find(({ evidence }) => evidence.profile.id === 'gpu-400');
  if (row === undefined || 'refused' in row.projection) throw new Error('gpu-400 is not projected');
  expect(row.projection.value / halfOfPeak(400)).toBeCloseTo(1, 1);
  expect((row.plain ?? 0) / halfOfPeak(400)).toBeCloseTo(1, 9);
});

test('without its architecture a small stack refuses', () => {
  const rows = leaveOut(profiles, figures, 'architecture');
  expect(rows).toHaveLength(4);
  expect(summarise(rows)).toMatchObject({ figures: 4, refusedShare: 1, medianError: null, coverage: null });
});

test('a summary counts what is inside, refused and how far off', () => {
  const [evidence] = leaveOut(profiles, figures, 'device').map((row) => row.evidence);
  if (evidence === undefined) throw new Error('nothing was left out');
  const published = evidence.figure.value;
  const answer = (value: number, factor: number) => ({
    evidence,
    plain: published * 1.5,
    projection: {
      value: value * published,
      low: (value * published) / factor,
      high: value * published * factor,
      unit: 'samples/s per accelerator' as const,
      shareOfRoof: 0.5,
      nearest: 'maker' as const,
      modelDevices: 3,
    },
  });
  const refused = { evidence, plain: null, projection: { refused: 'why', code: 'NO_SUPPORT' as const } };
  // Off by 10, 20 and 50 %: the last lies outside of ×/÷ 1.3.
  const summary = summarise([answer(1.1, 1.2), answer(0.8, 1.3), answer(1.5, 1.3), refused]);
  expect(summary).toEqual({
    figures: 4,
    refusedShare: 0.25,
    medianError: expect.closeTo(0.2, 12),
    plainMedianError: expect.closeTo(0.5, 12),
    coverage: 2 / 3,
    medianFactor: expect.closeTo(1.3, 12),
  });
});

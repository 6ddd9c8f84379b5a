import { expect, test } from 'vitest';
import { sampleSizeCommand } from '../../../src/cli/commands/stats-sample-size.ts';
import { main } from '../../../src/cli/main.ts';
import { captureStreams } from '../fixtures/capture-streams.ts';

function asked(percentile: string, confidence = '0.99'): unknown {
  const streams = captureStreams();
  expect(sampleSizeCommand({ percentile, confidence, json: true }, streams)).toBe(0);
  return JSON.parse(streams.out());
}

test('MLPerf’s numbers of queries come out for its percentiles', () => {
  // Inference rules of MLPerf, "Number of queries"; the least is early stopping with one query over the bound.
  expect(asked('90,95,97,99')).toEqual([
    { percentile: 0.9, confidence: 0.99, margin: expect.closeTo(0.005, 12), exact: 23_886, rounded: 24_576, least: 64 },
    {
      percentile: 0.95,
      confidence: 0.99,
      margin: expect.closeTo(0.0025, 12),
      exact: 50_425,
      rounded: 57_344,
      least: 130,
    },
    {
      percentile: 0.97,
      confidence: 0.99,
      margin: expect.closeTo(0.0015, 12),
      exact: 85_811,
      rounded: 90_112,
      least: 219,
    },
    {
      percentile: 0.99,
      confidence: 0.99,
      margin: expect.closeTo(0.0005, 12),
      exact: 262_742,
      rounded: 270_336,
      least: 662,
    },
  ]);
});

test('a lower confidence needs fewer', () => {
  // z of 95 % is 1.959964: (1.959964 / 0.0005)² × 0.99 × 0.01 = 152,121.8.
  expect(asked('99', '0.95')).toMatchObject([{ exact: 152_122, rounded: 155_648 }]);
});

test('the text says both, and percents are not rounded away', async () => {
  const streams = captureStreams();
  expect(await main(['stats', 'sample-size', '--percentile', '99.9'], streams)).toBe(0);
  expect(streams.out()).toBe(
    'p99.9 within ±0.005 % needs 2,654,208 samples at 99 % confidence; it is given from 6,636 on.\n',
  );
});

test.each([
  ['--percentile', '100'],
  ['--percentile', '0'],
  ['--percentile', 'p99'],
  ['--percentile', '90,'],
  ['--confidence', '1'],
])('%s %s is refused by its name', async (option, value) => {
  const streams = captureStreams();
  const percentile = option === '--percentile' ? [] : ['--percentile', '99'];
  expect(await main(['stats', 'sample-size', ...percentile, option, value], streams)).toBe(3);
  expect(streams.err()).toContain(`${option} `);
  expect(streams.err()).toContain('USAGE');
});

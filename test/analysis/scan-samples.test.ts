import { expect, test } from 'vitest';
import { type ReadChunks, type SampleChunk, type SampleVisitor, scanSamples } from '../../src/analysis/scan-samples.ts';
import type { Columns } from '../../src/results/segment-file.ts';

const file = { file: 'samples/a.parquet', rows: 3, sha256: '' };

function columns(...completed: number[]): Columns {
  const zeros = () => new Float64Array(completed.length);
  return {
    items: new Int32Array(completed.length).fill(8),
    kind: new Int32Array(completed.length),
    scheduled: zeros(),
    sent: zeros(),
    started: zeros().fill(0.5),
    completed: Float64Array.from(completed),
    preprocess: zeros(),
    inference: zeros(),
    postprocess: zeros(),
  };
}

function reading(...chunks: Columns[]): ReadChunks {
  return async function* () {
    yield* chunks;
  };
}

class Completions implements SampleVisitor {
  readonly seconds: number[] = [];
  readonly started: number[] = [];
  visit({ completed, started }: SampleChunk): void {
    this.seconds.push(...completed);
    this.started.push(...started);
  }
}

test('every visitor sees every row once, in order', async () => {
  const visitors = [new Completions(), new Completions()];
  await scanSamples(file, reading(columns(1, 2), columns(3)), visitors);
  for (const { seconds, started } of visitors) {
    expect(seconds).toEqual([1, 2, 3]);
    expect(started).toEqual([0.5, 0.5, 0.5]);
  }
});

test('where a file has no column for the start of the service, it is when the query was sent', async () => {
  const { started, ...older } = columns(1, 2, 3);
  const visitor = new Completions();
  await scanSamples(file, reading({ ...older, sent: Float64Array.of(0.25, 0.5, 0.75) }), [visitor]);
  expect(started).toBeDefined();
  expect(visitor.started).toEqual([0.25, 0.5, 0.75]);
});

test('rows and columns that are missing are SAMPLES_CORRUPT, with the name of the file and what is missing', async () => {
  await expect(scanSamples(file, reading(columns(1, 2)), [])).rejects.toMatchObject({
    code: 'SAMPLES_CORRUPT',
    message: expect.stringContaining('samples/a.parquet to have 3 rows, got 2.'),
  });
  const { inference, ...without } = columns(1, 2, 3);
  expect(inference).toHaveLength(3);
  await expect(scanSamples(file, reading(without), [])).rejects.toThrow(
    'a float64 column "inference" of 3 rows, got none.',
  );
  await expect(scanSamples(file, reading({ ...columns(1, 2, 3), sent: new Float64Array(2) }), [])).rejects.toThrow(
    'a float64 column "sent" of 3 rows, got float64 of 2 rows.',
  );
});

import { expect, test } from 'vitest';
import { calibrate } from '../../src/compress/calibrate.ts';
import { calibrationOn } from '../../src/compress/calibration-engine.ts';
import type { LoadForCalibration } from '../../src/compress/watch-values.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { SmallGraph } from '../engine/small-models.ts';

/** `doubled = 2 x`, `y = −doubled` on [count]. */
function doubling(): OnnxModel {
  const graph = new SmallGraph('doubling');
  const x = graph.input('x', 'float32', ['count']);
  const doubled = graph.node('Mul', [x, graph.scalar('two', 2)], { outputs: ['doubled'] });
  return graph.ending(graph.node('Neg', [doubled], { outputs: ['y'] }), ['count']);
}

const feedsOf = (...runs: number[][]) => {
  return () =>
    runs.map((values) => ({ x: { type: 'float32', dims: [values.length], data: Float32Array.from(values) } }));
};

/** The engine of the product; counts how often a model is loaded and let go. */
function counting() {
  const counts = { loaded: 0, disposed: 0 };
  const load: LoadForCalibration = async (model) => {
    counts.loaded += 1;
    const { run, dispose } = await engine(model);
    return {
      run,
      async dispose() {
        counts.disposed += 1;
        await dispose();
      },
    };
  };
  return { load, counts };
}

const engine = calibrationOn(ortCpu);
const minMax = { kind: 'min_max' } as const;

test('ranges span all runs, those of the input and of the output, too', async () => {
  const model = doubling();
  const ranges = await calibrate(model, ['x', 'doubled', 'y'], engine, {
    method: minMax,
    feeds: feedsOf([1, -2], [0.5, 3, 0]),
  });
  expect([...ranges]).toEqual([
    ['x', { low: -2, high: 3 }],
    ['doubled', { low: -4, high: 6 }],
    ['y', { low: -6, high: 4 }],
  ]);
});

test('the model is as it was afterwards', async () => {
  const model = doubling();
  await calibrate(model, ['doubled'], engine, { method: minMax, feeds: feedsOf([1]) });
  expect(model.graph.output.map(({ name }) => name)).toEqual(['y']);
});

test('values that do not fit into one group are taken in several passes over the data, with the same ranges', async () => {
  const [one, many] = [counting(), counting()];
  const values = ['x', 'doubled', 'y'];
  const feeds = feedsOf([1, -2, 5, 7], [9, 0, 0, 1]);
  const atOnce = await calibrate(doubling(), values, one.load, { method: minMax, feeds });
  // Four floats are 16 bytes: one value a group.
  const inTurn = await calibrate(doubling(), values, many.load, { method: minMax, feeds, groupBytes: 16 });
  expect(inTurn).toEqual(atOnce);
  expect(one.counts).toEqual({ loaded: 1, disposed: 1 });
  expect(many.counts).toEqual({ loaded: 3, disposed: 3 });
});

test('a percentile leaves out an outlier that the smallest and largest value keep', async () => {
  const values = [...Array.from({ length: 999 }, (_, index) => index / 1000), 1000];
  const feeds = feedsOf(values);
  const all = await calibrate(doubling(), ['doubled'], engine, { method: minMax, feeds });
  expect(all.get('doubled')).toEqual({ low: 0, high: 2000 });
  const most = await calibrate(doubling(), ['doubled'], engine, { method: { kind: 'percentile', percent: 99 }, feeds });
  // 2000 lies within 2048: a bin is 1 wide. Half a percent are five values, the outlier and the four below 1.998: the bin from 1 to 2 is reached.
  expect(most.get('doubled')).toEqual({ low: 0, high: 2 });
});

test('a value that is not a number is named', async () => {
  const run = calibrate(doubling(), ['x', 'doubled'], engine, { method: minMax, feeds: feedsOf([1], [Number.NaN]) });
  await expect(run).rejects.toMatchObject({
    code: 'CALIBRATION_NOT_FINITE',
    message: expect.stringMatching(/"x" has NaN/),
  });
  const infinite = calibrate(doubling(), ['doubled'], engine, { method: minMax, feeds: feedsOf([3e38]) });
  await expect(infinite).rejects.toMatchObject({ message: expect.stringMatching(/"doubled" has Infinity/) });
});

test('no data is an error and not a range', async () => {
  const run = calibrate(doubling(), ['x'], engine, { method: minMax, feeds: feedsOf() });
  await expect(run).rejects.toMatchObject({ code: 'CALIBRATION_EMPTY' });
});

test('a session is let go of when a run fails', async () => {
  const { load, counts } = counting();
  const feeds = () => [{ wrong: { type: 'float32', dims: [1], data: Float32Array.of(1) } }];
  await expect(calibrate(doubling(), ['y'], load, { method: minMax, feeds })).rejects.toThrow();
  expect(counts).toEqual({ loaded: 1, disposed: 1 });
});

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CalibrationMethod, usualPercentile } from '../../src/compress/calibrate.ts';
import { calibrationOn } from '../../src/compress/calibration-engine.ts';
import { quantizeModel } from '../../src/compress/quantize-model.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { measureAccuracy } from '../../src/engine/proof/accuracy.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import { WorkloadCache } from '../../src/workloads/cache.ts';
import { digits } from '../../src/workloads/digits.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { digitSize, mnistDigits } from '../../src/workloads/mnist-digits.ts';
import { optimizedOperators } from '../engine/backends/ort-dump.ts';
import { writtenModel } from '../engine/small-models.ts';

const cache = new WorkloadCache(mkdtempSync(join(tmpdir(), 'dyno-int8-')));

/** Digits of the training side as the workload's preprocessing makes them, 32 a run. */
function* trainingFeeds(count: number) {
  const training = mnistDigits('training').slice(0, count);
  const pixels = digitSize * digitSize;
  for (let start = 0; start < count; start += 32) {
    const some = training.slice(start, start + 32);
    const data = new Float32Array(some.length * pixels);
    for (const [place, digit] of some.entries()) {
      data.set(
        Float32Array.from(digit.pixels, (value) => (value / 255 - 0.1307) / 0.3081),
        place * pixels,
      );
    }
    yield { image: { type: 'float32', dims: [some.length, 1, digitSize, digitSize], data } };
  }
}

async function accuracyOf(path: string): Promise<number> {
  const { inputs, preprocess, postprocess, ...workload } = await digits.prepare(cache);
  const items = await openItems({ inputs, preprocess, postprocess, ...workload });
  const session = await ortCpu.load(path, {
    fusion: 'on',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    dumpPath: null,
    profilePrefix: null,
  });
  const options = { session, batchSize: 49, inputs, preprocess, postprocess };
  const { value, items: count } = await measureAccuracy(options, items, { metric: 'top1', limit: 2499 });
  await session.dispose();
  expect(count).toBe(2499);
  return value;
}

test.each<[string, CalibrationMethod]>([
  ['the smallest and largest value', { kind: 'min_max' }],
  ['the usual percentile', usualPercentile],
])(
  'digits in 8 bits, by %s of 256 training digits, loses less than a point on the 2,499 held out',
  async (_title, method) => {
    const { model: prepared } = await digits.prepare(cache);
    const model = readModel(prepared.path);
    const feeds = () => trainingFeeds(256);
    await quantizeModel(model, { method, feeds, load: calibrationOn(ortCpu), sourceSha256: prepared.sha256 });
    const operators = await optimizedOperators(model, 'all', '');
    expect(operators).toMatchObject({ 'com.microsoft:QLinearConv': 4, 'com.microsoft:QGemm': 1 });
    expect(Object.keys(operators).filter((name) => /^(com.microsoft.nchwc:)?(Fused)?(Conv|Gemm)$/.test(name))).toEqual(
      [],
    );
    const [before, after] = [await accuracyOf(prepared.path), await accuracyOf(writtenModel(model))];
    expect(before).toBeGreaterThan(0.985);
    expect(after).toBeGreaterThan(before - 0.01);
  },
);

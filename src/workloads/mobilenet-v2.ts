import { buildMobilenetV2 } from './mobilenet-v2-model.ts';
import { photographClassifier } from './photograph-classifier.ts';

/** MobileNetV2 on photographs. */
export const mobilenetV2 = photographClassifier({
  name: 'mobilenet-v2',
  title: 'MobileNetV2 1.0',
  description:
    'A small classifier of depthwise convolutions, exact in layers, with seeded random weights, on nine photographs: speed and fidelity, no accuracy.',
  model: { parameters: 3_504_872, multiplyAdds: 300_774_272, bytes: 14_196_888 },
  seed: 2,
  version: 1,
  build: buildMobilenetV2,
});

import { photographClassifier } from './photograph-classifier.ts';
import { buildResnet } from './resnet-model.ts';

/** ResNet-50 on photographs. */
export const resnet50 = photographClassifier({
  name: 'resnet50',
  title: 'ResNet-50 v1.5',
  description:
    'The image classifier of MLPerf, exact in layers, with seeded random weights, on nine photographs: speed and fidelity, no accuracy.',
  model: { parameters: 25_557_032, multiplyAdds: 4_089_184_256, bytes: 102_479_278 },
  publishedAs: 'resnet50-v1.5',
  seed: 50,
  version: 1,
  build: (seed) => buildResnet(50, seed),
});

import { photographClassifier } from './photograph-classifier.ts';
import { buildResnet } from './resnet-model.ts';

/** ResNet-152 on photographs. */
export const resnet152 = photographClassifier({
  name: 'resnet152',
  title: 'ResNet-152 v1.5',
  description:
    'Three times as deep as ResNet-50, exact in layers, with seeded random weights, on nine photographs: speed and fidelity, no accuracy.',
  model: { parameters: 60_192_808, multiplyAdds: 11_513_626_624, bytes: 241_492_208 },
  seed: 152,
  version: 1,
  build: (seed) => buildResnet(152, seed),
});

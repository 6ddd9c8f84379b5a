import { asOldExport } from './old-export.ts';
import { photographClassifier } from './photograph-classifier.ts';
import { buildResnet } from './resnet-model.ts';

/** The network and the weights of `resnet50`, written down in a way that keeps engines from fusing: what hygiene is worth. */
export const resnet50Exported = photographClassifier({
  name: 'resnet50-exported',
  title: 'ResNet-50 v1.5, old export',
  description:
    'resnet50 as exporters wrote it in 2019: weights are listed as inputs, which keeps engines from folding the normalisations.',
  model: { parameters: 25_557_032, multiplyAdds: 4_089_184_256, bytes: 102_491_558 },
  publishedAs: 'resnet50-v1.5',
  seed: 50,
  version: 1,
  build: (seed) => asOldExport(buildResnet(50, seed)),
});

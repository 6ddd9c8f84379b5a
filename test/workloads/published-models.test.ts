import { expect, test } from 'vitest';
import { bertBase } from '../../src/workloads/bert-base.ts';
import { mobilenetV2 } from '../../src/workloads/mobilenet-v2.ts';
import { resnet50 } from '../../src/workloads/resnet50.ts';
import { resnet152 } from '../../src/workloads/resnet152.ts';
import { ssdlite } from '../../src/workloads/ssdlite.ts';

/*
 * What a workload says of its model is compared with the model's graph in builtin-workloads.test.ts; here it is compared with what
 * others published of the architecture.
 */

test.each([
  // torchvision 0.20, `num_params` and `_ops` (GMAC, to three places) of the weights' metadata, torchvision/models/{resnet,mobilenetv2}.py
  { workload: resnet50, parameters: 25_557_032, giga: 4.089 },
  { workload: resnet152, parameters: 60_192_808, giga: 11.514 },
  { workload: mobilenetV2, parameters: 3_504_872, giga: 0.301 },
])('$workload.name has the parameters and multiply-adds that torchvision states', ({ workload, parameters, giga }) => {
  expect(workload.model.parameters).toBe(parameters);
  expect((workload.model.multiplyAdds ?? 0) / 1e9).toBeCloseTo(giga, 3);
});

test('SSDLite on MobileNetV2 has the 4.3 M parameters and 0.8 B multiply-adds of the paper (Sandler et al., table 6)', () => {
  expect((ssdlite.model.parameters / 1e6).toFixed(1)).toBe('4.3');
  expect(((ssdlite.model.multiplyAdds ?? 0) / 1e9).toFixed(1)).toBe('0.8');
});

test('BERT-base has the parameters of bert-base-uncased, and multiply-adds within 1 % of the 22.5 B operations at 128 tokens of TinyBERT', () => {
  // huggingface.co/bert-base-uncased without its language-model head: 109,482,240.
  expect(bertBase.model.parameters).toBe(109_482_240);
  // Jiao et al., "TinyBERT", table 1: 22.5 B floating-point operations, two for each multiply-add.
  expect(Math.abs((2 * (bertBase.model.multiplyAdds ?? 0)) / 22.5e9 - 1)).toBeLessThan(0.01);
});

import type { OnnxModel } from '../graph/onnx-message.ts';
import { ConvolutionNetwork } from './convolution-network.ts';

/** Blocks of the four stages: He et al., "Deep Residual Learning for Image Recognition", table 1. */
const blocksOfStages = { 50: [3, 4, 6, 3], 152: [3, 8, 36, 3] } as const;

/** Inner width of a block of each stage (same table). */
const widths = [64, 128, 256, 512] as const;

/** A block's output is this many times as wide as its 3×3 convolution. */
const expansion = 4;

/**
 * Scale of the normalisation that ends each residual branch. With 1, as in training from scratch, every one of the 16 additions of
 * ResNet-50 would double or triple the variance of the sum and the last stage would end in the ten thousands; with 0.3 the sum
 * grows by about a fifth a block and all values stay within a few tens. ResNet-152 has three times as many: the variance that a
 * block adds is divided by that.
 */
const branchScales = { 50: 0.3, 152: 0.17 } as const;

/**
 * ResNet v1.5 for images of 224 × 224 (the stride stands in the 3×3 convolution, as in torchvision and MLPerf) with random weights from a
 * seed (`ConvolutionNetwork`). With 50 layers 25,557,032 parameters and 4,089,184,256 multiply-adds, with 152 layers 60,192,808
 * and 11,513,626,624.
 *
 * Input `image` float32 [batch, 3, 224, 224], output `logits` float32 [batch, 1000]; opset 13, nothing folded.
 */
export function buildResnet(layers: 50 | 152, seed: number): OnnxModel {
  const network = new ConvolutionNetwork(`resnet${layers}`, seed);
  const { graph } = network;
  let x = graph.input('image', 'float32', ['batch', 3, 224, 224]);
  x = network.convolution('stem', x, { inputs: 3, outputs: 64, kernel: 7, stride: 2 });
  x = network.relu('stem.relu', x);
  x = graph.node('MaxPool', [x], {
    name: 'stem.pool',
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  });

  let channels = 64;
  for (const [index, blocks] of blocksOfStages[layers].entries()) {
    const width = widths[index] ?? 0;
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 && index > 0 ? 2 : 1;
      const name = `stage${index + 1}.block${block + 1}`;
      x = residualBlock(network, name, x, { inputs: channels, width, stride, branchScale: branchScales[layers] });
      channels = width * expansion;
    }
  }

  graph.output(network.classifier(x, channels, 1000, 'logits'), 'float32', ['batch', 1000]);
  return graph.model({ opset: 13, metadata: { weights: 'random' } });
}

/** 1×1 to `width`, 3×3 with the stride, 1×1 to `width · 4`, added to the input or, where the shape changes, to its projection. */
function residualBlock(
  network: ConvolutionNetwork,
  name: string,
  input: string,
  { inputs, width, stride, branchScale }: { inputs: number; width: number; stride: number; branchScale: number },
): string {
  const outputs = width * expansion;
  let x = network.convolution(`${name}.reduce`, input, { inputs, outputs: width, kernel: 1, stride: 1 });
  x = network.relu(`${name}.relu1`, x);
  x = network.convolution(`${name}.spatial`, x, { inputs: width, outputs: width, kernel: 3, stride });
  x = network.relu(`${name}.relu2`, x);
  x = network.convolution(`${name}.expand`, x, { inputs: width, outputs, kernel: 1, stride: 1, scale: branchScale });
  const shortcut =
    inputs === outputs && stride === 1
      ? input
      : network.convolution(`${name}.project`, input, { inputs, outputs, kernel: 1, stride, scale: Math.SQRT1_2 });
  return network.relu(`${name}.relu3`, network.graph.node('Add', [x, shortcut], { name: `${name}.add` }));
}

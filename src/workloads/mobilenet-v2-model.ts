import type { OnnxModel } from '../graph/onnx-message.ts';
import { ConvolutionNetwork } from './convolution-network.ts';

/** Expansion, channels, blocks and first stride of the stages: Sandler et al., "MobileNetV2", table 2. */
const stages = [
  { expansion: 1, channels: 16, blocks: 1, stride: 1 },
  { expansion: 6, channels: 24, blocks: 2, stride: 2 },
  { expansion: 6, channels: 32, blocks: 3, stride: 2 },
  { expansion: 6, channels: 64, blocks: 4, stride: 2 },
  { expansion: 6, channels: 96, blocks: 3, stride: 1 },
  { expansion: 6, channels: 160, blocks: 3, stride: 2 },
  { expansion: 6, channels: 320, blocks: 1, stride: 1 },
] as const;

/** Channels of the features of MobileNetV2. */
export const mobilenetV2Channels = { stride16: 576, stride32: 1280 } as const;

/** Features of an image, at two scales. */
interface Features {
  /** The widened input of the first block that halves to 1/32: 576 channels at 1/16 of the image. */
  readonly stride16: string;
  /** The last ones: 1280 channels at 1/32 of the image. */
  readonly stride32: string;
}

/**
 * MobileNetV2 1.0 for images of 224 × 224 with random weights from a seed (`ConvolutionNetwork`): 3,504,872 parameters and 300,774,272
 * multiply-adds, as torchvision counts.
 *
 * Input `image` float32 [batch, 3, 224, 224], output `logits` float32 [batch, 1000]; opset 13, nothing folded.
 */
export function buildMobilenetV2(seed: number): OnnxModel {
  const network = new ConvolutionNetwork('mobilenet-v2', seed);
  const { graph } = network;
  const image = graph.input('image', 'float32', ['batch', 3, 224, 224]);
  const { stride32 } = mobilenetV2Features(network, image);
  graph.output(network.classifier(stride32, mobilenetV2Channels.stride32, 1000, 'logits'), 'float32', ['batch', 1000]);
  return graph.model({ opset: 13, metadata: { weights: 'random' } });
}

/** Everything of MobileNetV2 but its classifier. */
export function mobilenetV2Features(network: ConvolutionNetwork, image: string): Features {
  let x = network.convolution('stem', image, { inputs: 3, outputs: 32, kernel: 3, stride: 2 });
  x = network.relu6('stem.relu', x);
  let inputs = 32;
  let stride16 = '';
  for (const [index, { expansion, channels, blocks, stride: first }] of stages.entries()) {
    for (let block = 0; block < blocks; block++) {
      const name = `stage${index + 1}.block${block + 1}`;
      const stride = block === 0 ? first : 1;
      const { widened, output } = invertedResidual(network, name, x, { inputs, channels, expansion, stride });
      if (channels === 160 && block === 0) stride16 = widened;
      x = output;
      inputs = channels;
    }
  }
  const outputs = mobilenetV2Channels.stride32;
  x = network.convolution('head', x, { inputs, outputs, kernel: 1, stride: 1 });
  return { stride16, stride32: network.relu6('head.relu', x) };
}

/** 1×1 that widens, 3×3 depthwise with the stride, 1×1 that narrows without activation; added to the input where the shape stays. */
function invertedResidual(
  network: ConvolutionNetwork,
  name: string,
  input: string,
  shape: { inputs: number; channels: number; expansion: number; stride: number },
): { widened: string; output: string } {
  const { inputs, channels, expansion, stride } = shape;
  const hidden = inputs * expansion;
  let widened = input;
  if (expansion > 1) {
    widened = network.convolution(`${name}.expand`, input, { inputs, outputs: hidden, kernel: 1, stride: 1 });
    widened = network.relu6(`${name}.relu1`, widened);
  }
  const depthwise = { inputs: hidden, outputs: hidden, kernel: 3, stride, groups: hidden };
  let x = network.convolution(`${name}.depthwise`, widened, depthwise);
  x = network.relu6(`${name}.relu2`, x);
  const keepsShape = stride === 1 && inputs === channels;
  // A sum of two must not be wider than its first: what is added to an input is scaled down.
  const scale = keepsShape ? 0.5 : 1;
  x = network.convolution(`${name}.narrow`, x, { inputs: hidden, outputs: channels, kernel: 1, stride: 1, scale });
  return { widened, output: keepsShape ? network.graph.node('Add', [input, x], { name: `${name}.add` }) : x };
}

import type { OnnxModel } from '../graph/onnx-message.ts';
import { ConvolutionNetwork } from './convolution-network.ts';
import { mobilenetV2Channels, mobilenetV2Features } from './mobilenet-v2-model.ts';
import { anchorBoxes, featureMaps } from './ssd-anchors.ts';

/** The 80 classes of COCO and, as class 0, none of them. */
export const ssdliteClasses = 81;

/** Side of the image in pixels. */
export const ssdliteSize = 320;

/** Further feature maps, each half the size of the one before: narrowed by 1×1, halved by 3×3 depthwise, widened by 1×1. */
const extraMaps = [
  { narrow: 256, channels: 512 },
  { narrow: 128, channels: 256 },
  { narrow: 128, channels: 256 },
  { narrow: 64, channels: 128 },
] as const;

/**
 * Bias of the scores, so that untrained as well about one box in a hundred has one: −log((1 − π) / π) with π = 0.01, as Lin et al., "Focal
 * Loss for Dense Object Detection", section 4.1, begin training. With 0, every box would have every class at one half.
 */
const scoreBias = -Math.log(99);

/** Deviation of the predictors' weights: such that some sixty to ninety boxes of a photograph score above a quarter, for the suppression to work on. */
const predictorDeviation = 0.02;

/** The boxes' numbers are differences to an anchor, divided by these (Liu et al., SSD; variances 0.1 and 0.2). */
const centreVariance = 0.1;
const sizeVariance = 0.2;

/**
 * SSDLite on MobileNetV2 (Sandler et al., "MobileNetV2", section 6.2 and table 6: 4.3 M parameters, 0.8 B multiply-adds) for images of
 * 320 × 320 and the classes of COCO, with random weights from a seed (`ConvolutionNetwork`). Boxes are decoded in the graph;
 * non-maximum suppression is left to the postprocessing.
 *
 * Input `image` float32 [batch, 3, 320, 320]; outputs `boxes` float32 [batch, 2034, 4] (centre x, centre y, width, height, as shares of
 * the image) and `scores` float32 [batch, 2034, 81] (logits of a sigmoid; class 0 is none). Opset 13, nothing folded.
 */
export function buildSsdlite(seed: number): OnnxModel {
  const network = new ConvolutionNetwork('ssdlite-mobilenet-v2', seed);
  const { graph } = network;
  const image = graph.input('image', 'float32', ['batch', 3, ssdliteSize, ssdliteSize]);
  const maps = allMaps(network, image);
  const predictions = maps.map(({ value, channels }, index) => {
    const anchors = featureMaps[index]?.anchors ?? 0;
    return {
      boxes: predictor(network, `map${index + 1}.boxes`, value, { channels, anchors, numbers: 4, bias: 0 }),
      scores: predictor(network, `map${index + 1}.scores`, value, {
        channels,
        anchors,
        numbers: ssdliteClasses,
        bias: scoreBias,
      }),
    };
  });
  const joined = (what: 'boxes' | 'scores', output: string) =>
    graph.node(
      'Concat',
      predictions.map((prediction) => prediction[what]),
      { name: `${what}.all`, outputs: [output], attributes: { axis: 1 } },
    );
  const scores = joined('scores', 'scores');
  const boxes = decodeBoxes(network, joined('boxes', 'differences'));
  const anchorCount = anchorBoxes().length / 4;
  graph.output(boxes, 'float32', ['batch', anchorCount, 4]);
  graph.output(scores, 'float32', ['batch', anchorCount, ssdliteClasses]);
  return graph.model({ opset: 13, metadata: { weights: 'random' } });
}

interface FeatureMap {
  readonly value: string;
  readonly channels: number;
}

function allMaps(network: ConvolutionNetwork, image: string): readonly FeatureMap[] {
  const { stride16, stride32 } = mobilenetV2Features(network, image);
  let last: FeatureMap = { value: stride32, channels: mobilenetV2Channels.stride32 };
  const maps: FeatureMap[] = [{ value: stride16, channels: mobilenetV2Channels.stride16 }, last];
  for (const [index, { narrow, channels }] of extraMaps.entries()) {
    const name = `extra${index + 1}`;
    let x = network.convolution(`${name}.narrow`, last.value, {
      inputs: last.channels,
      outputs: narrow,
      kernel: 1,
      stride: 1,
    });
    x = network.relu6(`${name}.relu1`, x);
    const halving = { inputs: narrow, outputs: narrow, kernel: 3, stride: 2, groups: narrow };
    x = network.relu6(`${name}.relu2`, network.convolution(`${name}.halve`, x, halving));
    x = network.convolution(`${name}.widen`, x, { inputs: narrow, outputs: channels, kernel: 1, stride: 1 });
    last = { value: network.relu6(`${name}.relu3`, x), channels };
    maps.push(last);
  }
  return maps;
}

/** 3×3 depthwise and 1×1: `numbers` for each anchor, as [batch, anchors of the map, numbers]. */
function predictor(
  network: ConvolutionNetwork,
  name: string,
  input: string,
  { channels, anchors, numbers, bias }: { channels: number; anchors: number; numbers: number; bias: number },
): string {
  const { graph } = network;
  const depthwise = { inputs: channels, outputs: channels, kernel: 3, stride: 1, groups: channels };
  let x = network.relu6(`${name}.relu`, network.convolution(`${name}.depthwise`, input, depthwise));
  x = network.projection(name, x, {
    inputs: channels,
    outputs: anchors * numbers,
    deviation: predictorDeviation,
    bias,
  });
  x = graph.node('Transpose', [x], { name: `${name}.last`, attributes: { perm: [0, 2, 3, 1] } });
  const shape = graph.constant(`${name}.shape`, 'int64', [3], BigInt64Array.of(0n, -1n, BigInt(numbers)));
  // A 0 takes the batch from the input.
  return graph.node('Reshape', [x, shape], { name: `${name}.list` });
}

/** Centre = anchor's centre + difference · 0.1 · its size; size = anchor's size · exp(difference · 0.2). */
function decodeBoxes(network: ConvolutionNetwork, differences: string): string {
  const { graph } = network;
  const anchors = anchorBoxes();
  const count = anchors.length / 4;
  const part = (name: string, first: number): string =>
    graph.constant(
      name,
      'float32',
      [1, count, 2],
      Float32Array.from({ length: 2 * count }, (_, i) => anchors[4 * (i >> 1) + first + (i & 1)] ?? 0),
    );
  const centres = part('anchors.centres', 0);
  const sizes = part('anchors.sizes', 2);
  const variance = (name: string, value: number) => graph.constant(name, 'float32', [], Float32Array.of(value));
  const halves = graph.constant('halves', 'int64', [2], BigInt64Array.of(2n, 2n));
  graph.node('Split', [differences, halves], {
    name: 'boxes.split',
    outputs: ['differences.centre', 'differences.size'],
    attributes: { axis: 2 },
  });
  let centre = graph.node('Mul', ['differences.centre', variance('variance.centre', centreVariance)]);
  centre = graph.node('Add', [graph.node('Mul', [centre, sizes]), centres]);
  let size = graph.node('Mul', ['differences.size', variance('variance.size', sizeVariance)]);
  size = graph.node('Mul', [graph.node('Exp', [size]), sizes]);
  return graph.node('Concat', [centre, size], { name: 'boxes.join', outputs: ['boxes'], attributes: { axis: 2 } });
}

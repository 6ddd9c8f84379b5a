import { Float, GraphBuilder } from '../graph/builder.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { type Generator, generator, normal, uniform } from '../stats/random.ts';

/** Blocks and inner width of the four stages: He et al., "Deep Residual Learning for Image Recognition", table 1. */
const stages = [
  { blocks: 3, width: 64 },
  { blocks: 4, width: 128 },
  { blocks: 6, width: 256 },
  { blocks: 3, width: 512 },
] as const;

/** A block's output is this many times as wide as its 3×3 convolution. */
const expansion = 4;

/**
 * Scale of the normalisation that ends each residual branch. With 1, as in training from scratch, every one of the 16 additions
 * would double or triple the variance of the sum and the last stage would end in the ten thousands; with 0.3 the sum grows by
 * about a fifth a block and all values stay within a few tens.
 */
const branchScale = 0.3;

/**
 * ResNet-50 v1.5 for images of 224 × 224 (the stride stands in the 3×3 convolution, as in torchvision and MLPerf) with random
 * weights from a seed: exact in layers, 25,557,032 parameters and 4,089,184,256 multiply-adds, so that it takes the time of the
 * trained model; its answers mean nothing.
 *
 * Convolutions have He's normal weights (deviation √(2 / inputs)); normalisations have seeded scales, shifts, means and variances
 * near 1, 0, 0 and 1, so that a fusion that mixes them up changes the outputs.
 *
 * Input `image` float32 [batch, 3, 224, 224], output `logits` float32 [batch, 1000]; opset 13, nothing folded.
 */
export function buildResnet50(seed: number): OnnxModel {
  const network = new Resnet(generator(seed));
  return network.build();
}

class Resnet {
  readonly #graph = new GraphBuilder('resnet50');
  readonly #random: Generator;

  constructor(random: Generator) {
    this.#random = random;
  }

  build(): OnnxModel {
    const graph = this.#graph;
    let x = graph.input('image', 'float32', ['batch', 3, 224, 224]);
    x = this.#convolution('stem', x, { inputs: 3, outputs: 64, kernel: 7, stride: 2 });
    x = this.#relu('stem.relu', x);
    x = graph.node('MaxPool', [x], {
      name: 'stem.pool',
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    });

    let channels = 64;
    for (const [index, { blocks, width }] of stages.entries()) {
      for (let block = 0; block < blocks; block++) {
        const stride = block === 0 && index > 0 ? 2 : 1;
        x = this.#block(`stage${index + 1}.block${block + 1}`, x, channels, width, stride);
        channels = width * expansion;
      }
    }

    x = graph.node('GlobalAveragePool', [x], { name: 'pool' });
    x = graph.node('Flatten', [x], { name: 'flatten', attributes: { axis: 1 } });
    const weight = graph.constant(
      'dense.weight',
      'float32',
      [1000, channels],
      this.#normals(1000 * channels, 1 / Math.sqrt(channels)),
    );
    const bias = graph.constant('dense.bias', 'float32', [1000], this.#normals(1000, 0.01));
    x = graph.node('Gemm', [x, weight, bias], { name: 'dense', outputs: ['logits'], attributes: { transB: 1 } });
    graph.output(x, 'float32', ['batch', 1000]);
    return graph.model({ opset: 13, metadata: { weights: 'random' } });
  }

  /** 1×1 to `width`, 3×3 with the stride, 1×1 to `width · 4`, added to the input or, where the shape changes, to its projection. */
  #block(name: string, input: string, inputs: number, width: number, stride: number): string {
    const outputs = width * expansion;
    let x = this.#convolution(`${name}.reduce`, input, { inputs, outputs: width, kernel: 1, stride: 1 });
    x = this.#relu(`${name}.relu1`, x);
    x = this.#convolution(`${name}.spatial`, x, { inputs: width, outputs: width, kernel: 3, stride });
    x = this.#relu(`${name}.relu2`, x);
    x = this.#convolution(`${name}.expand`, x, { inputs: width, outputs, kernel: 1, stride: 1, scale: branchScale });
    const shortcut =
      inputs === outputs && stride === 1
        ? input
        : this.#convolution(`${name}.project`, input, { inputs, outputs, kernel: 1, stride, scale: Math.SQRT1_2 });
    return this.#relu(`${name}.relu3`, this.#graph.node('Add', [x, shortcut], { name: `${name}.add` }));
  }

  /** Convolution without bias and its batch normalisation, as they are trained. */
  #convolution(
    name: string,
    input: string,
    {
      inputs,
      outputs,
      kernel,
      stride,
      scale = 1,
    }: { inputs: number; outputs: number; kernel: number; stride: number; scale?: number },
  ): string {
    const graph = this.#graph;
    const fanIn = inputs * kernel * kernel;
    const weight = graph.constant(
      `${name}.weight`,
      'float32',
      [outputs, inputs, kernel, kernel],
      this.#normals(outputs * fanIn, Math.sqrt(2 / fanIn)),
    );
    const padding = (kernel - 1) / 2;
    const convolved = graph.node('Conv', [input, weight], {
      name: `${name}.conv`,
      attributes: {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [padding, padding, padding, padding],
      },
    });
    const perChannel = (what: string, draw: () => number) =>
      graph.constant(`${name}.${what}`, 'float32', [outputs], Float32Array.from({ length: outputs }, draw));
    const around = (middle: number, width: number) => () => middle + (2 * uniform(this.#random) - 1) * width;
    return graph.node(
      'BatchNormalization',
      [
        convolved,
        perChannel('scale', around(scale, 0.1 * scale)),
        perChannel('shift', around(0, 0.1)),
        perChannel('mean', around(0, 0.1)),
        perChannel('variance', around(1, 0.1)),
      ],
      { name: `${name}.norm`, attributes: { epsilon: new Float(1e-5) } },
    );
  }

  #relu(name: string, input: string): string {
    return this.#graph.node('Relu', [input], { name });
  }

  #normals(count: number, deviation: number): Float32Array {
    const values = new Float32Array(count);
    for (let index = 0; index < count; index++) values[index] = normal(this.#random) * deviation;
    return values;
  }
}

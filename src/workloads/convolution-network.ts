import { Float, GraphBuilder } from '../graph/builder.ts';
import { type Generator, generator, normal, uniform } from '../stats/random.ts';

/** A convolution without bias and the batch normalisation behind it. */
export interface ConvolutionShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  /** 1: every output sees every input. `inputs`: depthwise, every output sees its own input alone. */
  readonly groups?: number;
  /** Middle of the scales of the normalisation. */
  readonly scale?: number;
}

/**
 * Builds convolutional networks with random weights from a seed: exact in layers, so that they take the time of the trained
 * network; their answers mean nothing.
 *
 * Convolutions have He's normal weights (deviation √(2 / inputs of a dot product)); normalisations have seeded scales, shifts, means and
 * variances near 1, 0, 0 and 1, so that a fusion that mixes them up changes the outputs. Nothing is folded. Every method takes and
 * returns names of values; the order of the calls determines the weights.
 */
export class ConvolutionNetwork {
  readonly graph: GraphBuilder;
  readonly #random: Generator;

  constructor(name: string, seed: number) {
    this.graph = new GraphBuilder(name);
    this.#random = generator(seed);
  }

  /** Convolution and batch normalisation as they are trained, padded so that stride 1 keeps the size (odd kernels). */
  convolution(name: string, input: string, shape: ConvolutionShape): string {
    const { inputs, outputs, kernel, stride, groups = 1, scale = 1 } = shape;
    const { graph } = this;
    const fanIn = (inputs / groups) * kernel * kernel;
    const weight = graph.constant(
      `${name}.weight`,
      'float32',
      [outputs, inputs / groups, kernel, kernel],
      this.normals(outputs * fanIn, Math.sqrt(2 / fanIn)),
    );
    const padding = (kernel - 1) / 2;
    const convolved = graph.node('Conv', [input, weight], {
      name: `${name}.conv`,
      attributes: {
        ...(groups === 1 ? {} : { group: groups }),
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

  /** 1×1 convolution with a bias and nothing behind it, as predictors have it. Biases are near `bias`. */
  projection(
    name: string,
    input: string,
    shape: { readonly inputs: number; readonly outputs: number; readonly deviation: number; readonly bias: number },
  ): string {
    const { inputs, outputs, deviation, bias } = shape;
    const { graph } = this;
    const weight = graph.constant(
      `${name}.weight`,
      'float32',
      [outputs, inputs, 1, 1],
      this.normals(outputs * inputs, deviation),
    );
    const shift = this.normals(outputs, 0.01).map((value) => value + bias);
    return graph.node('Conv', [input, weight, graph.constant(`${name}.bias`, 'float32', [outputs], shift)], {
      name: `${name}.conv`,
      attributes: { kernel_shape: [1, 1] },
    });
  }

  relu(name: string, input: string): string {
    return this.graph.node('Relu', [input], { name });
  }

  /** min(max(x, 0), 6), as PyTorch exports it. */
  relu6(name: string, input: string): string {
    const { graph } = this;
    const bound = (what: string, value: number) =>
      graph.constant(`${name}.${what}`, 'float32', [], Float32Array.of(value));
    return graph.node('Clip', [input, bound('low', 0), bound('high', 6)], { name });
  }

  /** Mean over the picture, then a dense layer: the end of a classifier. */
  classifier(input: string, inputs: number, classes: number, output: string): string {
    const { graph } = this;
    const pooled = graph.node('GlobalAveragePool', [input], { name: 'pool' });
    const flat = graph.node('Flatten', [pooled], { name: 'flatten', attributes: { axis: 1 } });
    const weight = graph.constant(
      'dense.weight',
      'float32',
      [classes, inputs],
      this.normals(classes * inputs, 1 / Math.sqrt(inputs)),
    );
    const bias = graph.constant('dense.bias', 'float32', [classes], this.normals(classes, 0.01));
    return graph.node('Gemm', [flat, weight, bias], { name: 'dense', outputs: [output], attributes: { transB: 1 } });
  }

  /** `count` numbers of a normal distribution around 0. */
  normals(count: number, deviation: number): Float32Array {
    const values = new Float32Array(count);
    for (let index = 0; index < count; index++) values[index] = normal(this.#random) * deviation;
    return values;
  }
}

import { Float, GraphBuilder } from '../../../src/graph/builder.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { type Generator, generator, integer, normal, uniform } from '../../../src/stats/random.ts';

/** A value of the graph under construction: pictures are [2, channels, size, size], rows [2, width]. */
interface Value {
  readonly name: string;
  readonly dims: readonly number[];
}

/**
 * A graph of about 10 to 40 nodes from a seed: convolutions (grouped, depthwise, transposed, dilated, with and without bias) with and without
 * normalisation, activation and scales behind them, sums of branches, products, dense layers, GELU and layer normalisation in their parts,
 * hard swish, nodes that do nothing, subexpressions that repeat, shapes that are computed, constants on constants, dead ends, and intermediate values
 * that are used twice or are outputs: what passes find, beside what looks like it and is not.
 */
export function randomGraph(seed: number): OnnxModel {
  return new RandomGraph(seed).build();
}

class RandomGraph {
  readonly #graph: GraphBuilder;
  readonly #random: Generator;
  readonly #isDynamic: boolean;
  #count = 0;

  constructor(seed: number) {
    this.#graph = new GraphBuilder(`random-${seed}`);
    this.#random = generator(seed);
    this.#isDynamic = this.#chance(0.5);
  }

  build(): OnnxModel {
    const graph = this.#graph;
    const batch = this.#isDynamic ? 'batch' : 2;
    const pictures: Value[] = [{ name: graph.input('x', 'float32', [batch, 4, 6, 6]), dims: [2, 4, 6, 6] }];
    for (let step = 3 + this.#below(5); step > 0; step--) pictures.push(this.#pictureStep(this.#pick(pictures)));
    const last = pictures.at(-1) ?? this.#pick(pictures);
    let row = this.#flat(last);
    for (let step = 1 + this.#below(4); step > 0; step--) row = this.#rowStep(row);

    // Some intermediate values are outputs as well: they must keep their names and values.
    const outputs = new Map(
      [row, ...pictures.slice(1).filter(() => this.#chance(0.2))].map((value) => [value.name, value]),
    );
    for (const { name, dims } of outputs.values()) graph.output(name, 'float32', [batch, ...dims.slice(1)]);
    return graph.model({ opset: 17 });
  }

  #pictureStep(x: Value): Value {
    const steps = [
      () => this.#convolution(x),
      () => this.#convolution(x),
      () => this.#transposed(x),
      () => this.#residual(x),
      () => this.#activation(x),
      () => this.#idle(x),
      () => this.#repeated(x),
      () => this.#byChannel(x),
      () => this.#hardSwish(x),
      () => this.#convolution(this.#byChannel(x)),
      () => this.#reshapedBack(x),
      () => this.#constantWork(x),
    ];
    const made = this.#pick(steps)();
    // A dead end, now and then.
    if (this.#chance(0.15)) this.#node('Neg', [made.name]);
    return made;
  }

  #rowStep(x: Value): Value {
    return this.#pick([
      () => this.#dense(x),
      () => this.#dense(x),
      () => this.#gelu(x),
      () => this.#layerNorm(x),
      () => this.#idle(x),
    ])();
  }

  #convolution(x: Value): Value {
    const [, channels = 0, size = 0] = x.dims;
    const group = this.#pick([1, 1, 2, channels].filter((count) => channels % count === 0));
    const outputs = group * (1 + this.#below(3));
    const weight = this.#constant([outputs, channels / group, 3, 3], 1 / Math.sqrt((9 * channels) / group));
    const bias = this.#chance(0.5) ? [this.#constant([outputs], 0.5)] : [];
    const dilation = size > 4 && this.#chance(0.2) ? 2 : 1;
    const pads = Array.from({ length: 4 }, () => dilation);
    const convolved = this.#node('Conv', [x.name, weight, ...bias], { group, pads, dilations: [dilation, dilation] });
    return this.#behind({ name: convolved, dims: [2, outputs, size, size] });
  }

  #transposed(x: Value): Value {
    const [, channels = 0, size = 0] = x.dims;
    const group = channels % 2 === 0 && this.#chance(0.5) ? 2 : 1;
    const perGroup = 1 + this.#below(3);
    const weight = this.#constant([channels, perGroup, 3, 3], 1 / Math.sqrt((9 * channels) / group));
    const made = this.#node('ConvTranspose', [x.name, weight], { group, pads: [1, 1, 1, 1] });
    return this.#behind({ name: made, dims: [2, perGroup * group, size, size] });
  }

  /** What may stand behind something linear: normalisation, scale, activation; the value in between may be used again. */
  #behind(x: Value): Value {
    const [, channels = 0] = x.dims;
    let y = x;
    if (this.#chance(0.6)) {
      const around = (middle: number) => this.#constant([channels], 0.2, middle);
      const variance = this.#positive(channels);
      const inputs = [y.name, around(1), around(0), around(0), variance];
      y = { ...y, name: this.#node('BatchNormalization', inputs, { epsilon: new Float(1e-3) }) };
    }
    if (this.#chance(0.3)) y = this.#byChannel(y);
    if (this.#chance(0.15)) y = { ...y, name: this.#node('Add', [y.name, x.name]) };
    return this.#chance(0.6) ? this.#activation(y) : y;
  }

  #byChannel(x: Value): Value {
    const [, channels = 0] = x.dims;
    const spread =
      x.dims.length === 4
        ? this.#pick([[1, channels, 1, 1], [channels, 1, 1], [1], []])
        : this.#pick([[channels], [1, channels], []]);
    const constant = this.#constant(spread, 0.3, 1);
    const operator = this.#pick(['Add', 'Mul', 'Sub', 'Div']);
    const operands = operator === 'Sub' && this.#chance(0.5) ? [constant, x.name] : [x.name, constant];
    return { ...x, name: this.#node(operator, operands) };
  }

  #activation(x: Value): Value {
    const operator = this.#pick(['Relu', 'Relu', 'Sigmoid', 'Tanh', 'LeakyRelu', 'HardSigmoid', 'Clip']);
    const inputs = operator === 'Clip' ? [x.name, this.#number(-0.5), this.#number(1)] : [x.name];
    return { ...x, name: this.#node(operator, inputs) };
  }

  #residual(x: Value): Value {
    const [, channels = 0] = x.dims;
    const weight = this.#constant([channels, channels, 1, 1], 1 / Math.sqrt(channels));
    const convolved = this.#node('Conv', [x.name, weight]);
    const sum = this.#node('Add', this.#chance(0.5) ? [convolved, x.name] : [x.name, convolved]);
    return this.#activation({ ...x, name: sum });
  }

  /** Nodes that do nothing. */
  #idle(x: Value): Value {
    const rank = x.dims.length;
    const kinds = [
      () => this.#node('Identity', [x.name]),
      () => this.#node('Dropout', [x.name]),
      () => this.#node('Mul', [x.name, this.#number(1)]),
      () => this.#node('Add', [this.#number(0), x.name]),
      () => this.#node('Transpose', [x.name], { perm: Array.from({ length: rank }, (_, axis) => axis) }),
      () => this.#node('Concat', [x.name], { axis: 1 }),
      () => this.#node('Cast', [this.#node('Cast', [x.name], { to: 1 })], { to: 1 }),
      () => this.#node('Pad', [x.name, this.#integers(Array.from({ length: 2 * rank }, () => 0))]),
    ];
    return { ...x, name: this.#pick(kinds)() };
  }

  /** The same twice, from the same constant twice. */
  #repeated(x: Value): Value {
    const value = normal(this.#random);
    const branch = () => this.#node('Tanh', [this.#node('Mul', [x.name, this.#number(value)])]);
    const [left, right] = [branch(), branch()];
    return { ...x, name: this.#node('Sub', [left, this.#node('Sigmoid', [right])]) };
  }

  /** To rows of picture points and back to the shape that was read from the value. */
  #reshapedBack(x: Value): Value {
    const shape = this.#node('Shape', [x.name]);
    const batch = this.#node('Gather', [shape, this.#integers([0])]);
    const flat = this.#node('Concat', [batch, this.#integers([-1])], { axis: 0 });
    const rows = this.#node('Relu', [this.#node('Reshape', [x.name, flat])]);
    return { ...x, name: this.#node('Reshape', [rows, shape]) };
  }

  /** Constants on which nodes work, small and larger. */
  #constantWork(x: Value): Value {
    const [, channels = 0] = x.dims;
    const vector = this.#node('Exp', [this.#node('Mul', [this.#constant([channels], 0.3), this.#number(0.5)])]);
    const size = this.#node('Concat', [this.#integers([1, channels]), this.#integers([1, 1])], { axis: 0 });
    return { ...x, name: this.#node('Mul', [x.name, this.#node('Reshape', [vector, size])]) };
  }

  #flat(x: Value): Value {
    const pooled = this.#node('GlobalAveragePool', [x.name]);
    return { name: this.#node('Flatten', [pooled]), dims: [2, x.dims[1] ?? 0] };
  }

  #dense(x: Value): Value {
    const [, width = 0] = x.dims;
    const outputs = 2 + this.#below(6);
    const isTransposed = this.#chance(0.5);
    const weight = this.#constant(isTransposed ? [outputs, width] : [width, outputs], 1 / Math.sqrt(width));
    const made = { name: '', dims: [2, outputs] };
    if (!isTransposed && this.#chance(0.5))
      return this.#behind({ ...made, name: this.#node('MatMul', [x.name, weight]) });
    const bias = this.#pick([
      [],
      [this.#constant([outputs], 0.5)],
      [this.#constant([1, outputs], 0.5)],
      [this.#constant([2, 1], 0.5)],
    ]);
    const attributes = {
      transB: isTransposed ? 1 : 0,
      alpha: new Float(this.#pick([1, 0.5])),
      beta: new Float(this.#pick([1, 2])),
    };
    return this.#behind({ ...made, name: this.#node('Gemm', [x.name, weight, ...bias], attributes) });
  }

  #gelu(x: Value): Value {
    const half = this.#number(0.5);
    const isErf = this.#chance(0.5);
    const cube = () => this.#node('Pow', [x.name, this.#number(3)]);
    const inner = isErf
      ? this.#node('Div', [x.name, this.#number(Math.SQRT2)])
      : this.#node('Mul', [
          this.#node('Add', [x.name, this.#node('Mul', [cube(), this.#number(0.044715)])]),
          this.#number(Math.sqrt(2 / Math.PI)),
        ]);
    const shifted = this.#node('Add', [this.#node(isErf ? 'Erf' : 'Tanh', [inner]), this.#number(1)]);
    // Sometimes a part is used elsewhere, so that it must be computed all the same.
    const mixed = this.#chance(0.2) ? this.#node('Mul', [shifted, shifted]) : shifted;
    const made = this.#chance(0.5)
      ? this.#node('Mul', [this.#node('Mul', [x.name, mixed]), half])
      : this.#node('Mul', [this.#node('Mul', [x.name, half]), mixed]);
    return { ...x, name: made };
  }

  /** In the orders in which exporters write it; sometimes the hard sigmoid alone. */
  #hardSwish(x: Value): Value {
    const sum = this.#node('Add', [x.name, this.#number(3)]);
    const cut = this.#node('Clip', [sum, this.#number(0), this.#number(this.#chance(0.8) ? 6 : 5)]);
    const sixth = (value: string) =>
      this.#chance(0.5) ? this.#node('Div', [value, this.#number(6)]) : this.#node('Mul', [this.#number(1 / 6), value]);
    const times = (value: string) => this.#node('Mul', this.#chance(0.5) ? [x.name, value] : [value, x.name]);
    const kinds = [() => sixth(times(cut)), () => times(sixth(cut)), () => sixth(cut)];
    return { ...x, name: this.#pick(kinds)() };
  }

  #layerNorm(x: Value): Value {
    const [, width = 0] = x.dims;
    const mean = (value: string) => this.#node('ReduceMean', [value], { axes: [-1], keepdims: 1 });
    const centred = this.#node('Sub', [x.name, mean(x.name)]);
    const squared = this.#node('Pow', [centred, this.#number(2)]);
    const root = this.#node('Sqrt', [this.#node('Add', [mean(squared), this.#number(1e-5)])]);
    const unit = this.#node('Div', [centred, root]);
    const scaled = this.#node('Mul', [unit, this.#constant([width], 0.2, 1)]);
    return { ...x, name: this.#node('Add', [scaled, this.#constant([width], 0.2)]) };
  }

  #node(
    operator: string,
    inputs: readonly string[],
    attributes: NonNullable<Parameters<GraphBuilder['node']>[2]>['attributes'] = {},
  ): string {
    return this.#graph.node(operator, inputs, { name: `n${++this.#count}`, attributes });
  }

  #constant(dims: readonly number[], deviation: number, middle = 0): string {
    const length = dims.reduce((product, size) => product * size, 1);
    const data = Float32Array.from({ length }, () => middle + deviation * normal(this.#random));
    return this.#graph.constant(`c${++this.#count}`, 'float32', dims, data);
  }

  #positive(length: number): string {
    const data = Float32Array.from({ length }, () => 0.5 + uniform(this.#random));
    return this.#graph.constant(`c${++this.#count}`, 'float32', [length], data);
  }

  #number(value: number): string {
    return this.#graph.constant(`c${++this.#count}`, 'float32', [], Float32Array.of(value));
  }

  #integers(values: readonly number[]): string {
    return this.#graph.constant(`c${++this.#count}`, 'int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }

  #below(bound: number): number {
    return integer(this.#random, bound);
  }

  #chance(probability: number): boolean {
    return uniform(this.#random) < probability;
  }
}

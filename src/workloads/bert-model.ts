import { GraphBuilder } from '../graph/builder.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { type Generator, generator, normal, uniform } from '../stats/random.ts';

/** The sizes of a BERT. */
export interface BertSizes {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  /** Width of the middle of the dense pair of each layer. */
  readonly inner: number;
  readonly vocabulary: number;
  /** The most tokens. */
  readonly positions: number;
  readonly tokenTypes: number;
}

/** BERT-base: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", section 3; vocabulary of the uncased model. */
export const bertBaseSizes: BertSizes = {
  layers: 12,
  hidden: 768,
  heads: 12,
  inner: 3072,
  vocabulary: 30_522,
  positions: 512,
  tokenTypes: 2,
};

/** Deviation of the weights before training (`initializer_range` of the published configuration). */
const deviation = 0.02;
const epsilon = 1e-12;
/** Added to the scores of what the mask leaves out: as good as −∞ after the softmax. */
const masked = -10_000;

/**
 * BERT with its pooler, with random weights from a seed. Of BERT-base, 109,482,240 parameters and, for 128 tokens, 11,174,215,680
 * multiply-adds. Its answers mean nothing.
 *
 * Operators as PyTorch exports them at opset 13: normalisations and GELU in their parts (ReduceMean … Div, Erf), which is what an engine
 * has to fuse. Weights are normal with a deviation of 0.02, scales and shifts of the normalisations seeded near 1 and 0.
 *
 * Inputs `input_ids`, `attention_mask` (1: look, 0: do not) and `token_type_ids`, all int64 [batch, tokens]; outputs `hidden` float32
 * [batch, tokens, hidden] and `pooled` float32 [batch, hidden]. `tokens` is fixed in the graph.
 * @throws RangeError when `tokens` is no whole number from 1 to `sizes.positions`.
 */
export function buildBert(sizes: BertSizes, seed: number, tokens: number): OnnxModel {
  if (!Number.isInteger(tokens) || tokens < 1 || tokens > sizes.positions) {
    throw new RangeError(`Expected 1 to ${sizes.positions} tokens, got ${tokens}.`);
  }
  return new Bert(sizes, generator(seed), tokens).build();
}

class Bert {
  readonly #graph = new GraphBuilder('bert');
  readonly #sizes: BertSizes;
  readonly #random: Generator;
  readonly #tokens: number;

  constructor(sizes: BertSizes, random: Generator, tokens: number) {
    this.#sizes = sizes;
    this.#random = random;
    this.#tokens = tokens;
  }

  build(): OnnxModel {
    const graph = this.#graph;
    const shape = ['batch', this.#tokens];
    const [ids, mask, types] = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) =>
      graph.input(name, 'int64', shape),
    );
    const bias = this.#maskBias(mask ?? '');
    let x = this.#embeddings(ids ?? '', types ?? '');
    for (let layer = 1; layer <= this.#sizes.layers; layer++) x = this.#layer(`layer${layer}`, x, bias);
    const hidden = graph.node('Identity', [x], { name: 'hidden' });
    graph.output(hidden, 'float32', ['batch', this.#tokens, this.#sizes.hidden]);
    graph.output(this.#pooler(hidden), 'float32', ['batch', this.#sizes.hidden]);
    return graph.model({ opset: 13, metadata: { weights: 'random' } });
  }

  /** Words, places and kinds of sentence, added and normalised. */
  #embeddings(ids: string, types: string): string {
    const graph = this.#graph;
    const { hidden, vocabulary, positions, tokenTypes } = this.#sizes;
    const table = (name: string, rows: number) => this.#normals(`embeddings.${name}`, [rows, hidden]);
    const words = graph.node('Gather', [table('words', vocabulary), ids], { name: 'embeddings.word' });
    const kinds = graph.node('Gather', [table('types', tokenTypes), types], { name: 'embeddings.type' });
    const places = graph.constant(
      'embeddings.places',
      'int64',
      [1, this.#tokens],
      BigInt64Array.from({ length: this.#tokens }, (_, place) => BigInt(place)),
    );
    const place = graph.node('Gather', [table('positions', positions), places], { name: 'embeddings.position' });
    const sum = graph.node('Add', [graph.node('Add', [words, kinds], { name: 'embeddings.add1' }), place], {
      name: 'embeddings.add2',
    });
    return this.#normalize('embeddings.norm', sum);
  }

  /** [batch, tokens] of 1 and 0 → [batch, 1, 1, tokens] of 0 and −10,000, to be added to the scores of every head. */
  #maskBias(mask: string): string {
    const graph = this.#graph;
    const shaped = graph.node('Reshape', [mask, this.#shape('mask.shape', [0, 1, 1, this.#tokens])], {
      name: 'mask.heads',
    });
    const floats = graph.node('Cast', [shaped], { name: 'mask.float', attributes: { to: 1 } });
    const hidden = graph.node('Sub', [this.#scalar('mask.one', 1), floats], { name: 'mask.hidden' });
    return graph.node('Mul', [hidden, this.#scalar('mask.low', masked)], { name: 'mask.bias' });
  }

  #layer(name: string, input: string, bias: string): string {
    const graph = this.#graph;
    const { hidden, inner } = this.#sizes;
    const attended = this.#dense(
      `${name}.attention.output`,
      this.#attention(`${name}.attention`, input, bias),
      hidden,
      hidden,
    );
    const first = graph.node('Add', [attended, input], { name: `${name}.attention.add` });
    const x = this.#normalize(`${name}.attention.norm`, first);
    const widened = this.#gelu(`${name}.gelu`, this.#dense(`${name}.widen`, x, hidden, inner));
    const narrowed = this.#dense(`${name}.narrow`, widened, inner, hidden);
    return this.#normalize(`${name}.norm`, graph.node('Add', [narrowed, x], { name: `${name}.add` }));
  }

  /** softmax(Q Kᵀ / √size + bias) V for each head, joined again. */
  #attention(name: string, input: string, bias: string): string {
    const graph = this.#graph;
    const { hidden, heads } = this.#sizes;
    const size = hidden / heads;
    const split = this.#shape(`${name}.split`, [0, this.#tokens, heads, size]);
    const headsOf = (what: string, order: readonly number[]): string => {
      const dense = this.#dense(`${name}.${what}`, input, hidden, hidden);
      const shaped = graph.node('Reshape', [dense, split], { name: `${name}.${what}.heads` });
      return graph.node('Transpose', [shaped], { name: `${name}.${what}.turned`, attributes: { perm: order } });
    };
    const query = headsOf('query', [0, 2, 1, 3]);
    const key = headsOf('key', [0, 2, 3, 1]);
    const value = headsOf('value', [0, 2, 1, 3]);
    let x = graph.node('MatMul', [query, key], { name: `${name}.scores` });
    x = graph.node('Div', [x, this.#scalar(`${name}.root`, Math.sqrt(size))], { name: `${name}.scaled` });
    x = graph.node('Add', [x, bias], { name: `${name}.masked` });
    x = graph.node('Softmax', [x], { name: `${name}.weights`, attributes: { axis: -1 } });
    x = graph.node('MatMul', [x, value], { name: `${name}.values` });
    x = graph.node('Transpose', [x], { name: `${name}.back`, attributes: { perm: [0, 2, 1, 3] } });
    return graph.node('Reshape', [x, this.#shape(`${name}.join`, [0, this.#tokens, hidden])], {
      name: `${name}.joined`,
    });
  }

  /** tanh of a dense layer on the first token. */
  #pooler(hidden: string): string {
    const graph = this.#graph;
    const zero = graph.constant('pooler.first', 'int64', [], BigInt64Array.of(0n));
    const first = graph.node('Gather', [hidden, zero], { name: 'pooler.token', attributes: { axis: 1 } });
    const dense = this.#dense('pooler', first, this.#sizes.hidden, this.#sizes.hidden);
    return graph.node('Tanh', [dense], { name: 'pooler.tanh', outputs: ['pooled'] });
  }

  #dense(name: string, input: string, inputs: number, outputs: number): string {
    const graph = this.#graph;
    const product = graph.node('MatMul', [input, this.#normals(`${name}.weight`, [inputs, outputs])], {
      name: `${name}.matmul`,
    });
    return graph.node('Add', [product, this.#normals(`${name}.bias`, [outputs])], { name: `${name}.dense` });
  }

  /** (x − mean) / √(variance + ε) · scale + shift over the last dimension. */
  #normalize(name: string, input: string): string {
    const graph = this.#graph;
    const mean = (what: string, value: string) =>
      graph.node('ReduceMean', [value], { name: `${name}.${what}`, attributes: { axes: [-1], keepdims: 1 } });
    const centred = graph.node('Sub', [input, mean('mean', input)], { name: `${name}.centred` });
    const squared = graph.node('Pow', [centred, this.#scalar(`${name}.two`, 2)], { name: `${name}.squared` });
    const variance = graph.node('Add', [mean('variance', squared), this.#scalar(`${name}.epsilon`, epsilon)], {
      name: `${name}.stabilised`,
    });
    const deviations = graph.node('Sqrt', [variance], { name: `${name}.deviation` });
    const unit = graph.node('Div', [centred, deviations], { name: `${name}.unit` });
    const scaled = graph.node('Mul', [unit, this.#around(`${name}.scale`, 1)], { name: `${name}.scaled` });
    return graph.node('Add', [scaled, this.#around(`${name}.shift`, 0)], { name: `${name}.shifted` });
  }

  /** x · ½ · (1 + erf(x / √2)). */
  #gelu(name: string, input: string): string {
    const graph = this.#graph;
    const scaled = graph.node('Div', [input, this.#scalar(`${name}.root`, Math.SQRT2)], { name: `${name}.scaled` });
    const erf = graph.node('Erf', [scaled], { name: `${name}.erf` });
    const shifted = graph.node('Add', [erf, this.#scalar(`${name}.one`, 1)], { name: `${name}.shifted` });
    const product = graph.node('Mul', [input, shifted], { name: `${name}.product` });
    return graph.node('Mul', [product, this.#scalar(`${name}.half`, 0.5)], { name: `${name}.halved` });
  }

  #scalar(name: string, value: number): string {
    return this.#graph.constant(name, 'float32', [], Float32Array.of(value));
  }

  /** A 0 takes the dimension from the input: the batch stays open. */
  #shape(name: string, dimensions: readonly number[]): string {
    return this.#graph.constant(name, 'int64', [dimensions.length], BigInt64Array.from(dimensions, BigInt));
  }

  #normals(name: string, dims: readonly number[]): string {
    const values = new Float32Array(dims.reduce((count, size) => count * size, 1));
    for (let index = 0; index < values.length; index++) values[index] = normal(this.#random) * deviation;
    return this.#graph.constant(name, 'float32', dims, values);
  }

  #around(name: string, middle: number): string {
    const values = Float32Array.from(
      { length: this.#sizes.hidden },
      () => middle + (2 * uniform(this.#random) - 1) * 0.1,
    );
    return this.#graph.constant(name, 'float32', [this.#sizes.hidden], values);
  }
}

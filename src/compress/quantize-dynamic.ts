import { makeNode } from '../graph/builder.ts';
import { FreshNames } from '../graph/edit-graph.ts';
import { dataTypeOf } from '../graph/element-type.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import { integerAttribute } from '../graph/node-attributes.ts';
import type { NodeProto } from '../graph/onnx_pb.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { operatorName } from '../graph/operator-counts.ts';
import { makeTensor } from '../graph/tensor-proto.ts';
import { quantizeWeight, type WeightBits } from './affine-quantization.ts';
import type { FloatReason, NodeDecision } from './node-decision.ts';
import { type ConstantWeight, constantFloats, weightOf } from './quantizable-weight.ts';
import { exclusions, type PlanOptions } from './quantization-plan.ts';
import { removeUnused } from './remove-unused.ts';

export interface DynamicOptions extends PlanOptions {
  /** Default 8. */
  readonly weightBits?: WeightBits;
}

/** What dynamic quantisation made of a model. */
export interface DynamicReport {
  readonly decisions: readonly NodeDecision[];
  /** Weights that are stored in 8 bits. */
  readonly weights: number;
}

/**
 * Rewrites MatMul and Gemm with constant weights, in place, so that they multiply in 8 bits with activations that are quantised anew in every
 * run, by the range that they have in it; no calibration is needed. Weights have a scale for each output channel. What comes out is a float
 * again:
 *
 *     x ─ DynamicQuantizeLinear ─ MatMulInteger ─ Cast ─ Mul(scale of x · scales of the weight) ─ Add(bias) ─ y
 *
 * which ONNX Runtime joins to one or two operators. Convolutions stay in floats: quantised like this, they were 5.8 times slower than in
 * floats (ONNX Runtime 1.30, two cores with VNNI). The model must be clean (`cleanGraph`) and of opset 11 or newer (`raiseOpset`).
 * @throws InputError As `planQuantization` does for excluded nodes that are not there.
 */
export function quantizeDynamic(model: OnnxModel, options: DynamicOptions = {}): DynamicReport {
  const excluded = exclusions(model, options);
  const rewriting = new Rewriting(model, options.weightBits ?? 8);
  const decisions: NodeDecision[] = [];
  const nodes: NodeProto[] = [];
  for (const node of model.graph.node) {
    const weight = excluded(node) ? 'EXCLUDED' : rewriting.weightOf(node);
    const note = { node: node.name, operator: operatorName(node) };
    if (typeof weight === 'string') {
      decisions.push({ ...note, becomes: 'float', reason: weight });
      nodes.push(node);
    } else {
      decisions.push({ ...note, becomes: 'int8', reason: null });
      nodes.push(...rewriting.rewritten(node, weight));
    }
  }
  model.graph.node = nodes;
  removeUnused(model.graph, rewriting.replaced);
  return { decisions, weights: rewriting.weights };
}

/** The names of a weight in 8 bits. */
interface StoredWeight {
  readonly values: string;
  readonly scales: string;
  readonly zeroPoint: string;
}

/** The names of what DynamicQuantizeLinear makes of an activation. */
type QuantizedInput = readonly [values: string, scale: string, zeroPoint: string];

class Rewriting {
  weights = 0;
  readonly replaced = new Set<string>();
  readonly #model: OnnxModel;
  readonly #index: GraphIndex;
  readonly #names: FreshNames;
  readonly #bits: WeightBits;
  readonly #inputs = new Map<string, QuantizedInput>();
  readonly #weights = new Map<string, StoredWeight>();

  constructor(model: OnnxModel, bits: WeightBits) {
    this.#model = model;
    this.#index = new GraphIndex(model.graph);
    this.#names = new FreshNames(model.graph);
    this.#bits = bits;
  }

  weightOf(node: NodeProto): ConstantWeight | FloatReason {
    const operator = operatorName(node);
    if (operator !== 'MatMul' && operator !== 'Gemm') return 'OPERATOR_NOT_QUANTIZABLE';
    if (operator === 'Gemm' && integerAttribute(node, 'transA', 0) !== 0) return 'ATTRIBUTES_UNSUPPORTED';
    if (this.#index.initializer(node.input[0] ?? '') !== null) return 'INPUT_CONSTANT';
    return weightOf(node, operator, this.#index);
  }

  rewritten(node: NodeProto, weight: ConstantWeight): NodeProto[] {
    const [input = ''] = node.input;
    const [output = ''] = node.output;
    const before: NodeProto[] = [];
    const [values, scale, zeroPoint] = this.#quantizedInput(input, before);
    const stored = this.#storedWeight(weight);
    const name = (what: string) => this.#names.take(`${output}_${what}`);
    const [sum, float, scales] = [name('sum'), name('sum_float'), name('scales')];
    const scaled = weight.bias === null ? output : name('scaled');
    const make = (operator: string, inputs: string[], made: string, attributes: Record<string, number> = {}) =>
      makeNode(operator, inputs, [made], { name: name(operator), attributes });
    const nodes = [
      ...before,
      make('MatMulInteger', [values, stored.values, zeroPoint, stored.zeroPoint], sum),
      make('Cast', [sum], float, { to: dataTypeOf('float32') }),
      make('Mul', [scale, stored.scales], scales),
      make('Mul', [float, scales], scaled),
    ];
    return weight.bias === null ? nodes : [...nodes, make('Add', [scaled, weight.bias], output)];
  }

  /** An activation that several products use is quantised once. */
  #quantizedInput(input: string, before: NodeProto[]): QuantizedInput {
    const known = this.#inputs.get(input);
    if (known !== undefined) return known;
    const name = (what: string) => this.#names.take(`${input}_${what}`);
    const made = [name('quantized'), name('scale'), name('zero_point')] as const;
    before.push(makeNode('DynamicQuantizeLinear', [input], made, { name: name('DynamicQuantizeLinear') }));
    this.#inputs.set(input, made);
    return made;
  }

  /** MatMulInteger wants [inputs, outputs]: a weight of the other order is turned. */
  #storedWeight(weight: ConstantWeight): StoredWeight {
    const key = `${weight.axis} ${weight.name}`;
    const known = this.#weights.get(key);
    if (known !== undefined) return known;
    const floats = constantFloats(this.#index, weight.name)?.values ?? new Float32Array();
    const { data, scales } = quantizeWeight(floats, weight.layout, this.#bits);
    const { channels } = weight.layout;
    const name = (what: string) => this.#names.take(`${weight.name}_${what}`);
    const stored = { values: name('quantized'), scales: name('scale'), zeroPoint: name('zero_point') };
    const columns = weight.axis === 0 ? turned(data, channels) : data;
    this.#model.graph.initializer.push(
      makeTensor(stored.values, 'int8', [data.length / channels, channels], columns),
      makeTensor(stored.scales, 'float32', [channels], scales),
      makeTensor(stored.zeroPoint, 'int8', [], new Int8Array(1)),
    );
    this.weights++;
    this.replaced.add(weight.name);
    this.#weights.set(key, stored);
    return stored;
  }
}

/** The transpose of a matrix that has so many rows. */
function turned(matrix: Int8Array, rows: number): Int8Array {
  const columns = matrix.length / rows;
  return Int8Array.from(matrix, (_, place) => matrix[(place % rows) * columns + Math.floor(place / rows)] ?? 0);
}

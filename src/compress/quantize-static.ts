import { makeNode } from '../graph/builder.ts';
import { FreshNames } from '../graph/edit-graph.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import type { GraphProto, NodeProto } from '../graph/onnx_pb.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { microsoft, requireDomain } from '../graph/passes/require-domain.ts';
import { makeTensor } from '../graph/tensor-proto.ts';
import { DynoError } from '../kernel/errors.ts';
import {
  type ActivationParameters,
  activationParameters,
  biasScales,
  type QuantizedWeight,
  quantizeBias,
  quantizeWeight,
  type Range,
  smallestScalesForBias,
  type WeightBits,
} from './affine-quantization.ts';
import type { NodeDecision } from './node-decision.ts';
import { type ConstantWeight, constantFloats } from './quantizable-weight.ts';
import type { PlannedNode, QuantizationPlan } from './quantization-plan.ts';
import { removeUnused } from './remove-unused.ts';

export interface StaticOptions {
  /** Default 8. */
  readonly weightBits?: WeightBits;
}

/** What static quantisation made of a model. */
export interface StaticReport {
  readonly decisions: readonly NodeDecision[];
  /** Values that are stored in 8 bits, each with scale and zero point of its own or of the value that it was moved from. */
  readonly activations: number;
  /** Weights that are stored in 8 bits. */
  readonly weights: number;
  /** Channels whose weights have a larger scale than they need, because their bias would not fit otherwise. */
  readonly channelsRescaledForBias: number;
}

/**
 * Rewrites the model of a plan, in place, so that its planned nodes compute in 8 bits: activations without sign, one scale each; weights with
 * sign, a scale for each output channel; biases in 32 bits. The form is QDQ: every node stays a node of floats between QuantizeLinear and
 * DequantizeLinear, which engines join to an 8-bit operator (ONNX Runtime from optimisation level `extended` on) and which any engine can
 * run as it stands. Inputs and outputs of the model stay floats, and all values keep their names and, but for their rounding, their meaning.
 *
 * Before opset 13, DequantizeLinear of ONNX has no scales by channel: the nodes are then of the domain `com.microsoft`.
 * @param ranges The ranges of `plan.calibrated`.
 * @throws DynoError `RANGE_MISSING` when a range is not given.
 */
export function quantizeStatic(
  plan: QuantizationPlan,
  ranges: ReadonlyMap<string, Range>,
  options: StaticOptions = {},
): StaticReport {
  const rewriting = new Rewriting(plan, ranges, options.weightBits ?? 8);
  const { graph } = plan.model;
  const nodes: NodeProto[] = [];
  for (const node of graph.node) {
    if (plan.dropped.has(node)) continue;
    const planned = plan.nodes.get(node);
    if (planned === undefined) nodes.push(node);
    else nodes.push(...rewriting.rewritten(node, planned));
  }
  graph.node = nodes;
  removeUnused(graph, rewriting.replaced);
  return {
    decisions: plan.decisions,
    activations: rewriting.activations,
    weights: rewriting.weights,
    channelsRescaledForBias: rewriting.channelsRescaledForBias,
  };
}

/** A value in 8 bits: the names of its scale and zero point in the file. */
interface Stored {
  readonly parameters: ActivationParameters;
  readonly scale: string;
  readonly zeroPoint: string;
}

class Rewriting {
  activations = 0;
  weights = 0;
  channelsRescaledForBias = 0;
  /** Constants that quantised nodes no longer use. */
  readonly replaced = new Set<string>();
  readonly #graph: GraphProto;
  readonly #index: GraphIndex;
  readonly #names: FreshNames;
  readonly #ranges: ReadonlyMap<string, Range>;
  readonly #bits: WeightBits;
  readonly #domain: string;
  readonly #stored = new Map<string, Stored>();
  /** The values in front of quantised nodes that nodes of floats made: the name of what comes back from 8 bits. */
  readonly #detours = new Map<string, string>();
  readonly #made = new Set<string>();
  readonly #weights = new Map<string, { readonly name: string; readonly scales: Float32Array }>();

  constructor({ model }: QuantizationPlan, ranges: ReadonlyMap<string, Range>, bits: WeightBits) {
    this.#graph = model.graph;
    this.#index = new GraphIndex(model.graph);
    this.#names = new FreshNames(model.graph);
    this.#ranges = ranges;
    this.#bits = bits;
    this.#domain = domainOfQdq(model);
  }

  /** The node, what has to stand before it, and the 8-bit detour of its output behind it. */
  rewritten(node: NodeProto, { activations, weight, output, passesThrough }: PlannedNode): NodeProto[] {
    const before: NodeProto[] = [];
    const replacing = new Map(activations.map((name) => [name, this.#dequantized(name, before)]));
    const [input = ''] = activations;
    if (weight !== null) this.#replaceWeight(node, weight, input, replacing, before);
    node.input = node.input.map((name) => replacing.get(name) ?? name);

    const stored = passesThrough ? this.#storedAs(input) : this.#storedOnItsOwn(output);
    this.#stored.set(output, stored);
    this.#made.add(output);
    // The float keeps another name, so that whoever uses the value, bodies and outputs of the graph included, gets what 8 bits hold of it.
    const float = this.#names.take(`${output}_float`);
    node.output = node.output.map((name, place) => (place === 0 ? float : name));
    return [...before, node, ...this.#detour(float, output, output, stored)];
  }

  /** The name under which a quantised node reads an activation. */
  #dequantized(name: string, before: NodeProto[]): string {
    if (this.#made.has(name)) return name;
    const known = this.#detours.get(name);
    if (known !== undefined) return known;
    const dequantized = this.#names.take(`${name}_dequantized`);
    this.#detours.set(name, dequantized);
    const stored = this.#storedOnItsOwn(name);
    this.#stored.set(name, stored);
    before.push(...this.#detour(name, dequantized, name, stored));
    return dequantized;
  }

  #detour(float: string, dequantized: string, base: string, { scale, zeroPoint }: Stored): NodeProto[] {
    const quantized = this.#names.take(`${base}_quantized`);
    const name = this.#names.take(`${base}_QuantizeLinear`);
    return [
      makeNode('QuantizeLinear', [float, scale, zeroPoint], [quantized], { name, domain: this.#domain }),
      this.#dequantize(quantized, scale, zeroPoint, dequantized),
    ];
  }

  #dequantize(quantized: string, scale: string, zeroPoint: string | null, output: string, axis?: number): NodeProto {
    const name = this.#names.take(`${output}_DequantizeLinear`);
    const inputs = zeroPoint === null ? [quantized, scale] : [quantized, scale, zeroPoint];
    const attributes = axis === undefined ? {} : { axis };
    return makeNode('DequantizeLinear', inputs, [output], { name, domain: this.#domain, attributes });
  }

  #storedAs(input: string): Stored {
    const stored = this.#stored.get(input);
    if (stored === undefined) throw new DynoError('PLAN_INVALID', `"${input}" is passed through before it is made.`);
    return stored;
  }

  #storedOnItsOwn(name: string): Stored {
    const range = this.#ranges.get(name);
    if (range === undefined) {
      throw new DynoError(
        'RANGE_MISSING',
        `Expected a range for each value that is to be stored in 8 bits, got none for "${name}". Calibrate all values of the plan.`,
      );
    }
    return this.#newlyStored(name, activationParameters(range));
  }

  #newlyStored(name: string, parameters: ActivationParameters): Stored {
    this.activations++;
    const scale = this.#names.take(`${name}_scale`);
    const zeroPoint = this.#names.take(`${name}_zero_point`);
    this.#graph.initializer.push(
      makeTensor(scale, 'float32', [], Float32Array.of(parameters.scale)),
      makeTensor(zeroPoint, 'uint8', [], Uint8Array.of(parameters.zeroPoint)),
    );
    return { parameters, scale, zeroPoint };
  }

  #replaceWeight(
    node: NodeProto,
    weight: ConstantWeight,
    input: string,
    replacing: Map<string, string>,
    before: NodeProto[],
  ): void {
    const inputScale = this.#storedAs(input).parameters.scale;
    const bias = weight.bias === null ? null : (constantFloats(this.#index, weight.bias)?.values ?? null);
    const atLeast = bias === null ? null : smallestScalesForBias(bias, inputScale, weight.products);
    const { name, scales } = this.#quantizedWeight(weight, atLeast, before);
    replacing.set(weight.name, name);
    if (weight.bias === null || bias === null) return;

    const base = `${node.name === '' ? node.output[0] : node.name}_bias`;
    const [quantized, scale, dequantized] = ['quantized', 'scale', 'dequantized'].map((what) =>
      this.#names.take(`${base}_${what}`),
    ) as [string, string, string];
    this.#graph.initializer.push(
      makeTensor(quantized, 'int32', [bias.length], quantizeBias(bias, inputScale, scales)),
      makeTensor(scale, 'float32', [bias.length], biasScales(inputScale, scales)),
    );
    // Without zero point, which is 0: onnxruntime takes none for 32 bits by channel.
    before.push(this.#dequantize(quantized, scale, null, dequantized, 0));
    this.replaced.add(weight.bias);
    replacing.set(weight.bias, dequantized);
  }

  /** A weight that several nodes share is stored once, unless the bias of one of them asks for other scales. */
  #quantizedWeight(
    weight: ConstantWeight,
    atLeast: Float32Array | null,
    before: NodeProto[],
  ): { readonly name: string; readonly scales: Float32Array } {
    const values = constantFloats(this.#index, weight.name)?.values ?? new Float32Array();
    const own = quantizeWeight(values, weight.layout, this.#bits, atLeast);
    const raised = atLeast === null ? 0 : own.scales.filter((scale, channel) => scale === atLeast[channel]).length;
    this.channelsRescaledForBias += raised;
    const shared = this.#weights.get(`${weight.axis} ${weight.name}`);
    if (shared !== undefined && equal(shared.scales, own.scales)) return shared;
    const made = this.#addWeight(weight, own, before);
    if (shared === undefined && raised === 0) this.#weights.set(`${weight.axis} ${weight.name}`, made);
    return made;
  }

  #addWeight(weight: ConstantWeight, { data, scales }: QuantizedWeight, before: NodeProto[]) {
    this.weights++;
    this.replaced.add(weight.name);
    const [quantized, scale, zeroPoint, name] = ['quantized', 'scale', 'zero_point', 'dequantized'].map((what) =>
      this.#names.take(`${weight.name}_${what}`),
    ) as [string, string, string, string];
    const { channels } = weight.layout;
    this.#graph.initializer.push(
      makeTensor(quantized, 'int8', weight.dims, data),
      makeTensor(scale, 'float32', [channels], scales),
      makeTensor(zeroPoint, 'int8', [channels], new Int8Array(channels)),
    );
    before.push(this.#dequantize(quantized, scale, zeroPoint, name, weight.axis));
    return { name, scales };
  }
}

/** The standard operators know scales by channel from opset 13 on; onnxruntime's own do at any. */
function domainOfQdq(model: OnnxModel): string {
  const standard = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (standard !== undefined && standard.version >= 13n) return '';
  requireDomain(model, microsoft);
  return microsoft;
}

function equal(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

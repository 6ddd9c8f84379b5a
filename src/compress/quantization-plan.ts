import { GraphIndex } from '../graph/graph-index.ts';
import { textAttribute } from '../graph/node-attributes.ts';
import type { NodeProto } from '../graph/onnx_pb.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { operatorName } from '../graph/operator-counts.ts';
import { InputError } from '../kernel/errors.ts';
import { isDroppedByQuantization } from './dropped-activation.ts';
import type { FloatReason, NodeDecision } from './node-decision.ts';
import { type ConstantWeight, weightOf } from './quantizable-weight.ts';

export interface PlannedNode {
  /** The activations among its inputs. */
  readonly activations: readonly string[];
  readonly weight: ConstantWeight | null;
  /** The value that is stored in 8 bits behind it: its output, or that of the activation function which is dropped. */
  readonly output: string;
  /** Whether the output keeps scale and zero point of the input, since its values are some of the input's. */
  readonly passesThrough: boolean;
}

export interface QuantizationPlan {
  readonly model: OnnxModel;
  readonly nodes: ReadonlyMap<NodeProto, PlannedNode>;
  readonly dropped: ReadonlySet<NodeProto>;
  /** The values whose range has to be known. */
  readonly calibrated: readonly string[];
  readonly decisions: readonly NodeDecision[];
}

export interface PlanOptions {
  /** Names of nodes that stay in floats. */
  readonly excludedNodes?: readonly string[];
  /** Operators that stay in floats, such as `Gemm`. */
  readonly excludedOperators?: readonly string[];
}

/** Operators with a weight: they are what quantisation is for, and begin an island of 8-bit values. */
const weighted = new Set(['Conv', 'Gemm', 'MatMul']);
/**
 * These compute in 8 bits where all of their inputs are stored so already. Where one is a constant or comes from a node of floats, it would have
 * to be rounded for this node alone, and accuracy pays for it: quantised as far as the engine can, the text recogniser of PP-OCRv4 (hard
 * swish, squeeze and excitation) lost 0.3 to 3.3 points of characters and was no faster; residual additions are quantised by either rule.
 */
const carrying = new Set(['Add', 'Mul', 'AveragePool', 'GlobalAveragePool', 'Concat']);
/** These move values without changing them: one scale serves input and output. */
const passing = new Set(['MaxPool', 'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Resize']);

/** Whether a node of this operator can be stored and computed in 8 bits at all. */
export function isQuantizable(operator: string): boolean {
  return weighted.has(operator) || carrying.has(operator) || passing.has(operator);
}

/** Whether it then computes on 8-bit numbers; one that moves values without changing them does not. */
export function computesInInt8(operator: string): boolean {
  return weighted.has(operator) || carrying.has(operator);
}

/**
 * Decides which nodes of a model compute in 8 bits. The model must be clean (`cleanGraph`), and normalisations should be folded into their
 * convolutions, or they stay in floats between them. Bodies of If, Loop and Scan are not entered.
 * @throws InputError `NODE_UNKNOWN` when an excluded node or operator is not in the graph: a typing error would quantise what should not be.
 */
export function planQuantization(model: OnnxModel, options: PlanOptions = {}): QuantizationPlan {
  const excluded = exclusions(model, options);
  const index = new GraphIndex(model.graph);
  const opset = Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0n);
  const nodes = new Map<NodeProto, PlannedNode>();
  const dropped = new Set<NodeProto>();
  const decisions: NodeDecision[] = [];
  const made = new Set<string>();
  const calibrated = new Set<string>();

  for (const node of model.graph.node) {
    const note = { node: node.name, operator: operatorName(node) };
    if (dropped.has(node)) {
      decisions.push({ ...note, becomes: 'dropped', reason: null });
      continue;
    }
    const planned = excluded(node) ? 'EXCLUDED' : considered(node, { index, opset, made });
    if (typeof planned === 'string') {
      decisions.push({ ...note, becomes: 'float', reason: planned });
      continue;
    }
    decisions.push({ ...note, becomes: 'int8', reason: null });
    const activation = planned.passesThrough ? null : onlyConsumer(index, planned.output);
    const drops = activation !== null && !excluded(activation) && isDroppedByQuantization(activation, index);
    if (drops) dropped.add(activation);
    const output = drops ? (activation.output[0] ?? '') : planned.output;
    nodes.set(node, { ...planned, output });
    made.add(output);
    for (const name of planned.activations) if (!made.has(name)) calibrated.add(name);
    if (!planned.passesThrough) calibrated.add(output);
  }
  return { model, nodes, dropped, calibrated: [...calibrated], decisions };
}

interface Surroundings {
  readonly index: GraphIndex;
  readonly opset: number;
  /** The values that quantised nodes made so far. */
  readonly made: ReadonlySet<string>;
}

function considered(node: NodeProto, around: Surroundings): PlannedNode | FloatReason {
  const operator = operatorName(node);
  if (weighted.has(operator)) return consideredWithWeight(node, operator, around.index);
  // A reason of its own, for it costs most: the convolution in front of it is rounded, and then computed on in floats.
  if (operator === 'BatchNormalization') return 'NORMALIZATION_NOT_FOLDED';
  if (!isQuantizable(operator)) return 'OPERATOR_NOT_QUANTIZABLE';
  const { index, opset, made } = around;
  const activations = passing.has(operator) || operator.endsWith('Pool') ? node.input.slice(0, 1) : node.input;
  if (activations.some((name) => index.initializer(name) !== null)) return 'INPUT_CONSTANT';
  if (!activations.every((name) => made.has(name))) return 'INPUT_NOT_QUANTIZED';
  if (operator === 'Resize' && !takesNearest(node)) return 'ATTRIBUTES_UNSUPPORTED';
  // A second output of MaxPool holds indices; on 8-bit values MaxPool works from version 12 on.
  if (operator === 'MaxPool' && opset < 12) return 'OPSET_TOO_OLD';
  if (node.output.filter((name) => name !== '').length !== 1) return 'ATTRIBUTES_UNSUPPORTED';
  return { activations, weight: null, output: node.output[0] ?? '', passesThrough: passing.has(operator) };
}

/** Whether a Resize copies pixels: others mix them, and one that crops may put a number of its own beyond the border. */
function takesNearest(node: NodeProto): boolean {
  const coordinates = textAttribute(node, 'coordinate_transformation_mode', 'half_pixel');
  return textAttribute(node, 'mode', 'nearest') === 'nearest' && coordinates !== 'tf_crop_and_resize';
}

function consideredWithWeight(node: NodeProto, operator: string, index: GraphIndex): PlannedNode | FloatReason {
  const [input = '', , , ...more] = node.input;
  if (more.length > 0) return 'ATTRIBUTES_UNSUPPORTED';
  if (index.initializer(input) !== null) return 'INPUT_CONSTANT';
  const weight = weightOf(node, operator, index);
  if (typeof weight === 'string') return weight;
  return { activations: [input], weight, output: node.output[0] ?? '', passesThrough: false };
}

/** The one place that uses a value, where there is one alone and it is a node. */
function onlyConsumer(index: GraphIndex, value: string): NodeProto | null {
  if (index.uses(value) !== 1 || index.isGraphOutput(value)) return null;
  return index.consumers(value)[0] ?? null;
}

/** Which nodes are to stay in floats. Throws as `planQuantization` does. */
export function exclusions(model: OnnxModel, options: PlanOptions): (node: NodeProto) => boolean {
  const names = new Set(options.excludedNodes ?? []);
  const operators = new Set(options.excludedOperators ?? []);
  const unknown = [...names].find((name) => !model.graph.node.some((node) => node.name === name));
  const unused = [...operators].find((name) => !model.graph.node.some((node) => operatorName(node) === name));
  const missing = unknown ?? unused;
  if (missing !== undefined) {
    throw new InputError(
      'NODE_UNKNOWN',
      `Expected the ${unknown === undefined ? 'operator of a node' : 'name of a node'} to leave in floats, got "${missing}", which the main graph of "${model.graph.name}" does not have. \`dyno model inspect\` lists operators.`,
    );
  }
  return (node) => names.has(node.name) || operators.has(operatorName(node));
}

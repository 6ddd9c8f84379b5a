import { GraphIndex } from '../graph/graph-index.ts';
import type { NodeProto } from '../graph/onnx_pb.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { operatorName } from '../graph/operator-counts.ts';
import { InputError } from '../kernel/errors.ts';
import { isDroppedByQuantization } from './dropped-activation.ts';
import { type ConstantWeight, constantFloats, weightOf } from './quantizable-weight.ts';

/** Why a node stays in floats. */
export type FloatReason =
  | 'EXCLUDED'
  | 'OPERATOR_NOT_QUANTIZABLE'
  | 'INPUT_NOT_QUANTIZED'
  | 'INPUT_CONSTANT'
  | 'WEIGHT_NOT_CONSTANT'
  | 'WEIGHT_UNSUPPORTED'
  | 'BIAS_UNSUPPORTED'
  | 'BIAS_OF_MATMUL'
  | 'ATTRIBUTES_UNSUPPORTED'
  | 'OPSET_TOO_OLD';

/** What becomes of a node. `dropped`: an activation function that the range of its output makes needless, as the one before it saturates. */
export interface NodeDecision {
  readonly node: string;
  readonly operator: string;
  readonly becomes: 'int8' | 'dropped' | 'float';
  /** null where it does not stay in floats. */
  readonly reason: FloatReason | null;
}

export interface PlannedNode {
  /** The activations among its inputs; constants that take the place of one included. */
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
  /** The values whose range has to be known. Constants are not among them. */
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
/** These compute in 8 bits where an input is stored so already. */
const carrying = new Set(['Add', 'Mul', 'AveragePool', 'GlobalAveragePool', 'Concat']);
/** These move values without changing them: one scale serves input and output. */
const passing = new Set(['MaxPool', 'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze']);

/** Whether a node of this operator can be stored and computed in 8 bits at all. */
export function isQuantizable(operator: string): boolean {
  return weighted.has(operator) || carrying.has(operator) || passing.has(operator);
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
    for (const name of planned.activations)
      if (!made.has(name) && index.initializer(name) === null) calibrated.add(name);
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
  if (!isQuantizable(operator)) return 'OPERATOR_NOT_QUANTIZABLE';
  const { index, opset, made } = around;
  const activations = passing.has(operator) || operator.endsWith('Pool') ? node.input.slice(0, 1) : node.input;
  if (!activations.some((name) => made.has(name))) return 'INPUT_NOT_QUANTIZED';
  // A second output of MaxPool holds indices; on 8-bit values MaxPool works from version 12 on.
  if (operator === 'MaxPool' && opset < 12) return 'OPSET_TOO_OLD';
  if (node.output.filter((name) => name !== '').length !== 1) return 'ATTRIBUTES_UNSUPPORTED';
  const constants = activations.filter((name) => index.initializer(name) !== null);
  if (constants.some((name) => constantFloats(index, name) === null)) return 'WEIGHT_UNSUPPORTED';
  // In 8 bits the sums of a MatMul would be rounded before their bias is added, and the bias, too.
  if (operator === 'Add' && constants.length > 0 && activations.some((name) => isMatMul(index.producer(name)))) {
    return 'BIAS_OF_MATMUL';
  }
  return { activations, weight: null, output: node.output[0] ?? '', passesThrough: passing.has(operator) };
}

function consideredWithWeight(node: NodeProto, operator: string, index: GraphIndex): PlannedNode | FloatReason {
  const [input = '', , , ...more] = node.input;
  if (more.length > 0) return 'ATTRIBUTES_UNSUPPORTED';
  if (index.initializer(input) !== null) return 'INPUT_CONSTANT';
  const weight = weightOf(node, operator, index);
  if (typeof weight === 'string') return weight;
  return { activations: [input], weight, output: node.output[0] ?? '', passesThrough: false };
}

function isMatMul(node: NodeProto | null): boolean {
  return node !== null && operatorName(node) === 'MatMul';
}

/** The one place that uses a value, where there is one alone and it is a node. */
function onlyConsumer(index: GraphIndex, value: string): NodeProto | null {
  if (index.uses(value) !== 1 || index.isGraphOutput(value)) return null;
  return index.consumers(value)[0] ?? null;
}

function exclusions(model: OnnxModel, options: PlanOptions): (node: NodeProto) => boolean {
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

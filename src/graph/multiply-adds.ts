import { einsumLetters } from './filled-shapes.ts';
import { integerAttribute, textAttribute } from './node-attributes.ts';
import type { NodeProto } from './onnx_pb.ts';
import { operatorName } from './operator-counts.ts';
import type { Shape } from './shape-rule.ts';
import { elementCount } from './tensor-proto.ts';

/** Multiply-adds of a node, or why they are not known. An operator that does none by custom has 0 and is not `counted`. */
export type MultiplyAdds =
  | { readonly count: number; readonly isCounted: boolean }
  | { readonly count: null; readonly reason: string };

/**
 * Multiply-adds of a node, of quantised ones, too: products of matrices, convolutions and recurrent layers. What is left (activations, normalisations,
 * pooling, moving data) counts as nothing, as is the custom.
 */
export function multiplyAddsOf(node: NodeProto, shapeOf: (value: string) => Shape | undefined): MultiplyAdds {
  const operator = operatorName(node);
  const count = counters.get(operator);
  const name = `${operator} "${node.name}"`;
  if (count === undefined) {
    const isUnknown = uncounted.test(operator) && !free.has(operator);
    return isUnknown ? { count: null, reason: `${name} is not counted` } : { count: 0, isCounted: false };
  }
  const shapes = node.input.map((input) => shapeOf(input) ?? null);
  const made = count(node, shapes, shapeOf(node.output.find((output) => output !== '') ?? '') ?? null);
  return made === null
    ? { count: null, reason: `the shapes at ${name} are not known` }
    : { count: made, isCounted: true };
}

/** Operators that do multiply-adds which are not counted here: where one stands in the graph, there is no total. */
const uncounted =
  /^(Attention|Conv\w+|DFT|Einsum|GRU|GridSample|If|LSTM|Loop|MatMul\w+|Q(Gemm|Linear\w+)|RNN|Scan|DeformConv|.+:.+)$/;

/** Operators of ONNX Runtime that do none, like those of ONNX that they stand for. */
const free = new Set(
  'BiasGelu DequantizeLinear FastGelu Gelu QLinearAdd QLinearAveragePool QLinearConcat QLinearGlobalAveragePool QLinearLeakyRelu QLinearMul QLinearSigmoid QLinearSoftmax QuantizeLinear QuickGelu SkipLayerNormalization'
    .split(' ')
    .map((name) => `com.microsoft:${name}`),
);

/** From the shapes of the inputs and of the first output; null where one that is needed is not known. */
type Counter = (node: NodeProto, inputs: readonly (Shape | null)[], output: Shape | null) => number | null;

/** Every element of the output is a dot product over a filter: inputs / group × kernel. */
const convolution =
  (weightPlace = 1): Counter =>
  (_node, inputs, output) => {
    const weight = inputs[weightPlace];
    return weight && output ? elementCount(output) * elementCount(weight.slice(1)) : null;
  };

/** Every element of the input is spread by a filter: outputs / group × kernel. */
const transposedConvolution: Counter = (_node, [input, weight]) =>
  input && weight ? elementCount(input) * elementCount(weight.slice(1)) : null;

const matrixProduct: Counter = (_node, [a], output) => (a && output ? elementCount(output) * (a.at(-1) ?? 0) : null);

const gemm: Counter = (node, [a], output) =>
  a && output ? elementCount(output) * (a[1 - integerAttribute(node, 'transA', 0)] ?? 0) : null;

/** At each step, every weight of the input (W) and of the state (R) is used once for each item. */
const recurrent: Counter = (_node, [input, weight, recurrence]) => {
  if (!input || !weight || !recurrence) return null;
  return elementCount(input.slice(0, 2)) * (elementCount(weight) + elementCount(recurrence));
};

/** A sum of products of two: one for each combination of all letters. Of more operands, the order decides. */
const einsum: Counter = (node, inputs) => {
  const letters = inputs.length <= 2 ? einsumLetters(textAttribute(node, 'equation', ''), inputs) : null;
  if (letters === null) return null;
  return inputs.length < 2 ? 0 : elementCount([...letters.sizes.values()]);
};

const counters: ReadonlyMap<string, Counter> = new Map([
  ['Conv', convolution()],
  ['ConvInteger', convolution()],
  ['QLinearConv', convolution(3)],
  ['com.microsoft:FusedConv', convolution()],
  ['ConvTranspose', transposedConvolution],
  ['Gemm', gemm],
  ['com.microsoft:FusedGemm', gemm],
  ['com.microsoft:QGemm', gemm],
  ['MatMul', matrixProduct],
  ['MatMulInteger', matrixProduct],
  ['QLinearMatMul', matrixProduct],
  ['com.microsoft:DynamicQuantizeMatMul', matrixProduct],
  ['com.microsoft:MatMulIntegerToFloat', matrixProduct],
  ['Einsum', einsum],
  ['LSTM', recurrent],
  ['GRU', recurrent],
  ['RNN', recurrent],
]);

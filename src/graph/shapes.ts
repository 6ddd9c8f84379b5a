import { constantTensors } from './constants.ts';
import { gather, reduce, resize, shapeItself, slice, squeeze, unsqueeze } from './cut-shapes.ts';
import { elementType } from './element-type.ts';
import { isExternal } from './external-data.ts';
import {
  argument,
  asSecond,
  constantOfShape,
  depthToSpace,
  einsum,
  expand,
  gatherPlaces,
  gridSample,
  oneHot,
  pad,
  range,
  spaceToDepth,
  tile,
} from './filled-shapes.ts';
import { knownNumbers } from './known-numbers.ts';
import { modelInputs } from './model-values.ts';
import { integerAttribute, integersAttribute, textAttribute } from './node-attributes.ts';
import type { NodeProto, TensorProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';
import { operatorName } from './operator-counts.ts';
import { severalOutputs } from './several-outputs.ts';
import { broadcastShapes, type Rule, type Seen, type Shape } from './shape-rule.ts';
import { elementCount, readTensor } from './tensor-proto.ts';

/** Longer constants are weights: no shape is made of them. Nor is a shape longer: a graph could double one at every node. */
const mostNumbers = 64;

/**
 * Shapes of the values of the main graph, from the shapes of its inputs. Values that cannot be told are missing: those behind an
 * operator without a rule here, and those whose shape depends on data. Bodies of If and Loop are not entered.
 *
 * Numbers that follow from shapes are followed, too: exporters of dynamic models compute what a Reshape makes from the Shape of a value.
 * @param known Shapes of values that are known otherwise, such as from a run: taken where no rule gives one.
 */
export function inferShapes(
  model: OnnxModel,
  inputShapes: Readonly<Record<string, Shape>>,
  known: ReadonlyMap<string, Shape> = new Map(),
): Map<string, Shape> {
  const constants = constantTensors(model.graph);
  const shapes = new Map<string, Shape>([...constants].map(([name, { dims }]) => [name, dims.map(Number)]));
  for (const { name } of modelInputs(model)) {
    const shape = inputShapes[name];
    if (shape !== undefined) shapes.set(name, shape);
  }
  const computed = new Map<string, readonly number[]>();
  // ONNX lists nodes in an order in which every value is made before it is used.
  for (const node of model.graph.node) {
    const seen: Seen = {
      node,
      shapes: node.input.map((name) => shapes.get(name) ?? null),
      constant(input) {
        const name = node.input[input] ?? '';
        return computed.get(name) ?? numbers(constants.get(name));
      },
    };
    const operator = operatorName(node);
    const ruled = severalOutputs.get(operator)?.(seen) ?? [rules.get(operator)?.(seen) ?? null];
    for (const [place, output] of node.output.entries()) {
      if (output === '') continue;
      const shape = [ruled[place], known.get(output)].find(isShape);
      if (shape !== undefined) shapes.set(output, shape);
    }
    const [first] = node.output;
    const followed = knownNumbers(operator, seen);
    // As many as the shape has, or the rule took a matrix for a vector.
    const expected = elementCount(shapes.get(first ?? '') ?? [followed?.length ?? 0]);
    if (first && followed?.length === expected && expected <= mostNumbers) computed.set(first, followed);
  }
  return shapes;
}

function isShape(shape: Shape | null | undefined): shape is Shape {
  if (!shape || shape.length > mostNumbers) return false;
  return shape.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Values of a short constant, such as the shape that a Reshape makes; null for any other and for those in another file. */
function numbers(tensor: TensorProto | undefined): number[] | null {
  if (tensor === undefined || isExternal(tensor) || elementCount(tensor.dims.map(Number)) > mostNumbers) return null;
  if (!/^(u?int(32|64)|float(32|64)|bool)$/.test(elementType(tensor.dataType).name)) return null;
  return Array.from(readTensor(tensor).data as ArrayLike<number | bigint>, Number);
}

const asFirst: Rule = ({ shapes }) => shapes[0] ?? null;

/** Numpy's broadcasting: shapes are aligned at the end; 1 gives way. */
const broadcast: Rule = ({ shapes }) => {
  let result: Shape = [];
  for (const shape of shapes) {
    if (shape === null) return null;
    result = broadcastShapes(result, shape);
  }
  return result;
};

const convolution: Rule = ({ node, shapes: [input, weight] }) => {
  if (!input || !weight) return null;
  const spatial = slide(node, input.slice(2), weight.slice(2));
  return [input[0] ?? 0, weight[0] ?? 0, ...spatial];
};

/** ConvTranspose-1: (in − 1) · stride + output_padding + (kernel − 1) · dilation + 1 − pads; with SAME, in · stride. */
const transposedConvolution: Rule = ({ node, shapes: [input, weight] }) => {
  if (!input || !weight) return null;
  const autoPad = textAttribute(node, 'auto_pad', 'NOTSET');
  const rank = input.length - 2;
  const [strides, dilations, extra, pads] = [
    integersAttribute(node, 'strides'),
    integersAttribute(node, 'dilations'),
    integersAttribute(node, 'output_padding'),
    integersAttribute(node, 'pads'),
  ];
  const given = integersAttribute(node, 'output_shape');
  const spatial = input.slice(2).map((size, axis) => {
    const kernel = ((weight[axis + 2] ?? 1) - 1) * (dilations?.[axis] ?? 1) + 1;
    if (autoPad.startsWith('SAME') && given === null) return size * (strides?.[axis] ?? 1);
    const padding = autoPad === 'VALID' ? 0 : (pads?.[axis] ?? 0) + (pads?.[axis + rank] ?? 0);
    return given?.[axis] ?? (size - 1) * (strides?.[axis] ?? 1) + (extra?.[axis] ?? 0) + kernel - padding;
  });
  return [input[0] ?? 0, (weight[1] ?? 0) * integerAttribute(node, 'group', 1), ...spatial];
};

const pool: Rule = ({ node, shapes: [input] }) => {
  const kernel = integersAttribute(node, 'kernel_shape');
  if (!input || kernel === null) return null;
  return [...input.slice(0, 2), ...slide(node, input.slice(2), kernel)];
};

const globalPool: Rule = ({ shapes: [input] }) =>
  input ? [...input.slice(0, 2), ...input.slice(2).map(() => 1)] : null;

/** Positions of a window that slides over each spatial dimension. Conv-22 and MaxPool-22 of the ONNX operators. */
function slide(node: NodeProto, sizes: Shape, kernel: Shape): number[] {
  const [strides, dilations, pads] = ['strides', 'dilations', 'pads'].map((name) => integersAttribute(node, name));
  const autoPad = textAttribute(node, 'auto_pad', 'NOTSET');
  const round = integerAttribute(node, 'ceil_mode', 0) === 1 ? Math.ceil : Math.floor;
  return sizes.map((size, axis) => {
    const stride = strides?.[axis] ?? 1;
    if (autoPad.startsWith('SAME')) return Math.ceil(size / stride);
    const reach = ((kernel[axis] ?? 1) - 1) * (dilations?.[axis] ?? 1) + 1;
    const before = pads?.[axis] ?? 0;
    const padding = autoPad === 'VALID' ? 0 : before + (pads?.[axis + sizes.length] ?? 0);
    const positions = round((size + padding - reach) / stride) + 1;
    // With ceil_mode, a window that would start in the padding behind the end is left out.
    return round === Math.ceil && (positions - 1) * stride >= size + before ? positions - 1 : positions;
  });
}

const matrixProduct: Rule = ({ shapes: [a, b] }) => {
  if (!a || !b || a.length === 0 || b.length === 0) return null;
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  const rows = a.length === 1 ? [] : a.slice(-2, -1);
  const columns = b.length === 1 ? [] : b.slice(-1);
  return [...batch, ...rows, ...columns];
};

const gemm: Rule = ({ node, shapes: [a, b] }) => {
  if (a?.length !== 2 || b?.length !== 2) return null;
  return [a[integerAttribute(node, 'transA', 0)] ?? 0, b[1 - integerAttribute(node, 'transB', 0)] ?? 0];
};

const flatten: Rule = ({ node, shapes: [input] }) => {
  if (!input) return null;
  const axis = integerAttribute(node, 'axis', 1);
  const cut = axis < 0 ? axis + input.length : axis;
  return [elementCount(input.slice(0, cut)), elementCount(input.slice(cut))];
};

/** Reshape-5; 0 keeps a dimension unless Reshape-14's `allowzero` lets it be 0. */
const reshape: Rule = ({ node, shapes: [input], constant }) => {
  const wanted = constant(1);
  if (!input || wanted === null) return null;
  const keepsZero = integerAttribute(node, 'allowzero', 0) === 0;
  const kept = wanted.map((dimension, axis) => (dimension === 0 && keepsZero ? (input[axis] ?? 0) : dimension));
  const known = elementCount(kept.filter((dimension) => dimension >= 0));
  return kept.map((dimension) => (dimension < 0 ? elementCount(input) / known : dimension));
};

const transpose: Rule = ({ node, shapes: [input] }) => {
  if (!input) return null;
  const order = integersAttribute(node, 'perm') ?? input.map((_, axis) => input.length - 1 - axis);
  return order.map((axis) => input[axis] ?? 0);
};

const concat: Rule = ({ node, shapes }) => {
  const [first] = shapes;
  if (!first) return null;
  const axis = (integerAttribute(node, 'axis', 0) + first.length) % first.length;
  let total = 0;
  for (const shape of shapes) {
    if (shape === null) return null;
    total += shape[axis] ?? 0;
  }
  return first.map((size, index) => (index === axis ? total : size));
};

/** A rule for other places of the inputs: quantised operators have scales and zero points between them. */
function taking(rule: Rule, ...places: number[]): Rule {
  return (seen) => rule({ ...seen, shapes: places.map((place) => seen.shapes[place] ?? null) });
}

const sameShape = `Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization Bernoulli BitwiseNot Cast CastLike Ceil Celu Clip Cos Cosh
  CumSum DequantizeLinear Elu Erf Exp EyeLike Floor Gelu GroupNormalization HardSigmoid HardSwish Hardmax Identity InstanceNormalization
  IsInf IsNaN LRN LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish Neg Not PRelu QuantizeLinear RMSNormalization
  RandomNormalLike RandomUniformLike Reciprocal Relu ReverseSequence Round Scatter ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin Sinh
  Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu com.microsoft:BiasGelu com.microsoft:DequantizeLinear
  com.microsoft:FastGelu com.microsoft:Gelu com.microsoft:QLinearLeakyRelu com.microsoft:QLinearSigmoid com.microsoft:QLinearSoftmax
  com.microsoft:QuantizeLinear com.microsoft:QuickGelu com.microsoft:SkipLayerNormalization`;
const elementwise = `Add And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul
  Or Pow Sub Sum Where Xor`;
const reductions = 'L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare';
const words = (text: string): string[] => text.split(/\s+/);

const rules = new Map<string, Rule>([
  ...words(sameShape).map((name): [string, Rule] => [name, asFirst]),
  ...words(elementwise).map((name): [string, Rule] => [name, broadcast]),
  ...words(reductions).map((name): [string, Rule] => [`Reduce${name}`, reduce]),
  ['Conv', convolution],
  ['ConvInteger', convolution],
  ['QLinearConv', taking(convolution, 0, 3)],
  ['com.microsoft:FusedConv', convolution],
  ['ConvTranspose', transposedConvolution],
  ['MaxPool', pool],
  ['AveragePool', pool],
  ['LpPool', pool],
  ['GlobalAveragePool', globalPool],
  ['GlobalMaxPool', globalPool],
  ['MatMul', matrixProduct],
  ['MatMulInteger', matrixProduct],
  ['QLinearMatMul', taking(matrixProduct, 0, 3)],
  ['com.microsoft:DynamicQuantizeMatMul', matrixProduct],
  ['com.microsoft:MatMulIntegerToFloat', matrixProduct],
  ['com.microsoft:QLinearAdd', taking(broadcast, 0, 3)],
  ['com.microsoft:QLinearMul', taking(broadcast, 0, 3)],
  ['com.microsoft:QLinearGlobalAveragePool', globalPool],
  ['com.microsoft:QLinearAveragePool', pool],
  ['Gemm', gemm],
  ['com.microsoft:FusedGemm', gemm],
  ['com.microsoft:QGemm', taking(gemm, 0, 3)],
  ['Einsum', einsum],
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Transpose', transpose],
  ['Concat', concat],
  ['Gather', gather],
  ['GatherElements', asSecond],
  ['GatherND', gatherPlaces],
  ['Slice', slice],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Resize', resize],
  ['Upsample', resize],
  ['Expand', expand],
  ['Tile', tile],
  ['Pad', pad],
  ['ConstantOfShape', constantOfShape],
  ['Range', range],
  ['OneHot', oneHot],
  ['ArgMax', argument],
  ['ArgMin', argument],
  ['DepthToSpace', depthToSpace],
  ['SpaceToDepth', spaceToDepth],
  ['GridSample', gridSample],
  ['Shape', shapeItself],
  ['Size', () => []],
]);

import { elementType } from './element-type.ts';
import { integerAttribute } from './node-attributes.ts';
import type { NodeProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';
import { operatorName } from './operator-counts.ts';

/**
 * Element types of the values of the main graph, such as `float32`, from its inputs and constants and what its operators make of them. What
 * the model itself notes of a value is taken where no rule gives a type. Values that cannot be told are missing.
 * @param known Types of values that are known otherwise, such as from a run: taken before what the model notes.
 */
export function inferTypes({ graph }: OnnxModel, known: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const noted = new Map<string, string>();
  for (const { name, type } of [...graph.valueInfo, ...graph.output, ...graph.input]) {
    if (type?.value.case === 'tensorType') noted.set(name, elementType(type.value.value.elemType).name);
  }
  for (const [name, type] of known) noted.set(name, type);
  const types = new Map<string, string>();
  for (const { name } of graph.input) {
    const type = noted.get(name);
    if (type !== undefined) types.set(name, type);
  }
  for (const { name, dataType } of graph.initializer) types.set(name, elementType(dataType).name);
  for (const { values } of graph.sparseInitializer) {
    if (values !== undefined) types.set(values.name, elementType(values.dataType).name);
  }
  for (const node of graph.node) {
    const made = outputTypes(node, (input) => types.get(node.input[input] ?? '') ?? null);
    for (const [place, output] of node.output.entries()) {
      const type = made[place] ?? noted.get(output);
      if (output !== '' && type !== undefined) types.set(output, type);
    }
  }
  return types;
}

type InputType = (input: number) => string | null;
type TypeRule = (node: NodeProto, typeOf: InputType) => readonly (string | null)[];

/** The types of the outputs of a node; null for one that cannot be told. */
function outputTypes(node: NodeProto, typeOf: InputType): readonly (string | null)[] {
  const operator = operatorName(node);
  const rule = rules.get(operator);
  if (rule !== undefined) return rule(node, typeOf);
  if (bodyOperators.has(operator) || operator.includes(':')) return [];
  // Nearly all other operators of ONNX answer what they are given first.
  return node.output.map(() => typeOf(0));
}

const always =
  (...types: string[]): TypeRule =>
  () =>
    types;
const asInput =
  (input: number): TypeRule =>
  (node, typeOf) =>
    node.output.map(() => typeOf(input));

/** An attribute that names a type; left out, or 0, it is `otherwise`. */
function typeAttribute(node: NodeProto, name: string, otherwise: string | null): string | null {
  const type = integerAttribute(node, name, 0);
  return type === 0 ? otherwise : elementType(type).name;
}

const constantType: TypeRule = ({ attribute }) => {
  const [{ name, t, sparseTensor } = { name: '' }] = attribute;
  const tensor = t ?? sparseTensor?.values;
  if (tensor !== undefined) return [elementType(tensor.dataType).name];
  if (name.startsWith('value_float')) return ['float32'];
  if (name.startsWith('value_int')) return ['int64'];
  return [name.startsWith('value_string') ? 'string' : null];
};

const constantOfShape: TypeRule = ({ attribute }) => {
  const tensor = attribute.find(({ name }) => name === 'value')?.t;
  return [tensor === undefined ? 'float32' : elementType(tensor.dataType).name];
};

/** QuantizeLinear-10 goes by its zero point, QuantizeLinear-21 may name the type; without either, uint8. */
const quantize: TypeRule = (node, typeOf) => [node.input[2] ? typeOf(2) : typeAttribute(node, 'output_dtype', 'uint8')];

/** DequantizeLinear answers in the type of its scale. */
const dequantize: TypeRule = (_node, typeOf) => [typeOf(1)];

/** What the body declares of its outputs, from the one on that is the node's first. */
function declaredByBody(name: string, first: number): TypeRule {
  return ({ attribute }) => {
    const body = attribute.find((candidate) => candidate.name === name)?.g;
    return (body?.output ?? []).slice(first).map(({ type }) => {
      const dataType = type?.value.case === 'tensorType' ? type.value.value.elemType : 0;
      return dataType === 0 ? null : elementType(dataType).name;
    });
  };
}

const bodyOperators = new Set(['SequenceMap', 'SplitToSequence', 'SequenceConstruct', 'SequenceEmpty']);

const comparisons = 'And Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not Or RegexFullMatch Xor';
const microsoftAsFirst = `BiasGelu DynamicQuantizeMatMul FastGelu FusedConv FusedGemm FusedMatMul Gelu QLinearAveragePool
  QLinearGlobalAveragePool QLinearLeakyRelu QLinearSigmoid QLinearSoftmax QuickGelu QLinearAdd QLinearMul SkipLayerNormalization`;

const words = (text: string): string[] => text.split(/\s+/);

const rules = new Map<string, TypeRule>([
  ...words(comparisons).map((name): [string, TypeRule] => [name, always('bool')]),
  ...words(microsoftAsFirst).map((name): [string, TypeRule] => [`com.microsoft:${name}`, asInput(0)]),
  ...'ArgMax ArgMin NonMaxSuppression NonZero Shape Size'
    .split(' ')
    .map((name): [string, TypeRule] => [name, always('int64')]),
  ['If', declaredByBody('then_branch', 0)],
  // The first output of the body is whether to go on.
  ['Loop', declaredByBody('body', 1)],
  ['Scan', declaredByBody('body', 0)],
  ['Cast', (node) => [typeAttribute(node, 'to', null)]],
  ['BitCast', (node) => [typeAttribute(node, 'to', null)]],
  ['CastLike', asInput(1)],
  ['Constant', constantType],
  ['ConstantOfShape', constantOfShape],
  ['ConvInteger', always('int32')],
  ['MatMulInteger', always('int32')],
  ['com.microsoft:MatMulIntegerToFloat', always('float32')],
  ['DequantizeLinear', dequantize],
  ['com.microsoft:DequantizeLinear', dequantize],
  ['QuantizeLinear', quantize],
  ['com.microsoft:QuantizeLinear', quantize],
  ['DynamicQuantizeLinear', always('uint8', 'float32', 'uint8')],
  ['QLinearConv', asInput(7)],
  ['QLinearMatMul', asInput(7)],
  ['Dropout', (_node, typeOf) => [typeOf(0), 'bool']],
  ['MaxPool', (_node, typeOf) => [typeOf(0), 'int64']],
  ['TopK', (_node, typeOf) => [typeOf(0), 'int64']],
  [
    'LayerNormalization',
    (node, typeOf) => [typeOf(0), ...node.output.slice(1).map(() => typeAttribute(node, 'stash_type', 'float32'))],
  ],
  ['OneHot', asInput(2)],
  ['Where', asInput(1)],
  ['EyeLike', (node, typeOf) => [typeAttribute(node, 'dtype', typeOf(0))]],
  ['RandomNormalLike', (node, typeOf) => [typeAttribute(node, 'dtype', typeOf(0))]],
  ['RandomUniformLike', (node, typeOf) => [typeAttribute(node, 'dtype', typeOf(0))]],
  ['RandomNormal', (node) => [typeAttribute(node, 'dtype', 'float32')]],
  ['RandomUniform', (node) => [typeAttribute(node, 'dtype', 'float32')]],
  ['Bernoulli', (node, typeOf) => [typeAttribute(node, 'dtype', typeOf(0))]],
  ...words('BlackmanWindow HammingWindow HannWindow MelWeightMatrix').map((name): [string, TypeRule] => [
    name,
    (node) => [typeAttribute(node, 'output_datatype', 'float32')],
  ]),
  ['StringSplit', always('string', 'int64')],
  ['TfIdfVectorizer', always('float32')],
  ['Multinomial', (node) => [typeAttribute(node, 'dtype', 'int32')]],
  ['SequenceAt', () => [null]],
  ['Unique', (_node, typeOf) => [typeOf(0), 'int64', 'int64', 'int64']],
]);

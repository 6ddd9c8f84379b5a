import { dirname } from 'node:path';
import { errorText, InputError } from '../kernel/errors.ts';
import { bodiesOf } from './bodies.ts';
import { isKnownType, shapeProblem, sparseTensorProblem, tensorProblem } from './check-tensor.ts';
import { nodeOrder } from './edit-graph.ts';
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  type FunctionProto,
  type GraphProto,
  GraphProtoSchema,
  type NodeProto,
  type OperatorSetIdProto,
  type TypeProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
  Version,
} from './onnx_pb.ts';
import { readModel } from './onnx-file.ts';
import { createMessage, type OnnxModel } from './onnx-message.ts';
import { operatorName } from './operator-counts.ts';

export type ModelProblemCode =
  | 'IR_VERSION'
  | 'OPSET_MISSING'
  | 'OPSET_INVALID'
  | 'NAME_MISSING'
  | 'VALUE_MADE_TWICE'
  | 'VALUE_MISSING'
  | 'CYCLE'
  | 'ATTRIBUTE_INVALID'
  | 'TYPE_MISSING'
  | 'TYPE_UNKNOWN'
  | 'SHAPE_INVALID'
  | 'DATA_SIZE'
  | 'EXTERNAL_DATA';

/** Something in a model that no engine could run. */
export interface ModelProblem {
  readonly code: ModelProblemCode;
  /** The thing it is about, such as `Conv "conv1"` or `initialiser "w"`. */
  readonly where: string;
  readonly problem: string;
}

/** More are not listed: a file can hold millions. */
const mostProblems = 100;

/**
 * What is wrong with the structure of a model, at most 100 problems in the order of the file: names, versions, types, shapes, sizes of data,
 * values that nothing makes or two things make, circles; bodies and functions included. What the operators mean is not checked, nor that
 * nodes stand in order, which `sortNodes` mends. Time and memory grow with the file, not with the sizes it claims: no data are read.
 * @param folder Folder of the model, to check that external data are there; null leaves that out.
 */
export function checkModel(model: OnnxModel, folder: string | null = null): readonly ModelProblem[] {
  const problems = new Problems(folder);
  const { irVersion } = model;
  if (irVersion < 1n || irVersion > Version.IR_VERSION) {
    problems.add('IR_VERSION', 'the model', `has IR version ${irVersion}; expected 1 to ${Version.IR_VERSION}`);
  }
  checkGraph(model.graph, checkOpsets(model.opsetImport, 'the model', problems), () => false, problems);
  for (const { name, type } of model.graph.input) {
    if (type?.value.case === undefined) problems.add('TYPE_MISSING', `input ${quoted(name)}`, 'has no type');
  }
  for (const local of model.functions) checkFunction(local, problems);
  return problems.list;
}

/**
 * Throws when `checkModel` finds a problem: `MODEL_INVALID`, or `EXTERNAL_DATA` when the first one is about data in other files.
 * @param source What to call the model in the message, such as its path.
 */
export function requireSoundModel(model: OnnxModel, source: string, folder: string | null = null): void {
  const [first, ...more] = checkModel(model, folder);
  if (first === undefined) return;
  const rest = more.length === 0 ? '' : ` (and ${more.length >= mostProblems - 1 ? 'many' : more.length} more)`;
  throw new InputError(
    first.code === 'EXTERNAL_DATA' ? 'EXTERNAL_DATA' : 'MODEL_INVALID',
    `${source}: expected a sound ONNX model, but ${first.where}: ${first.problem} [${first.code}]${rest}. Export the model again or fetch it again.`,
  );
}

/** Reads an ONNX file and checks it. Throws as `readModel` and `requireSoundModel`. */
export function readSoundModel(path: string): OnnxModel {
  const model = readModel(path);
  requireSoundModel(model, path, dirname(path));
  return model;
}

class Problems {
  readonly list: ModelProblem[] = [];
  readonly folder: string | null;

  constructor(folder: string | null) {
    this.folder = folder;
  }

  add(code: ModelProblemCode, where: string, problem: string): void {
    if (this.list.length < mostProblems) this.list.push({ code, where, problem });
  }
}

/** Domains that have a version; `''` stands for `ai.onnx`. */
function checkOpsets(opsets: readonly OperatorSetIdProto[], where: string, problems: Problems): Set<string> {
  const domains = new Set<string>();
  for (const { domain, version } of opsets) {
    const name = standardDomain(domain);
    if (domains.has(name)) problems.add('OPSET_INVALID', where, `imports the operators of ${quoted(domain)} twice`);
    if (version < 1n || version >= 2n ** 31n) {
      problems.add('OPSET_INVALID', where, `imports version ${version} of the operators of ${quoted(domain)}`);
    }
    domains.add(name);
  }
  return domains;
}

function checkFunction(local: FunctionProto, problems: Problems): void {
  const where = `function ${quoted(local.name)}`;
  const info = (name: string) => createMessage(ValueInfoProtoSchema, { name });
  const graph = createMessage(GraphProtoSchema, {
    name: local.name,
    node: local.node,
    input: local.input.map(info),
    output: local.output.map(info),
  });
  checkGraph(graph, checkOpsets(local.opsetImport, where, problems), () => false, problems);
}

function checkGraph(
  graph: GraphProto,
  domains: ReadonlySet<string>,
  isVisibleOutside: (name: string) => boolean,
  problems: Problems,
): void {
  const made = new Set<string>();
  const make = (name: string, where: string): void => {
    if (made.has(name)) problems.add('VALUE_MADE_TWICE', where, `${quoted(name)} is made by something else, too`);
    made.add(name);
  };
  const inputs = new Set<string>();
  for (const input of graph.input) {
    checkValue(input, 'input', problems);
    make(input.name, `input ${quoted(input.name)}`);
    inputs.add(input.name);
  }
  checkConstants(graph, inputs, make, problems);
  for (const node of graph.node) {
    const where = label(node);
    checkNode(node, where, domains, problems);
    for (const output of node.output) if (output !== '') make(output, where);
  }

  const isVisible = (name: string) => made.has(name) || isVisibleOutside(name);
  for (const node of graph.node) {
    for (const input of new Set(node.input)) {
      if (input === '' || isVisible(input)) continue;
      problems.add('VALUE_MISSING', label(node), `uses ${quoted(input)}, which nothing makes`);
    }
    for (const body of bodiesOf(node)) checkGraph(body, domains, isVisible, problems);
  }
  for (const output of graph.output) {
    checkValue(output, 'output', problems);
    if (isVisible(output.name)) continue;
    problems.add(
      'VALUE_MISSING',
      `graph ${quoted(graph.name)}`,
      `gives out ${quoted(output.name)}, which nothing makes`,
    );
  }
  for (const value of graph.valueInfo) checkValue(value, 'value', problems);
  try {
    nodeOrder(graph);
  } catch (error) {
    problems.add('CYCLE', `graph ${quoted(graph.name)}`, errorText(error).slice(0, 400));
  }
}

function checkConstants(
  { initializer, sparseInitializer }: GraphProto,
  inputs: ReadonlySet<string>,
  make: (name: string, where: string) => void,
  problems: Problems,
): void {
  const named = [
    ...initializer.map((tensor) => ({ name: tensor.name, problem: tensorProblem(tensor, problems.folder) })),
    ...sparseInitializer.map((tensor) => ({
      name: tensor.values?.name ?? '',
      problem: sparseTensorProblem(tensor, problems.folder),
    })),
  ];
  const seen = new Set<string>();
  for (const { name, problem } of named) {
    const where = `initialiser ${quoted(name)}`;
    if (name === '') problems.add('NAME_MISSING', where, 'has no name');
    // One that is listed as an input, too, is the default of that input.
    if (!inputs.has(name) || seen.has(name)) make(name, where);
    seen.add(name);
    if (problem !== null) problems.add(problem.code, where, problem.problem);
  }
}

function checkNode(node: NodeProto, where: string, domains: ReadonlySet<string>, problems: Problems): void {
  if (node.opType === '') problems.add('NAME_MISSING', where, 'names no operator');
  if (!domains.has(standardDomain(node.domain))) {
    problems.add('OPSET_MISSING', where, `is of the domain ${quoted(node.domain)}, of which no version is imported`);
  }
  const seen = new Set<string>();
  for (const attribute of node.attribute) {
    const { name } = attribute;
    if (name === '') problems.add('ATTRIBUTE_INVALID', where, 'has an attribute without a name');
    if (seen.has(name)) problems.add('ATTRIBUTE_INVALID', where, `has the attribute ${quoted(name)} twice`);
    seen.add(name);
    checkAttribute(attribute, where, problems);
  }
}

function checkAttribute(attribute: AttributeProto, where: string, problems: Problems): void {
  const { name, type, t, g, tensors, sparseTensor, sparseTensors, refAttrName } = attribute;
  const at = `${where}, attribute ${quoted(name)}`;
  const missing =
    (type === AttributeType.TENSOR && t === undefined) ||
    (type === AttributeType.GRAPH && g === undefined) ||
    (type === AttributeType.SPARSE_TENSOR && sparseTensor === undefined);
  // In a function, an attribute may stand for one of the node that calls it.
  if (missing && refAttrName === '') problems.add('ATTRIBUTE_INVALID', at, 'has not the value that its type names');
  for (const tensor of t === undefined ? tensors : [t, ...tensors]) {
    const problem = tensorProblem(tensor, problems.folder);
    if (problem !== null) problems.add(problem.code, at, problem.problem);
  }
  for (const tensor of sparseTensor === undefined ? sparseTensors : [sparseTensor, ...sparseTensors]) {
    const problem = sparseTensorProblem(tensor, problems.folder);
    if (problem !== null) problems.add(problem.code, at, problem.problem);
  }
}

function checkValue({ name, type }: ValueInfoProto, kind: string, problems: Problems): void {
  const where = `${kind} ${quoted(name)}`;
  if (name === '') problems.add('NAME_MISSING', where, 'has no name');
  if (type !== undefined) checkType(type, where, problems);
}

function checkType({ value }: TypeProto, where: string, problems: Problems): void {
  switch (value.case) {
    case 'tensorType':
    case 'sparseTensorType': {
      const { elemType, shape } = value.value;
      if (!isKnownType(elemType)) {
        problems.add('TYPE_UNKNOWN', where, `its elements are of type ${elemType}, which ONNX does not have`);
      }
      const fixed = shape?.dim.flatMap(({ value: size }) => (size.case === 'dimValue' ? size.value : [])) ?? [];
      // Some exporters write 0 or -1 for a dimension that is open.
      const problem = shapeProblem(
        fixed.filter((size) => size !== -1n),
        elemType,
      );
      if (problem !== null) problems.add('SHAPE_INVALID', where, problem);
      return;
    }
    case 'sequenceType':
    case 'optionalType':
      if (value.value.elemType !== undefined) checkType(value.value.elemType, where, problems);
      return;
    case 'mapType':
      if (value.value.valueType !== undefined) checkType(value.value.valueType, where, problems);
  }
}

function label(node: NodeProto): string {
  return `${operatorName(node).slice(0, 100) || 'node'} ${quoted(node.name || (node.output[0] ?? ''))}`;
}

/** A name as a message can show it: names from a file may be long and hold control characters. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}

function standardDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

import { dataTypeOf } from './element-type.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';
import { createMessage, type OnnxModel } from './onnx-message.ts';
import { makeTensor, type TensorValues } from './tensor-proto.ts';

/** A dimension of an input or output: a number is fixed, a string names a dynamic one, null leaves it unnamed. */
export type Dimension = number | string | null;

/** An attribute that is a float: a bare number stands for an integer, as most attributes are. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A list of numbers stands for integers. A graph is the body of If, Loop or Scan. */
export type Attribute = number | Float | string | readonly number[] | readonly Float[] | TensorProto | GraphProto;

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Name of the node; its outputs are named after it. Default: operator and running number, such as `Conv3`. */
  readonly name?: string;
  /** Names of the outputs; default: one, named like the node. */
  readonly outputs?: readonly string[];
  /** Default: the standard operators. */
  readonly domain?: string;
}

export interface ModelOptions {
  /** Version of the standard operators; default 13. */
  readonly opset?: number;
  /** Versions of other domains, such as `{ 'com.microsoft': 1 }`. */
  readonly domains?: Readonly<Record<string, number>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** ONNX IR 8 came with opset 15 and is read by every ONNX Runtime since 1.10. */
const irVersion = 8n;

/**
 * Builds an ONNX graph in the order in which data flow through it. Every method returns the name of the value it made:
 *
 *     const graph = new GraphBuilder('tiny');
 *     const x = graph.input('x', 'float32', ['batch', 4]);
 *     const weight = graph.constant('weight', 'float32', [4, 2], new Float32Array(8).fill(1));
 *     graph.output(graph.node('MatMul', [x, weight]), 'float32', ['batch', 2]);
 *     writeModel('tiny.onnx', graph.model());
 *
 * The builder checks names (used before made, made twice: `RangeError`, a fault of the caller), not types and shapes.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #values = new Set<string>();
  readonly #outer: ReadonlySet<string>;

  /** `outer`: values of the surrounding graph that a body may use. */
  constructor(name: string, outer: readonly string[] = []) {
    this.#name = name;
    this.#outer = new Set(outer);
  }

  input(name: string, type: string, shape: readonly Dimension[]): string {
    this.#make(name);
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  constant(name: string, type: string, dims: readonly number[], data: TensorValues): string {
    this.#make(name);
    this.#initializers.push(makeTensor(name, type, dims, data));
    return name;
  }

  /** Adds a node and returns its first output. An empty name among the inputs leaves out an optional input. */
  node(operator: string, inputs: readonly string[], options: NodeOptions = {}): string {
    for (const input of inputs) this.#mustExist(input, `input of ${operator}`);
    const name = options.name ?? `${operator}${this.#nodes.length + 1}`;
    const outputs = options.outputs ?? [name];
    for (const output of outputs) this.#make(output);
    this.#nodes.push(makeNode(operator, inputs, outputs, { ...options, name }));
    return outputs[0] ?? '';
  }

  output(name: string, type: string, shape: readonly Dimension[]): void {
    this.#mustExist(name, 'output of the graph');
    this.#outputs.push(valueInfo(name, type, shape));
  }

  graph(): GraphProto {
    return createMessage(GraphProtoSchema, {
      name: this.#name,
      node: this.#nodes,
      initializer: this.#initializers,
      input: this.#inputs,
      output: this.#outputs,
    });
  }

  model(options: ModelOptions = {}): OnnxModel {
    const versions = { '': options.opset ?? 13, ...options.domains };
    return createMessage(ModelProtoSchema, {
      irVersion,
      producerName: 'inference-dyno',
      opsetImport: Object.entries(versions).map(([domain, version]) =>
        createMessage(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }),
      ),
      graph: this.graph(),
      metadataProps: Object.entries(options.metadata ?? {}).map((entry) => {
        const [key, value] = entry;
        return createMessage(StringStringEntryProtoSchema, { key, value });
      }),
    }) as OnnxModel;
  }

  #make(name: string): void {
    if (this.#values.has(name)) throw new RangeError(`Graph "${this.#name}" already has a value named "${name}".`);
    this.#values.add(name);
  }

  #mustExist(name: string, use: string): void {
    if (name === '' || this.#values.has(name) || this.#outer.has(name)) return;
    throw new RangeError(`Graph "${this.#name}": "${name}", ${use}, has not been made yet.`);
  }
}

/** A node by itself, as passes put it into a graph. Names are not checked; without a name in `options` it has none. */
export function makeNode(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  { attributes = {}, name = '', domain = '' }: Omit<NodeOptions, 'outputs'> = {},
): NodeProto {
  return createMessage(NodeProtoSchema, {
    name,
    opType: operator,
    domain,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  });
}

function valueInfo(name: string, type: string, shape: readonly Dimension[]): ValueInfoProto {
  const dim = shape.map((dimension) => ({ value: dimensionValue(dimension) }));
  const tensor = { elemType: dataTypeOf(type), shape: { dim } };
  return createMessage(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensor } } });
}

function dimensionValue(dimension: Dimension) {
  if (dimension === null) return { case: undefined };
  if (typeof dimension === 'string') return { case: 'dimParam' as const, value: dimension };
  return { case: 'dimValue' as const, value: BigInt(dimension) };
}

function attribute(name: string, value: Attribute): AttributeProto {
  return createMessage(AttributeProtoSchema, { name, ...attributeValue(value) });
}

function attributeValue(value: Attribute) {
  if (typeof value === 'number') return { type: AttributeType.INT, i: BigInt(value) };
  if (typeof value === 'string') return { type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if (value instanceof Float) return { type: AttributeType.FLOAT, f: value.value };
  if (isList(value)) {
    const floats = value.filter((entry) => entry instanceof Float);
    if (floats.length > 0) return { type: AttributeType.FLOATS, floats: floats.map((entry) => entry.value) };
    return { type: AttributeType.INTS, ints: value.map((entry) => BigInt(Number(entry))) };
  }
  if (value.$typeName === 'onnx.GraphProto') return { type: AttributeType.GRAPH, g: value };
  return { type: AttributeType.TENSOR, t: value };
}

function isList(value: Attribute): value is readonly number[] | readonly Float[] {
  return Array.isArray(value);
}

import { outerUses } from '../graph/bodies.ts';
import { makeNode } from '../graph/builder.ts';
import { FreshNames, replaceAllUses } from '../graph/edit-graph.ts';
import { dataTypeOf } from '../graph/element-type.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import { integerAttribute } from '../graph/node-attributes.ts';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type NodeProto,
  ValueInfoProtoSchema,
} from '../graph/onnx_pb.ts';
import { createMessage, type OnnxModel } from '../graph/onnx-message.ts';
import { operatorName } from '../graph/operator-counts.ts';
import { makeTensor, readTensor } from '../graph/tensor-proto.ts';
import { clampedFloat16 } from './float16-fit.ts';
import { looksAtShapeOnly, staysWide } from './float16-operators.ts';
import type { Float16Plan } from './float16-plan.ts';
import { removeUnused } from './remove-unused.ts';

/** What rewriting did. */
export interface Float16Changes {
  /** Casts that were put between nodes, and Casts of the model that have no purpose any more. */
  readonly casts: { readonly added: number; readonly removed: number };
  /** Constants that are stored in 16 bits now. */
  readonly constants: number;
  /** Elements of theirs that were not only rounded (`clampedFloat16`). */
  readonly clamped: { readonly tooLarge: number; readonly tooSmall: number };
}

const [float16, float32] = [dataTypeOf('float16'), dataTypeOf('float32')];

/**
 * Carries out a plan, in place. A value keeps its name for its 32 bits, and has another name for its 16: graph outputs, bodies of If, Loop and Scan, and
 * nodes that stay find what they always found. Where only one of the two is used, only one is made; so no Cast undoes another.
 */
export function rewriteFloat16(model: OnnxModel, plan: Float16Plan): Float16Changes {
  return new Rewriting(model, plan).changes();
}

class Rewriting {
  readonly #model: OnnxModel;
  readonly #plan: Float16Plan;
  readonly #index: GraphIndex;
  readonly #names: FreshNames;
  readonly #nodes: NodeProto[] = [];
  /** The name of the 16 bits of a value, where they are made so far. */
  readonly #halves = new Map<string, string>();
  /** Values of converted nodes, whose 32 bits are not made, or not yet. */
  readonly #onlyHalf = new Set<string>();
  /** Outputs of Casts that are gone, and what stands for them. */
  readonly #aliases = new Map<string, string>();
  readonly #replaced = new Set<string>();
  readonly #casts = { added: 0, removed: 0 };
  readonly #clamped = { tooLarge: 0, tooSmall: 0 };

  constructor(model: OnnxModel, plan: Float16Plan) {
    this.#model = model;
    this.#plan = plan;
    this.#index = new GraphIndex(model.graph);
    this.#names = new FreshNames(model.graph);
  }

  changes(): Float16Changes {
    const { graph } = this.#model;
    for (const node of graph.node) {
      if (this.#plan.converted.has(node)) this.#convert(node);
      else this.#keep(node);
    }
    graph.node = this.#nodes;
    replaceAllUses(graph, this.#aliases);
    this.#noteTypes();
    this.#removeConstants();
    // Before IR 4 every initialiser had to be an input, too.
    if (this.#replaced.size > 0 && this.#model.irVersion < 4n) this.#model.irVersion = 4n;
    return { casts: this.#casts, constants: this.#replaced.size, clamped: this.#clamped };
  }

  #keep(node: NodeProto): void {
    // The shape is the same in 16 bits: no reason to make 32 of them.
    const [input = ''] = node.input;
    if (looksAtShapeOnly(node) && this.#onlyHalf.has(input)) node.input[0] = this.#half(input);
    for (const name of [...node.input, ...outerUses(node)]) this.#widen(name);
    this.#nodes.push(node);
  }

  #convert(node: NodeProto): void {
    if (operatorName(node) === 'Cast' && this.#dropCast(node)) return;
    const outputs = [...node.output];
    node.input = node.input.map((name) => (this.#isFloat(name) ? this.#half(name) : name));
    node.output = outputs.map((name, place) =>
      this.#isFloat(name) && !staysWide(node, place) ? this.#enter(name, this.#names.take(`${name}_float16`)) : name,
    );
    retarget(node);
    this.#nodes.push(node);
    for (const name of outputs) this.#giveOut(name);
  }

  /** A Cast between 16 and 32 bits inside of what is converted comes to nothing. False: this one does something. */
  #dropCast(node: NodeProto): boolean {
    const [input = '', output = ''] = [node.input[0], node.output[0]];
    const to = integerAttribute(node, 'to', 0);
    if (to === float32 && this.#isFloat(input)) {
      this.#enter(output, this.#half(input));
    } else if (to === float32 && this.#plan.types.get(input) === 'float16') {
      this.#enter(output, this.#aliases.get(input) ?? input);
    } else if (to === float16 && this.#isFloat(input) && !this.#index.isGraphOutput(output)) {
      this.#aliases.set(output, this.#half(input));
    } else {
      return false;
    }
    this.#casts.removed++;
    this.#giveOut(output);
    return true;
  }

  #isFloat(name: string): boolean {
    return this.#plan.types.get(name) === 'float32';
  }

  /** Enters the name of the 16 bits of a value whose 32 bits nobody makes. */
  #enter(name: string, half: string): string {
    this.#halves.set(name, half);
    this.#onlyHalf.add(name);
    return half;
  }

  /** Outputs of the graph stay in 32 bits: they are made as soon as their 16 are. */
  #giveOut(name: string): void {
    if (this.#index.isGraphOutput(name)) this.#widen(name);
  }

  /** The name of a value's 16 bits, which are made where there are none yet. */
  #half(name: string): string {
    const known = this.#halves.get(name);
    if (known !== undefined) return known;
    const half = this.#names.take(`${name}_float16`);
    this.#halves.set(name, half);
    const constant = this.#plan.constants.read(name);
    if (constant === null) this.#cast(name, half, float16);
    else {
      const { bits, tooLarge, tooSmall } = clampedFloat16(constant.values);
      this.#clamped.tooLarge += tooLarge;
      this.#clamped.tooSmall += tooSmall;
      this.#model.graph.initializer.push(makeTensor(half, 'float16', constant.dims, bits));
      this.#replaced.add(name);
    }
    return half;
  }

  /** Makes the 32 bits of a value, where there are only 16 so far. */
  #widen(name: string): void {
    if (!this.#onlyHalf.delete(name)) return;
    this.#cast(this.#half(name), name, float32);
  }

  #cast(from: string, made: string, to: number): void {
    this.#nodes.push(makeNode('Cast', [from], [made], { name: this.#names.take(`${made}_Cast`), attributes: { to } }));
    this.#casts.added++;
  }

  /** Where the model notes the type of a value, it notes that of its 16 bits. */
  #noteTypes(): void {
    const { graph } = this.#model;
    for (const info of [...graph.valueInfo]) {
      const half = this.#halves.get(info.name);
      if (half === undefined || info.type?.value.case !== 'tensorType') continue;
      const { shape } = info.type.value.value;
      const value = { elemType: float16, ...(shape === undefined ? {} : { shape }) };
      graph.valueInfo.push(
        createMessage(ValueInfoProtoSchema, { name: half, type: { value: { case: 'tensorType', value } } }),
      );
    }
  }

  #removeConstants(): void {
    const { graph } = this.#model;
    const index = new GraphIndex(graph);
    const isUnused = ({ output: [name = ''] }: NodeProto) => this.#replaced.has(name) && index.uses(name) === 0;
    graph.node = graph.node.filter((node) => operatorName(node) !== 'Constant' || !isUnused(node));
    removeUnused(graph, this.#replaced);
  }
}

/** Attributes that say which type of float a node makes. */
function retarget(node: NodeProto): void {
  const operator = operatorName(node);
  for (const attribute of node.attribute) {
    const isType = (operator === 'Cast' && attribute.name === 'to') || attribute.name === 'dtype';
    if (isType && attribute.i === BigInt(float32)) attribute.i = BigInt(float16);
  }
  if (operator !== 'ConstantOfShape') return;
  const given = node.attribute.find(({ name }) => name === 'value')?.t;
  const values = given === undefined ? Float32Array.of(0) : (readTensor(given).data as Float32Array);
  const t = makeTensor('', 'float16', [1], clampedFloat16(values).bits);
  node.attribute = [createMessage(AttributeProtoSchema, { name: 'value', type: AttributeType.TENSOR, t })];
}

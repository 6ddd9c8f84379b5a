import { bodiesOf, ownValues, withBodies } from '../bodies.ts';
import { FreshNames } from '../edit-graph.ts';
import { elementType } from '../element-type.ts';
import { isExternal } from '../external-data.ts';
import { GraphIndex } from '../graph-index.ts';
import type { GraphProto, NodeProto, TensorProto } from '../onnx_pb.ts';
import { type ConstantTensor, elementCount, readTensor } from '../tensor-proto.ts';

/** One thing that was done. */
export interface Note {
  /** Name of the node (or constant) that changed or that the new one stands for. */
  readonly node: string;
  readonly what: string;
}

/**
 * What a pass wants changed in one graph. The pass looks at the graph as it was (`index`) and collects its edits; `apply` carries out
 * all of them in one walk, so that a pass is linear in the size of the graph. Nodes that an edit already touches are `isTouched`, and
 * no longer what the index says.
 */
export class Rewrite {
  readonly graph: GraphProto;
  readonly index: GraphIndex;
  readonly #main: GraphProto;
  readonly #folder: string | null;
  readonly #replacements = new Map<NodeProto, readonly NodeProto[]>();
  readonly #renames = new Map<string, string>();
  readonly #constants: TensorProto[] = [];
  readonly #changes: Note[] = [];
  #names: FreshNames | null = null;
  #bodyValues: ReadonlySet<string> | null = null;

  /** `graph` is `main` or one of its bodies; `folder` is where external data are, null: they are not read. */
  constructor(main: GraphProto, graph: GraphProto, folder: string | null) {
    this.#main = main;
    this.#folder = folder;
    this.graph = graph;
    this.index = new GraphIndex(graph);
  }

  /** The elements of a constant; null for what is none: other values, and weights that the caller may override since they are inputs, too. */
  constant(value: string): ConstantTensor | null {
    const tensor = this.constantTensor(value);
    return tensor !== null && this.isReadable(value) ? readTensor(tensor, this.#folder) : null;
  }

  /** Whether `constant` would answer, without reading anything. */
  isReadable(value: string): boolean {
    const tensor = this.constantTensor(value);
    if (tensor === null || (isExternal(tensor) && this.#folder === null)) return false;
    return elementType(tensor.dataType).storage !== null;
  }

  /** A constant as it is stored. */
  constantTensor(value: string): TensorProto | null {
    return this.index.isGraphInput(value) ? null : this.index.initializer(value);
  }

  /** Element type of a constant as ONNX Runtime names it, without reading its elements; null for other values. */
  constantType(value: string): string | null {
    const tensor = this.constantTensor(value);
    return tensor === null ? null : elementType(tensor.dataType).name;
  }

  /** The number of a constant of one element, and how many dimensions of size 1 it is wrapped in; null for any other value. */
  scalar(value: string): { readonly number: number; readonly rank: number } | null {
    const tensor = this.constantTensor(value);
    if (tensor === null || elementCount(tensor.dims.map(Number)) !== 1) return null;
    const constant = /^(u?int(8|16|32|64)|float(32|64))$/.test(elementType(tensor.dataType).name)
      ? this.constant(value)
      : null;
    const [number] = constant?.data ?? [];
    return number === undefined ? null : { number: Number(number), rank: tensor.dims.length };
  }

  /** The node that alone uses a value, at one place; null where it is used more often, in a body, or as an output of the graph. */
  onlyConsumer(value: string): NodeProto | null {
    const [consumer] = this.index.consumers(value);
    if (consumer === undefined || this.index.uses(value) !== 1) return null;
    return consumer.input.includes(value) ? consumer : null;
  }

  /** Whether nothing outside of these nodes uses what they make, but for what the last one makes: then one node may stand for all. */
  isClosed(inside: ReadonlySet<NodeProto>, last: NodeProto): boolean {
    for (const node of inside) {
      if (node === last) continue;
      for (const name of node.output) {
        if (this.index.isGraphOutput(name)) return false;
        if (this.index.consumers(name).some((consumer) => !inside.has(consumer))) return false;
      }
    }
    return true;
  }

  isTouched(node: NodeProto): boolean {
    return this.#replacements.has(node);
  }

  /** What a value is called after the redirections so far. */
  current(value: string): string {
    let name = value;
    for (let next = this.#renames.get(name); next !== undefined; next = this.#renames.get(name)) name = next;
    // Shortened for the next one: chains may be thousands long.
    for (let old = value; old !== name; ) {
      const next = this.#renames.get(old) ?? name;
      this.#renames.set(old, name);
      old = next;
    }
    return name;
  }

  /** A name that neither a value nor a node has, in this graph or any around or inside it. */
  freshName(prefix: string): string {
    this.#names ??= new FreshNames(this.#main);
    return this.#names.take(prefix);
  }

  addConstant(tensor: TensorProto): void {
    this.#constants.push(tensor);
  }

  remove(node: NodeProto): void {
    this.#replacements.set(node, []);
  }

  /** Puts other nodes into the place of one. */
  replace(node: NodeProto, by: readonly NodeProto[]): void {
    this.#replacements.set(node, by);
  }

  /** Whether `redirect` may be asked for: not where a body makes a value of one of the names, which then means another thing inside. */
  canRedirect(from: string, to: string): boolean {
    this.#bodyValues ??= new Set(
      this.graph.node.flatMap((node) => bodiesOf(node).flatMap(withBodies)).flatMap((body) => [...ownValues(body)]),
    );
    return !this.#bodyValues.has(from) && !this.#bodyValues.has(to);
  }

  /** Calls a value by another name wherever it is used, and where it is made if that node stays. Outputs of the graph keep their names. */
  redirect(from: string, to: string): void {
    this.#renames.set(from, to);
  }

  note(node: string, what: string): void {
    this.#changes.push({ node, what });
  }

  /** Carries out the edits; answers what was noted. */
  apply(): readonly Note[] {
    if (this.#replacements.size > 0) {
      this.graph.node = this.graph.node.flatMap((node) => this.#replacements.get(node) ?? [node]);
    }
    for (const constant of this.#constants) this.graph.initializer.push(constant);
    if (this.#renames.size > 0) {
      for (const node of this.graph.node) {
        this.#rename(node, new Set());
        node.output = node.output.map((name) => this.current(name));
      }
    }
    return this.#changes;
  }

  #rename(node: NodeProto, hidden: ReadonlySet<string>): void {
    const named = (name: string) => (hidden.has(name) ? name : this.current(name));
    node.input = node.input.map(named);
    for (const body of bodiesOf(node)) {
      const hiddenInside = new Set([...hidden, ...ownValues(body)]);
      for (const inner of body.node) this.#rename(inner, hiddenInside);
      for (const output of body.output) if (!hiddenInside.has(output.name)) output.name = this.current(output.name);
    }
  }
}

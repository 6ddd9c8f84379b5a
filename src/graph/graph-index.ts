import { outerUses } from './bodies.ts';
import type { GraphProto, NodeProto, TensorProto } from './onnx_pb.ts';

/**
 * Who makes and who uses each value of one graph. A node uses what its inputs name and what the bodies that it holds (If, Loop, Scan)
 * take from this graph; an input that is left out (an empty name) is no use. Values that a body makes for itself are not in the index
 * of the graph around it.
 *
 * The index is of the moment at which it is built: after a change of the graph, build another. Building takes one walk over the graph.
 */
export class GraphIndex {
  readonly #producers = new Map<string, NodeProto>();
  readonly #consumers = new Map<string, NodeProto[]>();
  readonly #uses = new Map<string, number>();
  readonly #initializers: ReadonlyMap<string, TensorProto>;
  readonly #inputs: ReadonlySet<string>;
  readonly #outputs: ReadonlySet<string>;

  constructor(graph: GraphProto) {
    this.#initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
    this.#inputs = new Set(graph.input.map(({ name }) => name));
    this.#outputs = new Set(graph.output.map(({ name }) => name));
    for (const node of graph.node) {
      for (const output of node.output) if (output !== '') this.#producers.set(output, node);
      for (const value of [...node.input, ...outerUses(node)]) if (value !== '') this.#addUse(value, node);
    }
    for (const { name } of graph.output) this.#uses.set(name, this.uses(name) + 1);
  }

  /** The node that makes a value; null for inputs, constants, values of an outer graph and names that nothing makes. */
  producer(value: string): NodeProto | null {
    return this.#producers.get(value) ?? null;
  }

  /** The nodes that use a value, each once, in the order of the graph. */
  consumers(value: string): readonly NodeProto[] {
    return this.#consumers.get(value) ?? [];
  }

  isGraphOutput(value: string): boolean {
    return this.#outputs.has(value);
  }

  /** Whether a value is listed as an input. An initialiser may be, too (see `initializer`): then the caller may override it, and it is no constant. */
  isGraphInput(value: string): boolean {
    return this.#inputs.has(value);
  }

  /** The dense initialiser of this name; null for other values, those of Constant nodes among them (`cleanGraph` lifts these). */
  initializer(value: string): TensorProto | null {
    return this.#initializers.get(value) ?? null;
  }

  /** The places that use a value: inputs of nodes (`Mul(x, x)` uses x twice), places in bodies, and outputs of the graph. */
  uses(value: string): number {
    return this.#uses.get(value) ?? 0;
  }

  #addUse(value: string, node: NodeProto): void {
    this.#uses.set(value, this.uses(value) + 1);
    const consumers = this.#consumers.get(value);
    if (consumers === undefined) this.#consumers.set(value, [node]);
    else if (consumers.at(-1) !== node) consumers.push(node);
  }
}

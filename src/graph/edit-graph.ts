import { InputError } from '../kernel/errors.ts';
import { bodiesOf, outerUses, ownValues, withBodies } from './bodies.ts';
import type { GraphProto, NodeProto } from './onnx_pb.ts';
import { operatorName } from './operator-counts.ts';

/** Changes of a graph in place. A `GraphIndex` that was built before any of them is out of date after it. */

/**
 * Names that neither a value nor a node has yet, in a graph and in all bodies inside of it. ONNX wants names of values to differ from those
 * of the graphs around, so for a name in a body, too, give the main graph.
 *
 * Walks the graph once when built: for many names, keep one for as long as names are added by nobody else.
 */
export class FreshNames {
  readonly #taken = new Set<string>(['']);
  readonly #lastNumbers = new Map<string, number>();

  constructor(graph: GraphProto) {
    for (const part of withBodies(graph)) {
      for (const name of ownValues(part)) this.#taken.add(name);
      for (const { name } of part.output) this.#taken.add(name);
      for (const { name, input } of part.node) {
        this.#taken.add(name);
        for (const value of input) this.#taken.add(value);
      }
    }
  }

  /** The prefix itself where it is free, else with the next free number behind it, such as `folded_2`. Each is given once. */
  take(prefix: string): string {
    let name = prefix;
    let number = this.#lastNumbers.get(prefix) ?? 1;
    while (this.#taken.has(name)) {
      number += 1;
      name = `${prefix}_${number}`;
    }
    this.#lastNumbers.set(prefix, number);
    this.#taken.add(name);
    return name;
  }
}

/** One name that is free in the graph and its bodies; for many, use `FreshNames`, which walks the graph once for all. */
export function freshName(graph: GraphProto, prefix: string): string {
  return new FreshNames(graph).take(prefix);
}

/**
 * Lets every node that uses `from` use `to` in its place, in bodies, too. Outputs of the graph keep their names: where `from` is one, it has to
 * be made still. A body that hands `from` on as its own output hands on `to`: outputs of bodies go by their place.
 * @throws InputError `MODEL_INVALID` where a body that uses `from` makes a value of its own named `to`, which ONNX forbids.
 */
export function replaceUses(graph: GraphProto, from: string, to: string): void {
  replaceAllUses(graph, new Map([[from, to]]));
}

/** As `replaceUses`, for many values in one walk over the graph. Each use is replaced once: what stands in its place is not looked up again. */
export function replaceAllUses(graph: GraphProto, replacements: ReadonlyMap<string, string>): void {
  for (const node of graph.node) replaceInNode(node, replacements);
}

function replaceInNode(node: NodeProto, replacements: ReadonlyMap<string, string>): void {
  for (const [place, name] of node.input.entries()) node.input[place] = replacements.get(name) ?? name;
  for (const body of bodiesOf(node)) {
    const own = ownValues(body);
    const visible = new Map([...replacements].filter(([from]) => !own.has(from)));
    for (const [from, to] of visible) if (own.has(to)) refuseCapture(node, body, from, to);
    for (const inner of body.node) replaceInNode(inner, visible);
    for (const output of body.output) output.name = visible.get(output.name) ?? output.name;
  }
}

function refuseCapture(node: NodeProto, body: GraphProto, from: string, to: string): void {
  if (!usesFromOutside(body, from)) return;
  throw new InputError(
    'MODEL_INVALID',
    `The body "${body.name}" of ${operatorName(node)} "${node.name}" makes a value "${to}", as the graph around it does; expected names that differ. Export the model again.`,
  );
}

function usesFromOutside(body: GraphProto, value: string): boolean {
  return (
    body.output.some(({ name }) => name === value) ||
    body.node.some((node) => node.input.includes(value) || outerUses(node).includes(value))
  );
}

/** Takes nodes out of a graph, and what was noted of the types of values that nobody makes any more. Uses of their outputs are left as they are. */
export function removeNodes(graph: GraphProto, nodes: ReadonlySet<NodeProto>): void {
  const gone = new Set([...nodes].flatMap(({ output }) => output));
  graph.node = graph.node.filter((node) => !nodes.has(node));
  for (const { output } of graph.node) for (const name of output) gone.delete(name);
  if (graph.valueInfo.length > 0) graph.valueInfo = graph.valueInfo.filter(({ name }) => !gone.has(name));
}

/**
 * Puts every node of a graph behind those whose outputs it uses, itself or in a body; answers how many were moved to the front of one that
 * uses them. A graph that is in order stays as it is. Bodies are not sorted inside.
 * @throws InputError `MODEL_INVALID` when nodes use each other's outputs in a circle.
 */
export function sortNodes(graph: GraphProto): number {
  const { nodes, moved } = nodeOrder(graph);
  graph.node = nodes;
  return moved;
}

/** The nodes as `sortNodes` puts them, and how many of them move; the graph stays as it is. Throws as `sortNodes`. */
export function nodeOrder(graph: GraphProto): { readonly nodes: NodeProto[]; readonly moved: number } {
  const makers = new Map<string, NodeProto>();
  for (const node of graph.node) for (const output of node.output) if (output !== '') makers.set(output, node);

  const sorted: NodeProto[] = [];
  const state = new Map<NodeProto, 'open' | 'placed'>();
  let moved = 0;
  for (const root of graph.node) {
    if (state.has(root)) continue;
    // By hand and not by calls: graphs are thousands of nodes deep.
    const path = [{ node: root, needs: needsOf(root, makers) }];
    state.set(root, 'open');
    while (path.length > 0) {
      const top = path.at(-1);
      if (top === undefined) break;
      const next = top.needs.next().value;
      if (next === undefined) {
        path.pop();
        state.set(top.node, 'placed');
        sorted.push(top.node);
        if (path.length > 0) moved++;
        continue;
      }
      if (state.get(next) === 'placed') continue;
      if (state.get(next) === 'open') {
        throw new InputError(
          'MODEL_INVALID',
          `The graph "${graph.name}" runs in a circle: ${operatorName(next)} "${next.output[0] ?? ''}" needs a value that is made from its own output. Export the model again.`,
        );
      }
      state.set(next, 'open');
      path.push({ node: next, needs: needsOf(next, makers) });
    }
  }
  return { nodes: sorted, moved };
}

/** The nodes of the same graph that a node needs: for its inputs, and for what the bodies that it holds take from outside. */
function needsOf(node: NodeProto, makers: ReadonlyMap<string, NodeProto>): Iterator<NodeProto, undefined> {
  const names = new Set([...node.input, ...outerUses(node)]);
  return [...names].flatMap((name) => makers.get(name) ?? []).values();
}

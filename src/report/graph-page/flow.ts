import type { DescribedNode } from '../../graph/describe-nodes.ts';

/** Something that the drawing shows as a box: an input or output of the model, a node, or a straight chain of nodes. */
export interface Box {
  readonly kind: 'input' | 'output' | 'node' | 'chain';
  /** The value, for inputs and outputs; else empty. */
  readonly value: string;
  /** Places of its nodes among those of the graph; one for a node, several for a chain. */
  readonly nodes: readonly number[];
}

/** From a box to one that comes later in the list: what flows between them. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

/** Boxes in an order in which data flow, so that every edge points forward. */
export interface Flow {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

/**
 * The boxes of a graph: its inputs, its nodes and its outputs. Constants are no boxes, nor are Constant nodes: they belong to those who use
 * them. Several values between the same two boxes are one edge.
 * @param nodes In an order in which every value is made before it is used. Use of values in bodies is in `outerUses`, by the place of the node.
 */
export function flowOf(
  nodes: readonly DescribedNode[],
  inputs: readonly string[],
  outputs: readonly string[],
  outerUses: ReadonlyMap<number, readonly string[]>,
): Flow {
  const boxes: Box[] = inputs.map((value) => ({ kind: 'input', value, nodes: [] }));
  const makers = new Map(inputs.map((value, box) => [value, box]));
  const edges: Edge[] = [];
  const connect = (values: readonly string[], to: number) => {
    const from = new Set(values.map((value) => makers.get(value)).filter((box) => box !== undefined));
    for (const box of from) edges.push({ from: box, to });
  };
  for (const [place, node] of nodes.entries()) {
    if (isConstant(node)) continue;
    const box = boxes.push({ kind: 'node', value: '', nodes: [place] }) - 1;
    connect([...node.inputs.map(({ name }) => name), ...(outerUses.get(place) ?? [])], box);
    for (const { name } of node.outputs) makers.set(name, box);
  }
  for (const value of outputs) connect([value], boxes.push({ kind: 'output', value, nodes: [] }) - 1);
  return { boxes, edges };
}

/** Whether a node only holds a value. */
export function isConstant({ operator }: Pick<DescribedNode, 'operator'>): boolean {
  return operator === 'Constant';
}

/**
 * Joins straight chains into one box each: nodes of which each is the only one that uses what the one before makes, and uses nothing
 * else that is computed. Inputs and outputs stay by themselves.
 */
export function joinChains({ boxes, edges }: Flow): Flow {
  const next = onlyNeighbours(edges, boxes.length, 'from', 'to');
  const previous = onlyNeighbours(edges, boxes.length, 'to', 'from');
  const follower = (box: number): number | null => {
    const candidate = next[box];
    if (candidate === null || candidate === undefined || previous[candidate] !== box) return null;
    return boxes[box]?.kind === 'node' && boxes[candidate]?.kind === 'node' ? candidate : null;
  };
  const isInside = new Set(boxes.map((_, box) => follower(box)).filter((box) => box !== null));

  // In the order of their first nodes: edges enter a chain only there and leave it only at its end, so that they still point forward.
  const joined: Box[] = [];
  const placeOf = new Map<number, number>();
  for (const [start, box] of boxes.entries()) {
    if (isInside.has(start)) continue;
    const nodes: number[] = [];
    for (let at: number | null = start; at !== null; at = follower(at)) {
      nodes.push(...(boxes[at]?.nodes ?? []));
      placeOf.set(at, joined.length);
    }
    joined.push(nodes.length > 1 ? { kind: 'chain', value: '', nodes } : box);
  }
  const between = edges.map(({ from, to }) => ({ from: placeOf.get(from) ?? -1, to: placeOf.get(to) ?? -1 }));
  return { boxes: joined, edges: between.filter(({ from, to }) => from !== to) };
}

/** The one neighbour of each box on one side; null where there is none or more than one. */
function onlyNeighbours(
  edges: readonly Edge[],
  count: number,
  of: 'from' | 'to',
  side: 'from' | 'to',
): (number | null)[] {
  const only: (number | null | undefined)[] = Array.from({ length: count });
  for (const edge of edges) only[edge[of]] = only[edge[of]] === undefined ? edge[side] : null;
  return only.map((box) => box ?? null);
}

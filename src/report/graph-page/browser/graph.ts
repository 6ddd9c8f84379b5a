import type { PageBox, PageData, PageNode, PageValue } from '../page-data.ts';

/** The graph of the page, and how its boxes hang together. */
export class Graph {
  readonly nodes: readonly PageNode[];
  readonly values: readonly PageValue[];
  readonly boxes: readonly PageBox[];
  readonly #edges: PageData['edges'];

  constructor({ nodes, values, boxes, edges }: PageData) {
    this.#edges = edges;
    [this.nodes, this.values, this.boxes] = [nodes, values, boxes];
  }

  static read(page: Document): Graph {
    return new Graph(JSON.parse(element(page, 'graph-data').textContent ?? '{}') as PageData);
  }

  /** Boxes whose values a box uses, itself or in a body, and those that use its own. */
  above(box: number): number[] {
    return this.#edges.filter(([, to]) => to === box).map(([from]) => from);
  }

  below(box: number): number[] {
    return this.#edges.filter(([from]) => from === box).map(([, to]) => to);
  }

  /** Places of the edges that lead to a box or from it. */
  edgesOf(box: number): number[] {
    return [...this.#edges.keys()].filter((edge) => this.#edges[edge]?.includes(box) === true);
  }

  /** The neighbour in the same layer. */
  beside(box: number, step: 1 | -1): number | null {
    const { l: layer, x } = this.boxes[box] ?? {};
    let nearest: number | null = null;
    for (const [other, { l, x: at }] of this.boxes.entries()) {
      if (l !== layer || x === undefined || (at - x) * step <= 0) continue;
      if (nearest === null || (at - (this.boxes[nearest]?.x ?? 0)) * step < 0) nearest = other;
    }
    return nearest;
  }

  /** What a box is called: `Conv stem.conv`, `3 nodes from Relu stem.relu`, `input image`. */
  nameOf(box: number): string {
    const { n: members = [], k: kind, v: value } = this.boxes[box] ?? {};
    if (value !== undefined) return `${kind === 'i' ? 'input' : 'output'} ${this.values[value]?.[0] ?? ''}`;
    const first = this.nodes[members[0] ?? -1];
    const name = `${first?.o ?? ''} ${first?.n ?? ''}`.trim();
    return members.length === 1 ? name : `${members.length} nodes from ${name}`;
  }
}

/** An element that the template has. */
export function element<T extends Element = HTMLElement>(page: Document, id: string): T {
  const found = page.getElementById(id);
  if (found === null) throw new Error(`The page has no element "${id}".`);
  return found as Element as T;
}

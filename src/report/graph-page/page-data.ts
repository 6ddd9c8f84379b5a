import type { DescribedNode, DescribedValue } from '../../graph/describe-nodes.ts';
import type { Box } from './flow.ts';
import type { Layout } from './layout.ts';

/** What the page's script knows of the graph: short keys, because there are thousands of each. Places count from 0. */
export interface PageData {
  readonly values: readonly PageValue[];
  readonly nodes: readonly PageNode[];
  readonly boxes: readonly PageBox[];
  /** Boxes from and to which each edge leads, in the order in which the drawing has them. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/** Name, element type, shape as text, and whether it is an input (`i`), a constant (`c`) or computed (`v`). */
export type PageValue = readonly [
  name: string,
  type: string | null,
  shape: readonly number[] | null,
  kind: 'i' | 'c' | 'v',
];

export interface PageNode {
  /** Operator, name, inputs and outputs (places among the values; -1 is an input that is left out), attributes. */
  readonly o: string;
  readonly n: string;
  readonly i: readonly number[];
  readonly u: readonly number[];
  readonly a?: Readonly<Record<string, string>>;
  /** Multiply-adds, bytes of weights, bytes read, bytes written; null where they cannot be told, with the reason. */
  readonly w: readonly [number | null, number | null, number | null, number | null];
  readonly r?: string;
}

export interface PageBox {
  /** First letter of the kind, left edge, layer, nodes, and the value of an input or output. */
  readonly k: string;
  readonly x: number;
  readonly l: number;
  readonly n: readonly number[];
  readonly v?: number;
}

/** Names longer than this are cut: they stand in the page several times. */
const mostCharacters = 240;

export function cutName(name: string): string {
  return name.length > mostCharacters ? `${name.slice(0, mostCharacters)}…` : name;
}

export function pageData(
  nodes: readonly DescribedNode[],
  boxes: readonly Box[],
  { boxes: places, layers }: Layout,
  edges: readonly { readonly from: number; readonly to: number }[],
): PageData {
  const values: PageValue[] = [];
  const placeOf = new Map<string, number>();
  const value = ({ name, type, shape, kind }: DescribedValue): number => {
    if (name === '') return -1;
    const known = placeOf.get(name) ?? values.push([cutName(name), type, shape, letters[kind]]) - 1;
    placeOf.set(name, known);
    return known;
  };
  const described = nodes.map((node): PageNode => {
    const { operator, name, inputs, outputs, attributes, multiplyAdds, weightBytes, bytesRead, bytesWritten } = node;
    return {
      o: cutName(operator),
      n: cutName(name),
      i: inputs.map(value),
      u: outputs.map(value),
      ...(Object.keys(attributes).length === 0 ? {} : { a: attributes }),
      w: [multiplyAdds, weightBytes, bytesRead, bytesWritten],
      ...(node.reason === null ? {} : { r: cutName(node.reason) }),
    };
  });
  return {
    nodes: described,
    boxes: boxes.map(({ kind, nodes: members, value: name }, box) => ({
      k: kind.slice(0, 1),
      x: places[box]?.x ?? 0,
      l: layers[box] ?? 0,
      n: members,
      ...(name === '' ? {} : { v: value({ name, kind: 'input', type: null, shape: null }) }),
    })),
    edges: edges.map(({ from, to }) => [from, to]),
    values,
  };
}

const letters = { input: 'i', constant: 'c', computed: 'v' } as const;

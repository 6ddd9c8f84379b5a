import type { DescribedNode } from '../../graph/describe-nodes.ts';
import { formatPercent } from '../../units/format.ts';
import { costOf } from './drawing.ts';
import { isConstant } from './flow.ts';
import { type Repeat, repeatedBlocks } from './repeated-blocks.ts';

/** One copy of a stretch of nodes that repeats. */
export interface Copy {
  /** `block 3 of 12`, behind the name that its nodes share. */
  readonly label: string;
  readonly nodes: readonly number[];
}

export interface RepeatedBlock {
  readonly copies: readonly Copy[];
  /** What one copy is made of, such as `3 × Conv, 3 × Relu, Add`. */
  readonly operators: string;
  /** Share of all copies in the multiply-adds of the model; null where they are not known. */
  readonly share: string | null;
}

/** What repeats in a graph, operators and sizes alike, in its order. Constant nodes take no part. */
export function blocksOf(nodes: readonly DescribedNode[]): RepeatedBlock[] {
  const places = [...nodes.keys()].filter((place) => !isConstant(nodes[place] ?? { operator: '' }));
  const row = places.flatMap((place) => nodes[place] ?? []);
  const total = costOf(row).multiplyAdds;
  return repeatedBlocks(row.map(signatureOf), valuesAcross(row)).map(({ start, length, copies }: Repeat) => {
    const all = row.slice(start, start + copies * length);
    const work = costOf(all).multiplyAdds;
    return {
      operators: operatorText(all.slice(0, length)),
      share: work === null || total === null || total === 0 ? null : formatPercent(work / total),
      copies: Array.from({ length: copies }, (_, copy) => {
        const [first, behind] = [start + copy * length, start + (copy + 1) * length];
        const name = sharedName(row.slice(first, behind).map((node) => node.name));
        return {
          label: `${name === '' ? '' : `${name} · `}block ${copy + 1} of ${copies}`,
          nodes: places.slice(first, behind),
        };
      }),
    };
  });
}

/** What nodes of the same place in two copies have in common: the operator and all sizes. By operators alone, parts of different stages would pair up. */
function signatureOf({ operator, inputs, outputs }: DescribedNode): string {
  const weights = inputs.filter(({ kind }) => kind === 'constant').map(({ shape }) => shape?.join('x') ?? '?');
  return `${operator} ${weights.join(' ')} ${outputs[0]?.shape?.join('x') ?? '?'}`;
}

/** How many values that nodes before a place make are used at it or behind. */
function valuesAcross(nodes: readonly DescribedNode[]): number[] {
  const made = new Map<string, number>();
  const lastUse = new Map<string, number>();
  for (const [place, { inputs, outputs }] of nodes.entries()) {
    for (const { name } of inputs) if (made.has(name)) lastUse.set(name, place);
    for (const { name } of outputs) made.set(name, place);
  }
  const changes = Array.from({ length: nodes.length + 1 }, () => 0);
  for (const [name, last] of lastUse) {
    const first = (made.get(name) ?? 0) + 1;
    changes[first] = (changes[first] ?? 0) + 1;
    changes[last + 1] = (changes[last + 1] ?? 0) - 1;
  }
  let across = 0;
  return nodes.map((_, place) => (across += changes[place] ?? 0));
}

/** What names have in common up to a full part of them, such as `stage1.block2`; empty where that is nothing. */
function sharedName(names: readonly string[]): string {
  const [first = ''] = names;
  let length = first.length;
  for (const name of names) {
    let same = 0;
    while (same < length && name[same] === first[same]) same += 1;
    length = same;
  }
  const shared = first.slice(0, length);
  const end = Math.max(shared.lastIndexOf('/'), shared.lastIndexOf('.'));
  return shared.slice(0, Math.max(0, end)).replace(/^\//, '').slice(-60);
}

function operatorText(nodes: readonly DescribedNode[]): string {
  const counts = new Map<string, number>();
  for (const { operator } of nodes) counts.set(operator, (counts.get(operator) ?? 0) + 1);
  return [...counts].map(([operator, count]) => (count === 1 ? operator : `${count} × ${operator}`)).join(', ');
}

import type { DescribedNode } from '../../graph/describe-nodes.ts';
import type { ModelValue } from '../../graph/model-values.ts';
import { formatBytes, formatCount, formatPercent } from '../../units/format.ts';
import type { Box, Flow } from './flow.ts';
import { boxSize, type Layout, type Step } from './layout.ts';
import { cutName } from './page-data.ts';

/** A box as the template draws it. */
export interface DrawnBox {
  readonly id: number;
  /** Kind, and the steps of shade by multiply-adds (`w0` to `w8`) and by bytes (`b0` to `b8`). */
  readonly classes: string;
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly detail: string;
  /** What a pointer that rests on it is told. */
  readonly title: string;
  /** Shares worth telling; empty below 1 %. */
  readonly workShare: string;
  readonly byteShare: string;
}

/** What a box does, in sum over its nodes; null where it cannot be told. */
export interface BoxCost {
  readonly multiplyAdds: number | null;
  /** Read and written. */
  readonly bytes: number | null;
}

export const shades = 8;
const labelCharacters = 19;
const detailCharacters = 26;
const leastShareTold = 0.01;

export function costOf(nodes: readonly DescribedNode[]): BoxCost {
  return {
    multiplyAdds: sum(nodes.map(({ multiplyAdds }) => multiplyAdds)),
    bytes: sum(nodes.flatMap(({ bytesRead, bytesWritten }) => [bytesRead, bytesWritten])),
  };
}

function sum(parts: readonly (number | null)[]): number | null {
  return parts.reduce((total, part) => (total === null || part === null ? null : total + part), 0);
}

/** What the shades are shares of: what is known of the whole, and the most that one box has. */
export function scaleOf(costs: readonly (number | null)[]): (cost: number | null) => { share: number; shade: number } {
  const known = costs.filter((cost) => cost !== null);
  const total = known.reduce((all, cost) => all + cost, 0);
  const most = known.reduce((largest, cost) => Math.max(largest, cost), 0);
  return (cost) => {
    if (cost === null || most === 0) return { share: 0, shade: 0 };
    // The root keeps small parts apart from none: of a hundred nodes, most have a hundredth of the largest.
    return { share: cost / total, shade: Math.ceil(shades * Math.sqrt(cost / most)) };
  };
}

export function drawnBoxes(
  flow: Flow,
  layout: Layout,
  nodes: readonly DescribedNode[],
  ends: readonly ModelValue[],
): DrawnBox[] {
  const members = flow.boxes.map((box) => box.nodes.flatMap((place) => nodes[place] ?? []));
  const costs = members.map(costOf);
  const work = scaleOf(costs.map(({ multiplyAdds }) => multiplyAdds));
  const bytes = scaleOf(costs.map((cost) => cost.bytes));
  const endOf = new Map(ends.map((value) => [value.name, value]));
  return flow.boxes.map((box, id) => {
    const cost = costs[id] ?? { multiplyAdds: null, bytes: null };
    const [byWork, byBytes] = [work(cost.multiplyAdds), bytes(cost.bytes)];
    const { label, detail } = textsOf(box, members[id] ?? [], endOf.get(box.value));
    const told = (share: number) => (share >= leastShareTold ? formatPercent(share) : '');
    return {
      id,
      classes: `${box.kind} w${byWork.shade} b${byBytes.shade}`,
      x: layout.boxes[id]?.x ?? 0,
      y: layout.boxes[id]?.y ?? 0,
      label: cutLabel(label, labelCharacters),
      detail: cutLabel(detail, detailCharacters),
      title: titleOf(box, members[id] ?? [], cost, [byWork.share, byBytes.share], detail),
      workShare: told(byWork.share),
      byteShare: told(byBytes.share),
    };
  });
}

function textsOf(
  box: Box,
  nodes: readonly DescribedNode[],
  value: ModelValue | undefined,
): { label: string; detail: string } {
  if (box.kind === 'input' || box.kind === 'output') {
    return { label: box.value, detail: `${box.kind} ${value?.type ?? ''} ${shapeText(value?.shape ?? null)}` };
  }
  const detail = shapeText(nodes.at(-1)?.outputs[0]?.shape ?? null);
  const names = nodes.map(({ operator }) => shortOperator(operator));
  if (box.kind === 'node') return { label: names[0] ?? '', detail };
  return { label: names.join(' '), detail: `${nodes.length} nodes · ${detail}` };
}

/** Without the domain, which the details tell. */
function shortOperator(operator: string): string {
  return operator.slice(operator.lastIndexOf(':') + 1);
}

/** `1×64×56×56`; `?` where it is not known, `scalar` without dimensions. */
export function shapeText(shape: readonly (number | string | null)[] | null): string {
  if (shape === null) return 'shape unknown';
  return shape.length === 0 ? 'scalar' : shape.map((size) => size ?? '?').join('×');
}

function titleOf(
  box: Box,
  nodes: readonly DescribedNode[],
  { multiplyAdds, bytes }: BoxCost,
  [work = 0, moved = 0]: readonly number[],
  detail: string,
): string {
  if (box.kind === 'input' || box.kind === 'output') return `${cutName(box.value)}: ${detail}`;
  const [first] = nodes;
  const head =
    box.kind === 'chain'
      ? `${first?.operator ?? ''} and ${nodes.length - 1} more`
      : `${first?.operator ?? ''} ${first?.name ?? ''}`;
  const lines = [
    cutName(head),
    detail,
    multiplyAdds === null
      ? 'multiply-adds unknown'
      : multiplyAdds > 0
        ? `${formatCount(multiplyAdds)} multiply-adds (${formatPercent(work)})`
        : null,
    bytes === null ? 'bytes unknown' : `${formatBytes(bytes)} moved (${formatPercent(moved)})`,
  ];
  return lines.filter((line) => line !== null).join('\n');
}

export function cutLabel(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
}

/** A line from below the first box to above the last: straight through layers, curved between them. Empty for an edge that is not drawn. */
export function pathOf(route: readonly Step[] | null): string {
  const [first, ...steps] = route ?? [];
  if (first === undefined) return '';
  let path = `M${first.x} ${first.bottom}`;
  let [x, y] = [first.x, first.bottom];
  let straightTo: number | null = null;
  for (const [place, step] of steps.entries()) {
    if (step.x !== x) {
      if (straightTo !== null) path += `V${straightTo}`;
      const middle = (y + step.top) / 2;
      path += `C${x} ${middle} ${step.x} ${middle} ${step.x} ${step.top}`;
      straightTo = null;
    } else straightTo = step.top;
    [x, y] = [step.x, step.top];
    if (place < steps.length - 1) straightTo = y = step.bottom;
  }
  return straightTo === null ? path : `${path}V${straightTo}`;
}

/** A bracket beside the layers of a block. */
export function bracketPath(x: number, top: number, bottom: number): string {
  return `M${x + 6} ${top}H${x}V${bottom}H${x + 6}`;
}

/** From the top of the first of these layers to the bottom of the last. */
export function rowsOf(y: readonly number[]): { readonly top: number; readonly bottom: number } {
  return {
    top: y.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    bottom: y.reduce((most, value) => Math.max(most, value), 0) + boxSize.height,
  };
}

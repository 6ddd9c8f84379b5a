import { outerUses } from '../../graph/bodies.ts';
import type { DescribedNode } from '../../graph/describe-nodes.ts';
import type { OnnxModel } from '../../graph/onnx-message.ts';
import type { ModelSummary } from '../../graph/summary.ts';
import { InputError } from '../../kernel/errors.ts';
import { packageVersion } from '../../kernel/package-root.ts';
import { formatBytes, formatCount, formatPercent } from '../../units/format.ts';
import { embeddableJson, policyHash } from '../embed.ts';
import { graphScript } from '../page-scripts.ts';
import { fillTemplate, graphStyleSheet } from '../template.ts';
import { blocksOf, type RepeatedBlock } from './blocks.ts';
import { bracketPath, costOf, cutLabel, drawnBoxes, pathOf, rowsOf, scaleOf } from './drawing.ts';
import { type Flow, flowOf, isConstant, joinChains } from './flow.ts';
import { type Layout, layOut } from './layout.ts';
import { pageData } from './page-data.ts';

export interface GraphPageInput {
  readonly title: string;
  /** What the page says of the file, in this order. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Its nodes in an order in which every value is made before it is used. */
  readonly model: OnnxModel;
  readonly summary: Pick<ModelSummary, 'byNode' | 'inputs' | 'outputs' | 'multiplyAdds' | 'reason' | 'traffic'>;
}

/** Up to so many boxes are drawn one by one; in larger graphs straight chains become a box each. */
const mostSingleBoxes = 1500;

/** A page with more would take browsers too long to open. */
const mostBoxes = 20_000;

const nodesListed = 20;
/** Room on the left for the brackets of repeated blocks. */
const gutter = 34;
const margin = 12;

/**
 * A model's graph as one HTML file: no network, readable without JavaScript. A pure function of its input and of this version of Dyno.
 * @throws InputError `GRAPH_TOO_LARGE` for more boxes than a browser can show.
 */
export function renderGraphPage({ title, facts, model, summary }: GraphPageInput): string {
  const nodes = summary.byNode;
  const single = flowOf(
    nodes,
    summary.inputs.map(({ name }) => name),
    summary.outputs.map(({ name }) => name),
    new Map(model.graph.node.map((node, place): [number, string[]] => [place, outerUses(node)])),
  );
  const flow = single.boxes.length > mostSingleBoxes ? joinChains(single) : single;
  if (flow.boxes.length > mostBoxes) {
    throw new InputError(
      'GRAPH_TOO_LARGE',
      `The graph of ${title} has ${formatCount(flow.boxes.length)} boxes to draw, more than the ${formatCount(mostBoxes)} that a browser can show. Look at it without --html: --nodes lists what costs most.`,
    );
  }
  const layout = layOut(flow);
  const blocks = blocksOf(nodes);
  const boxOfNode = new Map(flow.boxes.flatMap((box, id) => box.nodes.map((node): [number, number] => [node, id])));
  const css = graphStyleSheet();
  const script = graphScript();
  const left = margin + (blocks.length > 0 ? gutter : 0);
  return fillTemplate(
    {
      title,
      facts,
      policy: [
        "default-src 'none'",
        `style-src ${policyHash(css)}`,
        `script-src ${policyHash(script)}`,
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; '),
      css,
      script,
      dynoVersion: packageVersion(),
      width: layout.width + left + margin,
      height: layout.height + 2 * margin,
      left,
      top: margin,
      brackets: blocks.flatMap(({ copies }) =>
        copies.map(({ label, nodes: members }) => bracket(label, members, layout, boxOfNode)),
      ),
      edges: layout.routes.map((route) => pathOf(route)),
      boxes: drawnBoxes(flow, layout, nodes, [...summary.inputs, ...summary.outputs]),
      notes: notesOf(summary, flow, single, layout),
      blocks: blocks.map((block) => listedBlock(block, boxOfNode)),
      costliest: costliest(nodes, boxOfNode),
      operators: operatorRows(nodes),
      data: embeddableJson(pageData(nodes, flow.boxes, layout, flow.edges)),
    },
    'graph-page',
  );
}

function bracket(label: string, nodes: readonly number[], layout: Layout, boxOfNode: ReadonlyMap<number, number>) {
  const { top, bottom } = rowsOf(nodes.map((node) => layout.boxes[boxOfNode.get(node) ?? 0]?.y ?? 0));
  // A letter is about 6 pixels wide; what does not fit beside the block is cut.
  return {
    path: bracketPath(-10, top, bottom),
    middle: (top + bottom) / 2,
    label: cutLabel(label, Math.max(3, Math.floor((bottom - top) / 6))),
    title: label,
  };
}

function listedBlock({ copies, operators, share }: RepeatedBlock, boxOfNode: ReadonlyMap<number, number>) {
  const [first] = copies;
  return {
    text: `${copies.length} × ${first?.nodes.length ?? 0} nodes`,
    operators,
    share: share === null ? '' : `${share} of the multiply-adds`,
    copies: copies.map(({ label, nodes }) => ({ label, box: boxOfNode.get(nodes[0] ?? 0) ?? 0 })),
  };
}

/** What the drawing leaves out or joins, and what is not known. */
function notesOf(
  { multiplyAdds, reason, traffic }: GraphPageInput['summary'],
  flow: Flow,
  single: Flow,
  { routes }: Layout,
): string[] {
  const chains = flow.boxes.filter(({ kind }) => kind === 'chain');
  const joined = chains.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const undrawn = routes.filter((route) => route === null).length;
  return [
    multiplyAdds === null
      ? `Not all multiply-adds are known (${reason ?? ''}): shares are of those that are.`
      : traffic.reason !== null
        ? `Not all bytes are known (${traffic.reason}): shares are of those that are.`
        : null,
    chains.length === 0
      ? null
      : `The graph has ${formatCount(single.boxes.length)} boxes: ${formatCount(chains.length)} straight chains of ${formatCount(joined)} nodes in all are drawn as one box each, whose details list the nodes.`,
    undrawn === 0
      ? null
      : `${formatCount(undrawn)} edges that skip many layers are not drawn; the details of both ends name them.`,
  ].filter((note) => note !== null);
}

function costliest(nodes: readonly DescribedNode[], boxOfNode: ReadonlyMap<number, number>) {
  const costs = nodes.map((node) => costOf([node]));
  const work = scaleOf(costs.map(({ multiplyAdds }) => multiplyAdds));
  const bytes = scaleOf(costs.map((cost) => cost.bytes));
  const weigh = (place: number) => [costs[place]?.multiplyAdds ?? 0, costs[place]?.bytes ?? 0] as const;
  return [...nodes.keys()]
    .filter((place) => boxOfNode.has(place) && weigh(place).some((cost) => cost > 0))
    .sort((a, b) => weigh(b)[0] - weigh(a)[0] || weigh(b)[1] - weigh(a)[1])
    .slice(0, nodesListed)
    .map((place) => {
      const cost = costs[place] ?? { multiplyAdds: null, bytes: null };
      return {
        box: boxOfNode.get(place) ?? 0,
        operator: nodes[place]?.operator ?? '',
        name: nodes[place]?.name ?? '',
        work: cost.multiplyAdds === null ? '–' : formatPercent(work(cost.multiplyAdds).share),
        bytes: cost.bytes === null ? '–' : formatPercent(bytes(cost.bytes).share),
      };
    });
}

function operatorRows(nodes: readonly DescribedNode[]) {
  const byOperator = new Map<string, DescribedNode[]>();
  for (const node of nodes) {
    if (isConstant(node)) continue;
    const members = byOperator.get(node.operator);
    if (members === undefined) byOperator.set(node.operator, [node]);
    else members.push(node);
  }
  const rows = [...byOperator].map(([operator, members]) => ({ operator, members, cost: costOf(members) }));
  const work = scaleOf(rows.map(({ cost }) => cost.multiplyAdds));
  return rows
    .sort(
      (a, b) => (b.cost.multiplyAdds ?? 0) - (a.cost.multiplyAdds ?? 0) || (b.cost.bytes ?? 0) - (a.cost.bytes ?? 0),
    )
    .map(({ operator, members, cost }) => ({
      operator,
      count: formatCount(members.length),
      work: cost.multiplyAdds === null ? '–' : formatPercent(work(cost.multiplyAdds).share),
      bytes: cost.bytes === null ? '–' : formatBytes(cost.bytes),
    }));
}

import { confidence } from '../roofline/efficiency-model.ts';
import type { GraphPass, GraphRoofline, KernelTime, Limit } from '../roofline/graph-roofline.ts';
import { limits } from '../roofline/graph-roofline.ts';
import type { ModelCost } from '../roofline/known-models.ts';
import type { Projected, Projection } from '../roofline/project.ts';
import { formatBytes, formatNumber, formatPercent, formatSeconds, formatThroughput } from '../units/format.ts';
import { shapeText } from '../workloads/input-shapes.ts';
import type { OwnResultsAnswer } from './own-results.ts';
import { type TextColumn, textTable } from './text-table.ts';

/** What `dyno roofline graph` answers. */
export interface RooflinedGraph {
  readonly model: string;
  readonly name: string;
  readonly batchSize: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly precision: string;
  /** What projections rest on; null: nothing to project with, for `costReason`. */
  readonly cost: ModelCost | null;
  readonly costReason: string | null;
  readonly profiles: readonly GraphOnProfile[];
  /** What the results of `--results` came to; left out without it. */
  readonly results?: OwnResultsAnswer;
}

export interface GraphOnProfile {
  readonly profile: string;
  readonly name: string;
  /** null: the profile lacks a figure, for `refused`. */
  readonly roofline: GraphRoofline | null;
  readonly refused: string | null;
  readonly projections: readonly GraphProjection[];
}

export interface GraphProjection {
  readonly stack: string;
  readonly scenario: string;
  readonly projection: Projection;
}

/** As people read it: so many kernels of each profile, and of refused stacks every reason where they were asked for by name. */
export function graphRooflineText(graph: RooflinedGraph, listed: number, asksStacks: boolean): string {
  const { name, batchSize, shapes, precision, profiles } = graph;
  const inputs = Object.entries(shapes).map(([input, shape]) => `${input} ${shapeText(shape)}`);
  const items = batchSize === 1 ? '1 item' : `${batchSize} items`;
  const bounded = profiles.flatMap((one) => (one.roofline === null ? [] : [{ ...one, roofline: one.roofline }]));
  const missing = profiles.filter(({ refused }) => refused !== null).map((one) => `refused: ${one.refused}\n`);
  return [
    `${name} in ${precision}, a query of ${items} (${inputs.join(', ')})\n\n`,
    'Bounds: computed from the graph and the profile, not measured. No query takes less than the floor; one whose kernels pass every value through\n',
    'memory takes no less than the sum of them, fused or each node on its own\n',
    ...(bounded.length === 0 ? [] : [textTable(bounded, boundColumns(batchSize))]),
    ...missing,
    ...bounded.map((one) => detailText(one.profile, one.roofline, listed)),
    ...(bounded.length === 0 ? [] : ['\nAssumed\n', assumedText(bounded)]),
    '\nProjections: what published figures of a stack let expect, not measured\n',
    projectionsText(graph, asksStacks),
  ].join('');
}

type Bounded = GraphOnProfile & { readonly roofline: GraphRoofline };

function boundColumns(batchSize: number): readonly TextColumn<Bounded>[] {
  return [
    { title: 'profile', align: 'left', cell: ({ profile }) => profile },
    { title: 'floor', align: 'right', cell: ({ roofline }) => formatSeconds(roofline.floor.seconds) },
    { title: 'fused', align: 'right', cell: ({ roofline }) => formatSeconds(roofline.fused.seconds) },
    { title: 'each node', align: 'right', cell: ({ roofline }) => formatSeconds(roofline.eachNode.seconds) },
    {
      title: 'items at most',
      align: 'right',
      cell: ({ roofline }) => formatThroughput(batchSize / roofline.floor.seconds),
    },
    { title: 'limited by (fused)', align: 'left', cell: ({ roofline }) => limitsText(roofline.fused) },
    { title: 'memory', align: 'left', cell: ({ roofline }) => memoryText(roofline) },
  ];
}

function limitsText({ byLimit, seconds }: GraphPass): string {
  return limits
    .filter((limit) => byLimit[limit].kernels > 0)
    .toSorted((a, b) => byLimit[b].seconds - byLimit[a].seconds)
    .map((limit) => `${limit} ${formatPercent(byLimit[limit].seconds / seconds)}`)
    .join(', ');
}

function memoryText({ memory }: GraphRoofline): string {
  if (memory.refusal !== null) return memory.refusal;
  const needed = formatBytes(memory.weightBytes + memory.activationBytes);
  return memory.capacityBytes === null
    ? `needs ${needed}, how much there is the profile does not say`
    : `needs ${needed}, has ${formatBytes(memory.capacityBytes)}`;
}

function detailText(profile: string, roofline: GraphRoofline, listed: number): string {
  const { fused, eachNode, uncounted } = roofline;
  const kernels = (limit: Limit) => `${fused.byLimit[limit].kernels} by ${limit}`;
  const saved = 1 - fused.bytes / eachNode.bytes;
  const top = fused.kernels.toSorted((a, b) => b.seconds - a.seconds).slice(0, listed);
  const columns: readonly TextColumn<KernelTime>[] = [
    { title: 'kernel', align: 'left', cell: (kernel) => `${operatorsText(kernel)} ${kernel.name}` },
    { title: 'time', align: 'right', cell: ({ seconds }) => formatSeconds(seconds) },
    { title: 'share', align: 'right', cell: ({ seconds }) => formatPercent(seconds / fused.seconds) },
    { title: 'operations', align: 'right', cell: ({ operations }) => formatNumber(operations) },
    { title: 'bytes', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
    { title: 'limited by', align: 'left', cell: ({ limit }) => limit },
  ];
  return [
    `\n${profile}: ${eachNode.kernels.length} nodes, ${fused.kernels.length} kernels when fused (${limits.map(kernels).join(', ')}); fusing saves ${formatPercent(saved)} of the bytes\n`,
    textTable(top, columns),
    uncounted.nodes === 0
      ? ''
      : `not counted: ${uncounted.nodes} nodes (${uncounted.reason}); the bounds hold without them\n`,
  ].join('');
}

/** What the bounds take for granted, said once for the profiles that share it. */
function assumedText(bounded: readonly Bounded[]): string {
  const byText = new Map<string, string[]>();
  for (const { profile, roofline } of bounded) {
    const { launch, power } = roofline;
    const watts = power.designWatts === null ? '' : ` (design power ${formatNumber(power.designWatts)} W)`;
    for (const [text, who] of [
      [`start of a kernel: ${formatSeconds(launch.seconds)}, ${launch.source}`, profile],
      [`power: ${power.reason}`, `${profile}${watts}`],
    ] as const) {
      byText.set(text, [...(byText.get(text) ?? []), who]);
    }
  }
  return [...byText].map(([text, who]) => `${who.join(', ')}: ${text}\n`).join('');
}

function operatorsText({ operators }: KernelTime): string {
  const [first = '', ...rest] = operators;
  return rest.length === 0 ? first : `${first} + ${rest.length}`;
}

function projectionsText({ profiles, cost, costReason }: RooflinedGraph, asksStacks: boolean): string {
  if (cost === null) return `refused: ${costReason}\n`;
  const rows = profiles.flatMap(({ profile, projections }) => projections.map((one) => ({ profile, ...one })));
  const answered = rows.flatMap(({ projection, ...row }) => ('refused' in projection ? [] : [{ ...row, projection }]));
  const refused = rows.flatMap(({ profile, stack, scenario, projection }) =>
    'refused' in projection ? [{ where: profile, stack, scenario, why: projection.refused }] : [],
  );
  type Row = (typeof answered)[number];
  const interval = ({ low, high }: Projected) => `${formatNumber(low)} to ${formatNumber(high)}`;
  const columns: readonly TextColumn<Row>[] = [
    { title: 'profile', align: 'left', cell: ({ profile }) => profile },
    { title: 'stack', align: 'left', cell: ({ stack }) => stack },
    { title: 'scenario', align: 'left', cell: ({ scenario }) => scenario },
    { title: 'projected', align: 'right', cell: ({ projection }) => formatNumber(projection.value) },
    { title: `${formatPercent(confidence)} interval`, align: 'right', cell: ({ projection }) => interval(projection) },
    { title: 'unit', align: 'left', cell: ({ projection }) => projection.unit },
    { title: 'of the roof', align: 'right', cell: ({ projection }) => formatPercent(projection.shareOfRoof) },
  ];
  const table = answered.length === 0 ? '' : textTable(answered, columns);
  return `as ${cost.id}: ${cost.source}\n${table}${refusalsText(refused, asksStacks)}`;
}

interface RefusedCell {
  readonly where: string;
  readonly stack: string;
  readonly scenario: string;
  readonly why: string;
}

/** Refusals for the same reason in one line; where stacks were not asked for by name, the first one of each. */
function refusalsText(refused: readonly RefusedCell[], asksStacks: boolean): string {
  const byReason = new Map<string, RefusedCell[]>();
  for (const cell of refused) {
    const key = asksStacks ? cell.why : cell.stack;
    byReason.set(key, [...(byReason.get(key) ?? []), cell]);
  }
  const lines = [...byReason.values()].map(([first, ...others]) => {
    if (first === undefined) return '';
    const cells = [first, ...others].map(({ where, stack, scenario }) => `${where} ${stack} ${scenario}`);
    if (asksStacks) return `refused: ${cells.join('; ')}: ${first.why}\n`;
    const more = others.length === 0 ? '' : `, and ${others.length} more (--stack ${first.stack} says which)`;
    return `refused: ${cells[0]}${more}: ${first.why}\n`;
  });
  return lines.join('');
}

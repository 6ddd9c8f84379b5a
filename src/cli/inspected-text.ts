import type { DescribedNode } from '../graph/describe-nodes.ts';
import type { ModelSummary } from '../graph/summary.ts';
import { formatBytes, formatCount, formatPercent } from '../units/format.ts';
import { shapeText } from '../workloads/input-shapes.ts';
import type { PreparedModel } from '../workloads/prepared-workload.ts';
import { printable, type TextColumn, textTable } from './text-table.ts';

/** What `dyno model inspect` answers. */
export interface Inspected
  extends ModelSummary,
    Pick<PreparedModel, 'path' | 'bytes' | 'sha256' | 'source' | 'licence' | 'weights'> {
  /** Items in a query that is counted. */
  readonly batchSize: number;
  /** Shape of each input that is counted for; null: dimensions are open. */
  readonly shapes: Readonly<Record<string, readonly number[]>> | null;
}

/** What is told of a model, in lines of a name and a text; a line without a name belongs to the one above it. */
export function inspectedLines(inspected: Inspected): [string, string][] {
  const { parameters, multiplyAdds, reason, operators, traffic, batchSize } = inspected;
  const each = batchSize === 1 ? 'an item' : `a query of ${formatCount(batchSize)} items`;
  const counted = multiplyAdds === null ? `unknown: ${reason}` : `${formatCount(multiplyAdds)} ${each}`;
  return [
    ['File', `${inspected.path} (${formatBytes(inspected.bytes)})`],
    ['SHA-256', inspected.sha256],
    ['Weights', [inspected.weights, inspected.source, inspected.licence].filter((part) => part !== null).join(', ')],
    ['Made by', inspected.producer ?? 'unknown'],
    ['Versions', `IR ${inspected.irVersion}, ${entries(inspected.opsets, ' ')}`],
    ...inspected.inputs.map((input): [string, string] => ['Input', valueText(input, inspected.shapes)]),
    ...inspected.outputs.map((output): [string, string] => ['Output', valueText(output, null)]),
    ['Parameters', formatCount(parameters)],
    ['Multiply-adds', counted],
    ...inspected.heaviest.map((node): [string, string] => [
      '',
      `${formatPercent(node.multiplyAdds / (multiplyAdds ?? 1)).padStart(6)}  ${node.operator} ${node.name}`,
    ]),
    ['Bytes', trafficText(traffic, each)],
    ['Nodes', `${formatCount(inspected.nodes)}: ${entries(byCount(operators), ' × ')}`],
    [
      'Constants',
      inspected.constants
        .map(({ type, tensors, elements }) => `${formatCount(elements)} ${type} in ${formatCount(tensors)} tensors`)
        .join(', ') || 'none',
    ],
    ...Object.entries(inspected.metadata).map(([key, value], place): [string, string] => [
      place === 0 ? 'Metadata' : '',
      `${key}=${value}`,
    ]),
  ];
}

function valueText({ name, type, shape }: ModelSummary['inputs'][number], shapes: Inspected['shapes']): string {
  const fixed = shapes?.[name];
  const isOpen = shape === null || shape.some((dimension) => typeof dimension !== 'number');
  const counted = fixed === undefined || !isOpen ? '' : `, counted as ${shapeText(fixed)}`;
  return `${name}  ${type} ${shape === null ? 'any shape' : shapeText(shape)}${counted}`;
}

function trafficText({ bytesRead, bytesWritten, weightBytes, reason }: Inspected['traffic'], each: string): string {
  const weights = weightBytes === null ? '' : `, weights ${formatBytes(weightBytes)}`;
  if (bytesRead === null || bytesWritten === null) return `unknown: ${reason}${weights}`;
  return `${formatBytes(bytesRead)} read, ${formatBytes(bytesWritten)} written ${each}, each node on its own${weights}`;
}

/** The lines in two columns. */
export function inspectedText(inspected: Inspected): string {
  const lines = inspectedLines(inspected);
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${printable(text)}\n`).join('');
}

/** The nodes that cost most: by multiply-adds, then by bytes; what is not known comes last. */
export function costliestNodes({ byNode, multiplyAdds }: Inspected, count: number): string {
  const bytes = ({ bytesRead, bytesWritten }: DescribedNode) => (bytesRead ?? -1) + (bytesWritten ?? -1);
  const rows = byNode
    .toSorted((a, b) => (b.multiplyAdds ?? -1) - (a.multiplyAdds ?? -1) || bytes(b) - bytes(a))
    .slice(0, count);
  const known = (value: number | null, format: (value: number) => string) => (value === null ? '?' : format(value));
  const columns: readonly TextColumn<DescribedNode>[] = [
    { title: 'operator', align: 'left', cell: ({ operator }) => operator },
    { title: 'name', align: 'left', cell: ({ name }) => name },
    {
      title: 'output',
      align: 'left',
      cell: ({ outputs: [output] }) => (output?.shape ? shapeText(output.shape) : '?'),
    },
    { title: 'multiply-adds', align: 'right', cell: (node) => known(node.multiplyAdds, formatCount) },
    {
      title: 'share',
      align: 'right',
      cell: (node) =>
        node.multiplyAdds === null || !multiplyAdds ? '–' : formatPercent(node.multiplyAdds / multiplyAdds),
    },
    { title: 'read', align: 'right', cell: ({ bytesRead }) => known(bytesRead, formatBytes) },
    { title: 'written', align: 'right', cell: ({ bytesWritten }) => known(bytesWritten, formatBytes) },
    { title: 'weights', align: 'right', cell: ({ weightBytes }) => known(weightBytes, formatBytes) },
  ];
  const rest = byNode.length - rows.length;
  return `${textTable(rows, columns)}${rest > 0 ? `${formatCount(rest)} more nodes; --nodes ${byNode.length} lists all.\n` : ''}`;
}

function byCount(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
}

function entries(record: Readonly<Record<string, string | number>>, between: string): string {
  return Object.entries(record)
    .map(([name, value]) => `${name}${between}${value}`)
    .join(', ');
}

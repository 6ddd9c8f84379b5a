import type { ProjectionOutcome } from '../results/projection-record.ts';
import type { ProjectedCase } from '../results/run.ts';
import { formatNumber, formatSeconds, formatThroughput } from '../units/format.ts';
import { type TextColumn, textTable } from './text-table.ts';

/** A projected case, or one that a plan will have; `outcome` null: not known yet. */
export interface ProjectedRow {
  readonly id: string;
  readonly workload: string;
  readonly profile: string;
  readonly stack: string | null;
  readonly precision: string;
  readonly scenario: string;
  /** Items of a query; null: the stack decides. */
  readonly batchSize: number | null;
  readonly cost: 'published' | 'graph' | null;
  readonly outcome: ProjectionOutcome | null;
}

const heading = 'Projected, not measured (90 % intervals; of the model alone, scope inference):';

/** Projected cases as a block of its own: a table of those that have a figure, and below it why others have none. */
export function projectedText(rows: readonly ProjectedRow[]): string {
  if (rows.length === 0) return '';
  const told = rows.filter(({ outcome }) => outcome === null || !('refused' in outcome));
  const table = told.length === 0 ? [] : [textTable(told, columns).trimEnd()];
  return [heading, ...table, ...refusals(rows), ''].join('\n');
}

/** The row of a projected case of a result. */
export function rowOfCase({ id, workload, profile, stack, axes, scenario, projection }: ProjectedCase): ProjectedRow {
  const { asked, outcome } = projection;
  const { precision, batchSize } = axes;
  return { id, workload, profile, stack, precision, scenario: scenario.kind, batchSize, cost: asked.cost, outcome };
}

const columns: readonly TextColumn<ProjectedRow>[] = [
  { title: 'workload', align: 'left', cell: ({ workload }) => workload },
  { title: 'profile', align: 'left', cell: ({ profile }) => profile },
  { title: 'stack', align: 'left', cell: ({ stack }) => stack ?? '' },
  { title: 'batch', align: 'right', cell: ({ batchSize }) => (batchSize === null ? 'any' : String(batchSize)) },
  { title: 'precision', align: 'left', cell: ({ precision }) => precision },
  { title: 'scenario', align: 'left', cell: ({ scenario }) => scenario },
  { title: 'p90', align: 'right', cell: (row) => latency(row, ({ value }) => value) },
  { title: 'throughput', align: 'right', cell: (row) => throughput(row, ({ value }) => value) },
  { title: '90 % interval', align: 'right', cell: intervalText },
  { title: 'model cost', align: 'left', cell: ({ cost }) => costNames[cost ?? 'none'] },
  {
    title: 'status',
    align: 'left',
    cell: ({ outcome }) => (outcome === null ? 'when the model is read' : 'projected'),
  },
];

const costNames = { published: 'published', graph: 'of its graph', none: '' } as const;

type Projected = Extract<ProjectionOutcome, { value: number }>;

function latency({ outcome }: ProjectedRow, of: (outcome: Projected) => number): string {
  return outcome === null || 'refused' in outcome || !isLatency(outcome) ? '' : formatSeconds(of(outcome) / 1e3);
}

function throughput({ outcome }: ProjectedRow, of: (outcome: Projected) => number): string {
  return outcome === null || 'refused' in outcome || isLatency(outcome) ? '' : formatThroughput(of(outcome));
}

function intervalText({ outcome }: ProjectedRow): string {
  if (outcome === null || 'refused' in outcome) return '';
  const { low, high } = outcome;
  return isLatency(outcome)
    ? `${formatSeconds(low / 1e3)} to ${formatSeconds(high / 1e3)}`
    : `${formatNumber(low)} to ${formatNumber(high)}`;
}

function isLatency({ unit }: Projected): boolean {
  return unit === 'ms (p90)';
}

/** One line a reason; rows that share it are counted, and the first is named. */
function refusals(rows: readonly ProjectedRow[]): string[] {
  const byReason = new Map<string, ProjectedRow[]>();
  for (const row of rows) {
    if (row.outcome === null || !('refused' in row.outcome)) continue;
    const reason = `${row.outcome.refused} (${row.outcome.code})`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), row]);
  }
  return [...byReason].map(([reason, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `refused: ${first?.id ?? ''}${more}: ${reason}`;
  });
}

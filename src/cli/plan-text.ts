import type { CaseDescription, PlanDescription } from '../suite/describe-plan.ts';
import type { PlannedCase } from '../suite/plan.ts';
import { formatCount, formatSeconds } from '../units/format.ts';
import { type TextColumn, textTable } from './text-table.ts';

interface Row {
  readonly planned: PlannedCase;
  readonly described: CaseDescription;
}

/** The plan as `--dry-run` prints it: the cases, the time they are estimated to take, and which percentiles they will support. */
export function planText(description: PlanDescription): string {
  const { plan, cases, time } = description;
  const described = new Map(cases.map((one) => [one.id, one]));
  const rows = plan.cases.flatMap((planned): Row[] => {
    const found = described.get(planned.id);
    return found === undefined ? [] : [{ planned, described: found }];
  });
  const where = plan.suite.file === null ? '' : ` (${plan.suite.file})`;
  const count = plan.cases.length === 1 ? '1 case' : `${plan.cases.length} cases`;
  const rounds = plan.policy.rounds === 1 ? '1 round' : `${plan.policy.rounds} rounds`;
  return [
    `Plan of ${plan.suite.name}${where}: ${count}, ${rounds} each, about ${span(time.lowSeconds, time.highSeconds)} in all.`,
    '',
    textTable(rows, columns(rows)).trimEnd(),
    '',
    ...percentileLines(description),
    ...limitLines(description),
    ...earlyLines(description),
    `Time: ${time.assumption}.`,
    'Nothing was measured. Without --dry-run this plan is run.',
    '',
  ].join('\n');
}

function columns(rows: readonly Row[]): TextColumn<Row>[] {
  const spins = rows.some(({ planned }) => planned.axes.spinning === 'on');
  return [
    { title: 'workload', align: 'left', cell: ({ planned }) => planned.workload },
    { title: 'backend', align: 'left', cell: ({ planned }) => planned.axes.backend },
    { title: 'batch', align: 'right', cell: ({ planned }) => String(planned.axes.batchSize) },
    { title: 'precision', align: 'left', cell: ({ planned }) => planned.axes.precision },
    { title: 'fusion', align: 'left', cell: ({ planned }) => planned.axes.fusion },
    { title: 'threads', align: 'right', cell: ({ planned }) => String(planned.axes.threads) },
    { title: 'spinning', align: 'left', cell: ({ planned }) => (spins ? planned.axes.spinning : '') },
    { title: 'scenario', align: 'left', cell: ({ planned }) => planned.scenario.kind },
    { title: 'scope', align: 'left', cell: ({ planned }) => planned.scope },
    { title: 'samples', align: 'right', cell: ({ described }) => `≥ ${described.samples}` },
    {
      title: 'supports',
      align: 'left',
      cell: ({ described }) => described.supported?.map(percentileName).join(' ') ?? 'throughput',
    },
    {
      title: 'time',
      align: 'left',
      cell: ({ described }) => span(described.time.lowSeconds, described.time.highSeconds),
    },
  ];
}

function percentileLines({ plan, percentiles, cases }: PlanDescription): string[] {
  const lines: string[] = [];
  if (cases.some(({ supported }) => supported !== null)) {
    const each = percentiles.map(
      ({ name, supported, needs }) => `${percentileName(name)} ${supported ? 'yes' : `needs ${formatCount(needs)}`}`,
    );
    lines.push(`Percentiles with ${percentiles[0]?.has} samples a case: ${each.join(', ')}.`);
    const missing = percentiles.find(({ name, supported }) => name === 'p99' && !supported);
    if (missing !== undefined) lines.push(`p99 needs ${missing.needs} samples: ${missing.command}`);
    if (missing !== undefined && cases.some(({ multiplyAdds }) => multiplyAdds === null)) {
      const end = formatSeconds(plan.policy.window.maxSeconds);
      lines.push(`A window ends after ${end} at the latest: for a slow model raise policy.window.max_duration too.`);
    }
  }
  if (cases.some(({ supported }) => supported === null)) {
    lines.push('Offline schedules all items at once: its latency is not defined, its throughput is the answer.');
  }
  return lines;
}

function limitLines({ plan, percentiles }: PlanDescription): string[] {
  const { latency } = plan.limits;
  if (latency === null) return [];
  const limit = `Limit: ${percentileName(latency.percentile)} of at most ${formatSeconds(latency.seconds)}.`;
  const asked = percentiles.find(({ name }) => name === latency.percentile);
  if (asked === undefined || asked.supported) return [limit];
  const command = latency.percentile === 'p99' ? 'the command above' : asked.command;
  return [`${limit} It cannot be judged with ${asked.has} samples, it needs ${formatCount(asked.needs)}: ${command}`];
}

function earlyLines({ plan, cases }: PlanDescription): string[] {
  const early = cases.filter(({ mayEndEarly }) => mayEndEarly);
  if (early.length === 0) return [];
  const { maxSeconds } = plan.policy.window;
  const names = early.slice(0, 3).map(({ id }) => id);
  const rest = early.length > names.length ? ` and ${early.length - names.length} more` : '';
  return [
    `May reach max_duration (${formatSeconds(maxSeconds)}) with fewer samples: ${names.join(', ')}${rest}. ` +
      'Longer: --set policy.window.max_duration=…',
  ];
}

function percentileName(name: string): string {
  return name === 'p999' ? 'p99.9' : name;
}

/** `6 s to 12 s`, in whole seconds. */
function span(lowSeconds: number, highSeconds: number): string {
  const [low, high] = [Math.round(lowSeconds), Math.round(highSeconds)];
  return low === high ? formatSeconds(low) : `${formatSeconds(low)} to ${formatSeconds(high)}`;
}

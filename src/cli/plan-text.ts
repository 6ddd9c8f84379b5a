import { isUsual } from '../suite/axes.ts';
import type { CaseDescription, PlanDescription } from '../suite/describe-plan.ts';
import type { PlannedCase } from '../suite/plan.ts';
import { scenarioName } from '../suite/scenario-name.ts';
import { formatCount, formatSeconds } from '../units/format.ts';
import { type TextColumn, textTable } from './text-table.ts';

/** Percentiles that MLPerf has a number of queries for. */
const preciseNames: ReadonlySet<string> = new Set(['p90', 'p95', 'p99']);

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
    ...caseLines(description),
    ...policyLines(description),
    `Time: ${time.assumption}.`,
    'Nothing was measured. Without --dry-run this plan is run.',
    '',
  ].join('\n');
}

/** The plan in one line, for whoever starts it: how long it takes and what its figures will support. */
export function planLine({ plan, cases, time, percentiles }: PlanDescription): string {
  const { rounds } = plan.policy;
  const count = `${cases.length} case${cases.length === 1 ? '' : 's'} × ${rounds} round${rounds === 1 ? '' : 's'}`;
  const supported = percentiles.filter((one) => one.supported).map(({ name }) => percentileName(name));
  const next = percentiles.find((one) => !one.supported);
  const latency = cases.every((one) => one.supported === null)
    ? 'throughput only'
    : `latency up to ${supported.at(-1) ?? 'the mean'}${next === undefined ? '' : ` (${percentileName(next.name)} needs ${formatCount(next.needs)} samples, there are ${formatCount(next.has)})`}`;
  return `plan     ${count}, about ${span(time.lowSeconds, time.highSeconds)}; ${latency}`;
}

function columns(rows: readonly Row[]): TextColumn<Row>[] {
  const spins = rows.some(({ planned }) => planned.axes.spinning === 'on');
  const isUnusual = (axis: 'hygiene' | 'layout') => rows.some(({ planned }) => !isUsual(axis, planned.axes));
  const [cleans, lays] = [isUnusual('hygiene'), isUnusual('layout')];
  return [
    { title: 'workload', align: 'left', cell: ({ planned }) => planned.workload },
    { title: 'backend', align: 'left', cell: ({ planned }) => planned.axes.backend },
    { title: 'batch', align: 'right', cell: ({ planned }) => String(planned.axes.batchSize) },
    { title: 'precision', align: 'left', cell: ({ planned }) => planned.axes.precision },
    { title: 'hygiene', align: 'left', cell: ({ planned }) => (cleans ? planned.axes.hygiene : '') },
    { title: 'fusion', align: 'left', cell: ({ planned }) => planned.axes.fusion },
    { title: 'layout', align: 'left', cell: ({ planned }) => (lays ? planned.axes.layout : '') },
    { title: 'threads', align: 'right', cell: ({ planned }) => String(planned.axes.threads) },
    { title: 'spinning', align: 'left', cell: ({ planned }) => (spins ? planned.axes.spinning : '') },
    { title: 'scenario', align: 'left', cell: ({ planned }) => scenarioName(planned.scenario) },
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
    const fewest = cases.some(({ samples }) => samples !== percentiles[0]?.has) ? 'at least ' : '';
    lines.push(`Percentiles with ${fewest}${percentiles[0]?.has} samples a case: ${each.join(', ')}.`);
    const precise = percentiles
      .filter(({ name }) => preciseNames.has(name))
      .map(({ name, precise: { samples, margin } }) => {
        return `${percentileName(name)} within ±${Number((margin * 100).toPrecision(3))} % needs ${formatCount(samples)}`;
      });
    lines.push(`Known to a twentieth of the tail, as MLPerf asks (99 % confidence): ${precise.join(', ')}.`);
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

/** Cases that will not be measured here, or not as they are meant. */
function caseLines({ cases }: PlanDescription): string[] {
  const fast = cases.filter(({ isTooFast }) => isTooFast);
  return [
    ...cases.flatMap(({ id, skipped }) => (skipped === null ? [] : [`Skipped here: ${id}: ${skipped.message}`])),
    ...(fast.length === 0
      ? []
      : [`Queries come faster than a fast machine is estimated to serve them: ${namesOf(fast)}.`]),
  ];
}

function policyLines({ plan, mlperf, roundsInTime }: PlanDescription): string[] {
  const { preset, window, maxTimeSeconds, rounds } = plan.policy;
  const lines: string[] = [];
  if (roundsInTime !== null && roundsInTime.slow < rounds) {
    const { slow, fast } = roundsInTime;
    const range = slow === fast ? `${slow}` : `${slow} to ${fast}`;
    lines.push(`max_time (${formatSeconds(maxTimeSeconds ?? 0)}) leaves room for ${range} of ${rounds} rounds.`);
  }
  if (mlperf.isShorter) {
    lines.push(
      `Policy ${preset}: windows from ${formatSeconds(window.minSeconds)} on, shorter than the ${mlperf.minSeconds} s that MLPerf asks for: to compare with, not to be published as results of MLPerf.`,
    );
  }
  return lines;
}

function namesOf(cases: readonly CaseDescription[]): string {
  const names = cases.slice(0, 3).map(({ id }) => id);
  return `${names.join(', ')}${cases.length > names.length ? ` and ${cases.length - names.length} more` : ''}`;
}

function earlyLines({ plan, cases }: PlanDescription): string[] {
  const early = cases.filter(({ mayEndEarly }) => mayEndEarly);
  if (early.length === 0) return [];
  const { maxSeconds } = plan.policy.window;
  return [
    `May reach max_duration (${formatSeconds(maxSeconds)}) with fewer samples: ${namesOf(early)}. ` +
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

import {
  type ComparedCase,
  type Comparison,
  compareRuns,
  fewestRounds,
  type Ratio,
} from '../../analysis/compare-runs.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import { displayName } from '../../report/display-name.ts';
import { plainReason } from '../../report/plain-reasons.ts';
import { findRun, readRun } from '../../results/result-folder.ts';
import { formatNumber, formatRatio, formatSeconds, formatThroughput } from '../../units/format.ts';
import { reportTarget } from '../report-target.ts';
import { refuseOtherMachines } from '../same-machine.ts';
import type { Streams } from '../streams.ts';
import { type TextColumn, textTable } from '../text-table.ts';

export interface CompareOptions {
  /** The base and the candidate, by id, unique beginning of an id, or path. */
  readonly a: string;
  readonly b: string;
  /** Write an HTML report of both there when it ends in `.html`; else the folder of runs. */
  readonly out?: string;
  /** Compare runs of different machines or policies, too; what differs is listed. */
  readonly allowMismatch?: boolean;
  readonly json?: boolean;
}

/**
 * `dyno compare <a> <b>`: the ratios b / a of every case that both runs have, with their intervals over rounds. Ends with 4 when no case
 * was measured in both. It judges nothing: that is for `dyno gate`. Throws `FINGERPRINT_DIFFERS` and `PLAN_DIFFERS` unless told to allow that.
 */
export async function compareCommand(options: CompareOptions, { stdout, stderr }: Streams): Promise<ExitCode> {
  const { file, runsFolder } = reportTarget(options.out);
  const folders = [options.a, options.b].map((name) => findRun(name, runsFolder));
  const [base, candidate] = folders.map(readRun);
  if (base === undefined || candidate === undefined) throw new RangeError('Expected two runs.');
  if (options.allowMismatch !== true) refuseOtherMachines(base, candidate);
  const comparison = compareRuns(base, candidate);
  const names = { base: base.runId, candidate: candidate.runId };
  stdout.write(
    options.json === true ? `${JSON.stringify({ ...names, ...comparison }, null, 2)}\n` : asText(names, comparison),
  );
  if (file !== null) {
    const { writeReport } = await import('../../report/write-report.ts');
    stderr.write(`report  ${await writeReport(folders, file)}\n`);
  }
  const compared = comparison.rows.some(
    ({ latency, throughput }) => latency.value !== null || throughput.value !== null,
  );
  if (!compared)
    stderr.write(
      'dyno: no case was measured in both runs: there is nothing to compare. Run the same suite for both. (NOTHING_TO_COMPARE)\n',
    );
  return compared ? 0 : 4;
}

const columns: readonly TextColumn<ComparedCase>[] = [
  { title: 'case', align: 'left', cell: ({ id }) => id },
  { title: 'p50 a', align: 'right', cell: ({ latency }) => figure(latency.base, formatSeconds) },
  { title: 'p50 b', align: 'right', cell: ({ latency }) => figure(latency.candidate, formatSeconds) },
  { title: 'b/a', align: 'right', cell: ({ latency }) => ratio(latency) },
  { title: 'throughput a', align: 'right', cell: ({ throughput }) => figure(throughput.base, formatThroughput) },
  { title: 'throughput b', align: 'right', cell: ({ throughput }) => figure(throughput.candidate, formatThroughput) },
  { title: 'b/a', align: 'right', cell: ({ throughput }) => ratio(throughput) },
];

function asText(names: { base: string; candidate: string }, comparison: Comparison): string {
  const { rows, onlyInBase, onlyInCandidate, environmentDifferences } = comparison;
  const lines = [`a  ${names.base}`, `b  ${names.candidate}`, ''];
  if (rows.length > 0) lines.push(textTable(rows, columns));
  const isDescriptive = ({ throughput }: ComparedCase) =>
    throughput.reason?.code === 'ONE_ROUND' || throughput.reason?.code === 'TOO_FEW_ROUNDS';
  const tested = rows.some(({ throughput }) => throughput.low !== null);
  if (tested) {
    lines.push(
      'In brackets: 95 % interval over rounds. One that holds 1 shows no difference.',
      'The runs were measured one after the other: what the machine did in between is in the ratios. `dyno gate` measures two versions in turns.',
    );
  }
  if (rows.some(isDescriptive))
    lines.push(
      `Fewer than ${fewestRounds} rounds: no interval. Such a ratio describes two measurements and does not show that one is faster. For more: dyno bench … --set policy.rounds=${fewestRounds}`,
    );
  if (names.base === names.candidate) lines.push('a and b are the same run: every ratio is 1, and says nothing.');
  for (const { id, throughput } of rows)
    if (throughput.reason?.code === 'ROUNDS_LOST')
      lines.push(`no interval: ${displayName(id, 200)}: ${plainReason(throughput.reason)}`);
  for (const { id, latency } of rows)
    if (latency.value === null && latency.reason !== null)
      lines.push(`no ratio: ${displayName(id, 200)}: ${plainReason(latency.reason)}`);
  for (const id of onlyInBase) lines.push(`only in a: ${displayName(id, 200)}`);
  for (const id of onlyInCandidate) lines.push(`only in b: ${displayName(id, 200)}`);
  for (const { field, base, candidate } of environmentDifferences)
    lines.push(`differs: ${displayName(field)}: ${displayName(base)} | ${displayName(candidate)}`);
  return `${lines.join('\n').trimEnd()}\n`;
}

function figure(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value);
}

function ratio({ value, low, high }: Ratio): string {
  if (value === null) return '–';
  return low === null || high === null
    ? formatRatio(value)
    : `${formatRatio(value)} (${formatNumber(low)} to ${formatNumber(high)})`;
}

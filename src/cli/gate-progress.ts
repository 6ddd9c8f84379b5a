import type { MetricRule } from '../gate/metric-rules.ts';
import type { GateSettings } from '../gate/settings.ts';
import { formatSeconds } from '../units/format.ts';
import type { GateProgress, OnGateProgress } from './paired-gate.ts';
import type { Streams } from './streams.ts';
import { printable, printableLines } from './text-table.ts';

/**
 * Prints how far a gate is. On a terminal the line of the round is replaced by the next one's and says which version runs; elsewhere (CI) each round
 * has one line. Written between processes and never while one is measured. `now` is a clock in seconds.
 */
export function gateProgress(
  { stderr }: Pick<Streams, 'stderr'>,
  now: () => number,
): { readonly onProgress: OnGateProgress; end(): void } {
  const began = now();
  const isTerminal = stderr.isTTY === true;
  let transient = false;
  let round = '';
  const clear = (): void => {
    if (transient) stderr.write('\r\u001b[K');
    transient = false;
  };
  const write = (line: string, stays: boolean): void => {
    clear();
    transient = !stays && isTerminal;
    stderr.write(transient ? line : `${line}\n`);
  };
  return {
    onProgress(progress) {
      switch (progress.type) {
        case 'round': {
          const { round: index, left, stage, scenarios } = progress;
          const what = stage === 'look' ? 'pair   ' : 'confirm';
          const of = scenarios.length === 1 ? printable(scenarios[0] ?? '') : `${scenarios.length} scenarios`;
          round = `${what}  [${index + 1}/${index + left}] ${of}, ${formatSeconds(now() - began)} so far`;
          if (!isTerminal) write(round, false);
          return;
        }
        case 'process':
          if (isTerminal) write(`${round}, ${progress.arm}`, false);
          return;
        default:
          for (const line of linesOf(progress)) write(line, true);
      }
    },
    end: clear,
  };
}

function linesOf(progress: Exclude<GateProgress, { type: 'round' | 'process' }>): string[] {
  switch (progress.type) {
    case 'checkout':
      return ['check out base and head'];
    case 'suite':
      return [`suite    ${printable(progress.suite.path)}`];
    case 'set-up':
      return [`set up   ${progress.arm}`];
    case 'trial':
      return [`try      ${progress.arm}`];
    case 'rows':
      return [rowsLine(progress.settings, progress.done), ...progress.unused.map(unusedRuleLine)];
    case 'explain':
      return [
        `explain  ${progress.scenarios.length} ${progress.scenarios.length === 1 ? 'scenario' : 'scenarios'} that changed`,
      ];
    case 'unexplained':
      return [`note     not explained: ${printableLines(progress.message)} (${progress.code})`];
  }
}

function rowsLine({ metrics, looks }: GateSettings, done: number): string {
  const gating = metrics.filter(({ role }) => role === 'gating').length;
  const scenarios = new Set(metrics.map(({ scenario }) => scenario)).size;
  const rest = metrics.length - gating;
  return (
    `rows     ${metrics.length} in ${scenarios} ${scenarios === 1 ? 'scenario' : 'scenarios'}: ${gating} can fail${rest > 0 ? `, ${rest} for information` : ''}; ` +
    `looks at ${looks.join(', ')} pairs${done > 0 ? `; ${done} are there already` : ''}`
  );
}

/** A typing error, or what it was for is gone. */
export function unusedRuleLine({ scenario, metric, where }: MetricRule): string {
  return printable(`note     ${where}: no figure fits scenario ${scenario}, metric ${metric}`);
}

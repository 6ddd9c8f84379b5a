import { failureText } from '../analysis/memory-text.ts';
import { toggleText } from '../analysis/toggles.ts';
import { type OnProgress, type Progress, variantText } from '../runner/progress.ts';
import { formatNumber, formatSeconds } from '../units/format.ts';
import type { Streams } from './streams.ts';

/**
 * Prints progress. On a terminal the line of the round that runs is replaced by the next one's; elsewhere (CI) every line stays.
 * A line is written when a round begins and never while its window is open: repainting would take a part of a core. Why cases are skipped is told once
 * for all that are skipped for the same.
 */
export function progressLines({ stderr }: Streams, quiet: boolean): { readonly onProgress: OnProgress; end(): void } {
  let transient = false;
  const told = new Set<string>();
  let more = 0;
  const tellMore = (): void => {
    if (more > 0) stderr.write(`skipped  ${more} more ${more === 1 ? 'case' : 'cases'} for what is said above\n`);
    more = 0;
  };
  const clear = (): void => {
    if (transient) stderr.write('\r\u001b[K');
    transient = false;
  };
  return {
    onProgress(progress) {
      if (quiet && progress.type !== 'failed') return;
      if (progress.type === 'skipped' && told.has(progress.message)) {
        more += 1;
        return;
      }
      if (progress.type === 'skipped') told.add(progress.message);
      else tellMore();
      clear();
      const line = lineOf(progress);
      transient =
        stderr.isTTY === true && ['round', 'search', 'proving', 'preparing', 'variant'].includes(progress.type);
      stderr.write(transient ? line : `${line}\n`);
    },
    end() {
      tellMore();
      clear();
    },
  };
}

function lineOf(progress: Progress): string {
  switch (progress.type) {
    case 'preparing':
      return `prepare  ${progress.workload}`;
    case 'variant':
      return `variant  [${progress.done + 1}/${progress.of}] ${progress.workload} ${variantText(progress.settings)}`;
    case 'proving':
      return `prove    [${progress.done + 1}/${progress.of}] ${progress.case.workload} ${progress.case.axes.backend} ${toggleText(progress.case)}`;
    case 'search':
      return `search   [${progress.probe + 1}] ${progress.case.id}, ${progress.rate === null ? 'one query after another' : `${formatNumber(progress.rate)} queries/s`}`;
    case 'round':
      return `measure  [${progress.done + 1}/${progress.of}] ${progress.case.id}, about ${formatSeconds(progress.secondsLeft)} left`;
    case 'failed':
      return `failed   ${progress.what}: ${failureText(progress.cause)}`;
    case 'skipped':
      return `skipped  ${progress.case.id}: ${progress.message}`;
    case 'note':
      return `note     ${progress.message}`;
  }
}

import { resolve } from 'node:path';
import type { HardwareProfile } from '../hardware/profile.ts';
import { DynoError, errorText, InputError } from '../kernel/errors.ts';
import type { Registry } from '../kernel/registry.ts';
import { findRun, readRun, runFolders, runIdOf } from '../results/result-folder.ts';
import type { Run } from '../results/run.ts';
import { type LeftOutCase, type OwnEvidence, type OwnRow, ownEvidence } from '../roofline/own-evidence.ts';
import { formatNumber } from '../units/format.ts';
import type { Workload } from '../workloads/workload.ts';

/** Where one's own results are: folders of runs, and whether each was named by itself rather than found in a folder of many. */
export interface ResultPlaces {
  readonly named: readonly string[];
  readonly found: readonly string[];
}

/**
 * The runs that `--results` means: each word is the path or id of a run, the unique beginning of an id in `outDir`, or a folder with runs in
 * it. Throws `OPTION_INVALID` for an empty word, and what `findRun` throws for one that is no run.
 */
export function resultPlaces(words: readonly string[], outDir = 'results'): ResultPlaces {
  if (words.includes('')) {
    throw new InputError(
      'OPTION_INVALID',
      `--results: expected runs or a folder of runs, separated by commas, got ${JSON.stringify(words.join(','))}.`,
    );
  }
  const named = new Set<string>();
  const found = new Set<string>();
  for (const word of words) {
    const within = runFolders(word);
    if (within.length === 0) named.add(resolve(findRun(word, outDir)));
    else for (const folder of within) found.add(resolve(folder));
  }
  return { named: [...named], found: [...found].filter((folder) => !named.has(folder)) };
}

/**
 * What the runs come to as evidence. One that was named has to be readable; of those that were found in a folder, one that is not (it is still
 * going on, say) is left out with the reason.
 */
export function readOwnEvidence(
  { named, found }: ResultPlaces,
  profiles: readonly HardwareProfile[],
  hub: Registry<Workload>,
): OwnEvidence {
  const unread: LeftOutCase[] = [];
  const runs = new Map<string, Run>();
  for (const folder of named) {
    const run = readRun(folder);
    runs.set(run.runId, run);
  }
  for (const folder of found) {
    try {
      const run = readRun(folder);
      // The same run may lie in two folders.
      if (!runs.has(run.runId)) runs.set(run.runId, run);
    } catch (error) {
      if (!(error instanceof DynoError)) throw error;
      unread.push({ run: runIdOf(folder), case: null, code: 'NOT_READABLE', reason: errorText(error) });
    }
  }
  const publishedAs = new Map(
    hub.all().flatMap(({ name, publishedAs }) => (publishedAs === undefined ? [] : [[name, publishedAs] as const])),
  );
  const own = ownEvidence([...runs.values()], profiles, publishedAs);
  return { ...own, leftOut: [...unread, ...own.leftOut] };
}

/** Reads the runs that `--results` names as evidence, with the workloads of the hub as they are known of themselves. */
export async function ownResults(
  words: readonly string[],
  profiles: readonly HardwareProfile[],
  hub?: Registry<Workload>,
): Promise<OwnEvidence> {
  const places = resultPlaces(words);
  const { loadPlugins } = await import('../runner/plugins.ts');
  return readOwnEvidence(places, profiles, hub ?? (await loadPlugins([])).workloads);
}

/** What `--json` says of them. */
export interface OwnResultsAnswer {
  readonly rows: readonly OwnRow[];
  readonly leftOut: readonly LeftOutCase[];
}

export function ownResultsAnswer({ rows, leftOut }: OwnEvidence): OwnResultsAnswer {
  return { rows, leftOut };
}

/** How many of them are evidence, and why others are not, for people: reasons that several cases share in one line. */
export function ownResultsText({ rows, leftOut }: OwnEvidence): string {
  const taken = rows.reduce((sum, { cases }) => sum + cases.length, 0);
  const byCell = new Map<string, number>();
  for (const { stack, scenario } of rows) {
    byCell.set(`${stack} ${scenario}`, (byCell.get(`${stack} ${scenario}`) ?? 0) + 1);
  }
  const cells = [...byCell].map(([cell, count]) => `${cell} ${count}`).join(', ');
  const of = rows.length === 0 ? '' : ` of ${counted(taken, 'case')} (${cells})`;
  const head = `own results: ${counted(rows.length, 'row')}${of}; ${counted(leftOut.length, 'case')} left out`;
  const byReason = new Map<string, LeftOutCase[]>();
  for (const one of leftOut) {
    const key = `${one.code} ${one.reason}`;
    byReason.set(key, [...(byReason.get(key) ?? []), one]);
  }
  const why = [...byReason.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const where = first.case === null ? first.run : `${first.case} of ${first.run}`;
    const more = others.length === 0 ? '' : `, and ${formatNumber(others.length)} more`;
    return [`  left out ${where}${more}: ${first.reason} (${first.code})`];
  });
  return `${[head, ...why].join('\n')}\n`;
}

function counted(count: number, what: string): string {
  return `${formatNumber(count)} ${what}${count === 1 ? '' : 's'}`;
}

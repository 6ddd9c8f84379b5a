import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { AskedGate } from '../gate/gate-context.ts';
import { readGateLog } from '../gate/gate-log.ts';
import { repositoryRoot } from '../gate/git.ts';
import {
  knownCommit,
  mergeBaseOf,
  resolveVersion,
  type Version,
  workingTree,
  workingTreeName,
} from '../gate/version.ts';
import type { SourceVersion } from '../gate/worktrees.ts';
import { InputError } from '../kernel/errors.ts';
import { parseDuration } from '../units/duration.ts';

/** Options of the commands that measure, as they were typed. */
export interface GateRequestOptions {
  readonly base?: string;
  readonly head?: string;
  readonly suite?: string;
  readonly quick?: boolean;
  readonly rounds?: string;
  readonly timeBudget?: string;
  readonly seed?: string;
  readonly mergeBase?: boolean;
  readonly acknowledgements?: string;
  /** false: `--no-explain`. */
  readonly explain?: boolean;
  readonly allowMismatch?: boolean;
  readonly out: string;
}

/** What a gate is of: two versions of a repository, or two stored runs. */
export type GateSubject = PairedSubject | StoredSubject;

export interface PairedSubject {
  readonly kind: 'paired';
  readonly base: SourceVersion;
  readonly head: SourceVersion;
  readonly asked: AskedGate;
}

export interface StoredSubject {
  readonly kind: 'stored';
  readonly base: StoredVersion;
  readonly head: StoredVersion;
  readonly asked: AskedGate;
}

export type StoredVersion = Extract<Version, { kind: 'run' }>;

/**
 * What the options of `dyno gate` ask for, in the folder that it was started in. Throws `USAGE` for a missing or wrong option, `VERSIONS_MIXED` where one
 * version is a stored run and the other is not (exit 3), and what `resolveVersion` throws.
 */
export function gateSubject(options: GateRequestOptions, folder = process.cwd()): GateSubject {
  if (options.base === undefined) {
    throw new InputError(
      'USAGE',
      '--base: expected what head is compared with, such as --base main, or the id of a stored run; got nothing.',
    );
  }
  const base = resolveVersion(options.base, { option: '--base', folder, results: options.out });
  const headName = options.head ?? workingTreeName;
  const isTree = options.head === undefined && base.kind === 'run';
  if (isTree) throw mixed(base, headName);
  const head = resolveVersion(headName, { option: '--head', folder, results: options.out });
  const names = { base: base.name, head: head.name };
  if (base.kind === 'run' || head.kind === 'run') {
    if (base.kind !== 'run' || head.kind !== 'run') throw mixed(base, head.name);
    // Their files need not be of a repository.
    const { suite: _, acknowledgements: __, ...rest } = options;
    return { kind: 'stored', base, head, asked: askedGate('gate', rest, names, folder) };
  }
  if (options.allowMismatch === true) {
    throw new InputError(
      'USAGE',
      '--allow-mismatch belongs to two stored runs, got two versions that are measured here, on one machine; leave it out.',
    );
  }
  const asked = askedGate('gate', options, names, folder);
  return { kind: 'paired', base: asked.mergeBase ? mergeBaseOf(base, head) : base, head, asked };
}

/** The options that a gate keeps. Throws `USAGE` (exit 3) for one that cannot be. */
export function askedGate(
  command: AskedGate['command'],
  options: GateRequestOptions,
  names: Pick<AskedGate, 'base' | 'head'>,
  folder = process.cwd(),
): AskedGate {
  return {
    command,
    ...names,
    suite: withinRepository('--suite', options.suite, folder),
    quick: options.quick === true,
    rounds: wholeNumber('--rounds', options.rounds, 6, 1000),
    timeBudgetSeconds: duration('--time-budget', options.timeBudget),
    seed: wholeNumber('--seed', options.seed, 0, 2 ** 32 - 1),
    mergeBase: options.mergeBase === true,
    acknowledgements: withinRepository('--acknowledgements', options.acknowledgements, folder),
    explain: options.explain !== false,
  };
}

/**
 * What a gate was of that is gone on with: commits by their id, whatever the names mean by now, in another time budget if one is told. Throws `VERSION_UNKNOWN` (exit 3) where they are not here,
 * and `NOT_RESUMABLE` for a gate of stored runs, of which nothing is measured.
 */
export function resumedSubject(
  gateFolder: string,
  { timeBudget }: Pick<GateRequestOptions, 'timeBudget'> = {},
  folder = process.cwd(),
): PairedSubject {
  const { start, context } = readGateLog(gateFolder);
  if (context === null || start.surroundings === null) {
    throw new InputError(
      'NOT_RESUMABLE',
      `${gateFolder}: expected a gate that measures, got one of stored runs or without its options. Show it with \`dyno gate show\`.`,
    );
  }
  const version = (option: '--base' | '--head'): SourceVersion => {
    const { name, commit } = option === '--base' ? start.base : start.head;
    const found =
      commit === null ? workingTree({ option, folder, results: '' }) : knownCommit(name, commit, { option, folder });
    if (found.kind === 'run') throw new RangeError(`Expected ${name} to be a version of a repository.`);
    return found;
  };
  const timeBudgetSeconds = duration('--time-budget', timeBudget) ?? context.asked.timeBudgetSeconds;
  return {
    kind: 'paired',
    base: version('--base'),
    head: version('--head'),
    asked: { ...context.asked, timeBudgetSeconds },
  };
}

/** A path as the repository names it; null where none was given. */
function withinRepository(option: string, path: string | undefined, folder: string): string | null {
  if (path === undefined) return null;
  const root = repositoryRoot(folder);
  if (root === null) return path;
  const inside = relative(root, resolve(realpathSync(folder), path))
    .split(sep)
    .join('/');
  if (inside !== '' && inside !== '..' && !inside.startsWith('../') && !isAbsolute(inside)) return inside;
  throw new InputError(
    'USAGE',
    `${option} ${path}: expected a file of the repository in ${root}, as both versions are measured by what head has; got one outside of it.`,
  );
}

function wholeNumber(option: string, typed: string | undefined, least: number, most: number): number | null {
  if (typed === undefined) return null;
  const value = Number(typed);
  if (/^\d+$/.test(typed) && value >= least && value <= most) return value;
  throw new InputError(
    'USAGE',
    `${option} ${typed}: expected a whole number from ${least} to ${most}, got ${JSON.stringify(typed)}.`,
  );
}

function duration(option: string, typed: string | undefined): number | null {
  if (typed === undefined) return null;
  try {
    const seconds = parseDuration(typed);
    if (seconds > 0) return seconds;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new InputError(
    'USAGE',
    `${option} ${typed}: expected a duration above 0 such as 90s or 10min (units: ns, us, ms, s, min, h), got ${JSON.stringify(typed)}.`,
  );
}

function mixed(base: Version, headName: string): InputError {
  const [run, other] = base.kind === 'run' ? [base.name, headName] : [headName, base.name];
  return new InputError(
    'VERSIONS_MIXED',
    `Expected two versions of a repository or two stored runs, got the run ${run} and ${other}, which is none. Name a run as ` +
      `${base.kind === 'run' ? '--head' : '--base'}, too, or a git ref as ${base.kind === 'run' ? '--base' : '--head'}.`,
  );
}

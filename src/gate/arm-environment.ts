import { delimiter, isAbsolute, join } from 'node:path';
import { canonicalJson, sha256 } from '../kernel/content-hash.ts';
import { InputError } from '../kernel/errors.ts';
import { findProgram } from '../kernel/find-program.ts';
import { textIfReadable } from '../kernel/tolerant-read.ts';
import { redactDeep } from '../results/redact.ts';
import type { Command } from './gate-file.ts';
import { withoutGitVariables } from './git.ts';

/** What every process of the gate is started with, whichever version it is of. Recorded, so that a difference can be ruled out. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>;
  /** Processors that taskset keeps it on; null: those that this process may use. */
  readonly cpus: string | null;
}

/** As it stands in the log: names and values of the environment may be private. */
export interface SurroundingsRecord {
  readonly environmentSha256: string;
  readonly nodeOptions: string | null;
  /** Processors that the processes may use, as the kernel lists them; null where it does not. */
  readonly affinity: string | null;
}

/**
 * The environment of this process with that of the suite in it, less what belongs to the checkout that the gate was started in. Throws `TASKSET_MISSING`
 * (exit 3) where processors were named and there is no taskset.
 */
export function surroundingsOf(
  added: Readonly<Record<string, string>>,
  cpus: string | null,
  inherited: Readonly<Record<string, string | undefined>> = process.env,
): Surroundings {
  if (cpus !== null && findProgram('taskset') === null) {
    throw new InputError(
      'TASKSET_MISSING',
      `gate.cpus: expected taskset (of util-linux) to keep processes on processors ${cpus}, got no such program. Install it, or leave out cpus.`,
    );
  }
  const kept = Object.entries(withoutGitVariables(inherited)).filter(([name]) => !ofThisCheckout(name));
  return { environment: { ...Object.fromEntries(kept), ...added }, cpus };
}

/** What a shell or npm says of the folder and the package that it was started in. */
function ofThisCheckout(name: string): boolean {
  return ['PWD', 'OLDPWD', 'INIT_CWD', '_'].includes(name) || /^npm_(package|lifecycle)_/.test(name);
}

/** The environment of one process: beside what all have, its folder and what the round is. Of equal size for both arms of a pair. */
export function environmentOf(
  { environment }: Surroundings,
  folder: string,
  { seed, scenarios }: { readonly seed: number; readonly scenarios: readonly string[] },
): Record<string, string> {
  return {
    ...environment,
    ...pathWithin(environment, folder),
    PWD: folder,
    DYNO_GATE_SEED: String(seed),
    DYNO_GATE_SCENARIOS: scenarioList(scenarios),
    // Where the stack begins depends on the size of the environment, and speed on that. Over rounds, no size is left to be a version's luck.
    DYNO_GATE_PADDING: 'x'.repeat(seed % 4096),
  };
}

/**
 * npm and npx put the programs of the packages of the checkout that the gate was started in before all others. Those of the version that is measured take
 * their place: base would run the tools of head otherwise.
 */
function pathWithin(environment: Surroundings['environment'], folder: string): Record<string, string> {
  // Windows calls it `Path`.
  const name = ['PATH', 'Path'].find((one) => environment[one] !== undefined);
  const places = name === undefined ? [] : (environment[name] ?? '').split(delimiter);
  const others = places.filter((place) => !(isAbsolute(place) && /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(place)));
  if (name === undefined || others.length === places.length) return {};
  return { [name]: [join(folder, 'node_modules', '.bin'), ...others].join(delimiter) };
}

/** A longer variable is refused by some systems: Windows takes 32,767 characters, Linux 131,072 bytes. */
const mostListBytes = 30_000;

/** The list as processes are told it. One that is too long is empty, which asks for all scenarios: those that nobody looks at are passed over. */
function scenarioList(scenarios: readonly string[]): string {
  const list = JSON.stringify(scenarios);
  return Buffer.byteLength(list) > mostListBytes ? '[]' : list;
}

/** The command kept on the processors that were named. */
export function pinned(command: Command, { cpus }: Surroundings): Command {
  if (cpus === null) return command;
  const words = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  return ['taskset', '-c', cpus, ...words];
}

export function recordOf({ environment, cpus }: Surroundings, procRoot = '/proc'): SurroundingsRecord {
  const status = textIfReadable(join(procRoot, 'self', 'status')) ?? '';
  return {
    environmentSha256: sha256(canonicalJson(environment)),
    nodeOptions: environment.NODE_OPTIONS === undefined ? null : redactDeep(environment.NODE_OPTIONS),
    affinity: cpus ?? /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? null,
  };
}

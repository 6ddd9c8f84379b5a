import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DynoError } from '../kernel/errors.ts';
import { makeTemporaryFolder } from '../kernel/temporary-folder.ts';
import { eventsFile, readEvents } from '../results/event-log.ts';
import type { OperatorProfileRecord } from '../results/events.ts';
import type { Case } from '../results/run.ts';
import type { Command } from './gate-file.ts';
import type { TakenProfile } from './operator-changes.ts';
import type { Arm } from './pair.ts';
import { parsePrintedProfiles, type ReadOrtProfile } from './printed-profile.ts';
import { engineSource } from './probe.ts';
import type { Worktrees } from './worktrees.ts';

/** How operator profiles of a version are got at, in processes of their own. */
export interface Profiler {
  /** Scenarios that one process profiles together. */
  groups(scenarios: readonly string[]): readonly (readonly string[])[];
  /** A process that is about to be started. */
  open(arm: Arm, scenarios: readonly string[], seed: number): OpenProfile;
}

export interface OpenProfile {
  readonly command: Command;
  /** Exit codes after which there is something to read. */
  readonly exitCodes: readonly number[];
  /** The profiles that the ended process took. Throws a `DynoError` where that makes no sense. */
  read(stdout: string): ReadonlyMap<string, TakenProfile>;
  /** Removes what the process left behind. */
  close(): void;
}

/** Profiles that the user's command takes, all scenarios in one process. */
export function commandProfiler(
  command: Command,
  folders: Readonly<Record<Arm, string>>,
  readOrtProfile: ReadOrtProfile,
): Profiler {
  return {
    groups: (scenarios) => (scenarios.length === 0 ? [] : [scenarios]),
    open: (arm) => ({
      command,
      exitCodes: [0],
      read: (stdout) => parsePrintedProfiles(stdout, folders[arm], readOrtProfile),
      close: () => {},
    }),
  };
}

/** What of a measured case says how its model was loaded. */
export type ProfiledCase = Pick<Case, 'workload' | 'axes'>;

export interface EngineProfiles {
  /** Path of the suite within the repository. */
  readonly suite: string;
  /** The cases of the suite by scenario, as the trial measured them. */
  readonly cases: ReadonlyMap<string, ProfiledCase>;
}

/** Of the window, which only has to be there: what is wanted is the proof before it. */
const shortest = [
  ...['policy.rounds=1', 'policy.accuracy_items=1', 'policy.cooldown=0', 'policy.observer_blocks=false'],
  ...['policy.warmup.min_queries=0', 'policy.warmup.min_duration=0', 'policy.warmup.until=minimum'],
  ...['policy.window.min_queries=1', 'policy.window.min_duration=0.001'],
];

/**
 * Profiles from the proof that the Dyno of each version takes of a case (five runs of its model in a process that is not timed, the first one left out): an
 * own run of `dyno bench` for each way in which a model is loaded. Scenarios that load it alike, and differ in how load arrives, share one.
 */
export function engineProfiler({ suite, cases }: EngineProfiles, worktrees: Worktrees): Profiler {
  const identity = (scenario: string) => JSON.stringify(cases.get(scenario) && caseWords(cases.get(scenario)));
  return {
    groups: (scenarios) => {
      const known = scenarios.filter((scenario) => cases.has(scenario));
      return [...new Set(known.map(identity))].map((one) => known.filter((scenario) => identity(scenario) === one));
    },
    open(arm, scenarios, seed) {
      const out = makeTemporaryFolder('profile-', worktrees.root);
      const settings = [...shortest, `policy.seed=${seed}`].flatMap((setting) => ['--set', setting]);
      return {
        command: [
          ...[process.execPath, engineSource(worktrees[arm].folder).script, 'bench', suite],
          ...[...caseWords(cases.get(scenarios[0] ?? '')), '--scenario', 'single_stream', ...settings],
          ...['--out', out, '--run-id', 'profile', '--no-report'],
        ],
        exitCodes: [0],
        read: () => {
          const taken = profileOf(join(out, 'profile'));
          return new Map(scenarios.map((scenario) => [scenario, taken]));
        },
        close: () => rmSync(out, { recursive: true, force: true }),
      };
    },
  };
}

/** Options that leave of a suite the one case. */
function caseWords(one: ProfiledCase | undefined): string[] {
  if (one === undefined) return [];
  const { workload, axes } = one;
  const options: Readonly<Record<string, string | number>> = {
    workload,
    backend: axes.backend,
    'batch-size': axes.batchSize,
    precision: axes.precision,
    threads: axes.threads,
    fusion: axes.fusion,
    // Named even where they are usual: the suite may ask for others, too. Older versions of Dyno know no hygiene and layout.
    spinning: axes.spinning,
    ...(axes.hygiene === undefined ? {} : { hygiene: axes.hygiene }),
    ...(axes.layout === undefined ? {} : { layout: axes.layout }),
  };
  return Object.entries(options).flatMap(([option, value]) => [`--${option}`, String(value)]);
}

/** The profile in the events of a run of one case. */
function profileOf(folder: string): TakenProfile {
  const events = readEvents(folder);
  const finished = events.findLast((event) => event.type === 'proof.finished');
  if (finished?.type !== 'proof.finished') {
    const failed = events.findLast((event) => event.type === 'proof.failed');
    const why =
      failed?.type === 'proof.failed' ? `${failed.cause.message} (${failed.cause.code})` : 'no proof was taken';
    throw new DynoError('PROFILE_MISSING', `Expected ${eventsFile} to have a proof, but ${why}.`);
  }
  const { operatorProfile, operatorProfileReason } = finished.proof;
  if (operatorProfile != null) return takenProfile(operatorProfile);
  throw new DynoError(
    'PROFILE_MISSING',
    operatorProfile === undefined
      ? 'This version of Dyno tells no times of operators.'
      : `The backend profiles no operators (${operatorProfileReason?.code ?? 'no reason told'}).`,
  );
}

/** A profile as Dyno stores it, as one that can be compared. */
export function takenProfile({ nodes, isPartial }: Pick<OperatorProfileRecord, 'nodes' | 'isPartial'>): TakenProfile {
  return {
    isPartial,
    nodes: nodes.map(({ name, operator, provider, seconds, calls }) => ({
      node: name === '' ? null : name,
      ...{ operator, provider, seconds, calls },
    })),
  };
}

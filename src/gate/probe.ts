import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../kernel/errors.ts';
import { makeFolder } from '../kernel/make-folder.ts';
import { packageFile } from '../kernel/package-root.ts';
import { makeTemporaryFolder } from '../kernel/temporary-folder.ts';
import { readRun } from '../results/result-folder.ts';
import type { Case } from '../results/run.ts';
import { engineReadings, exactMetrics } from './engine-readings.ts';
import type { Command } from './gate-file.ts';
import type { Arm } from './pair.ts';
import { parsePrinted } from './printed-figures.ts';
import type { Readings } from './reading.ts';
import { withComparedAnswers } from './same-answers.ts';
import type { Worktrees } from './worktrees.ts';

/** How the figures of a version are got at. */
export interface Probe {
  /** A process that is about to be started for one arm. */
  open(arm: Arm, ask: Ask): OpenProbe;
  /** Of an engine suite, its cases by scenario, as the trials told. */
  readonly cases?: ReadonlyMap<string, Pick<Case, 'workload' | 'axes'>>;
}

export interface Ask {
  /** For whatever is drawn at random; the same for both arms of a pair. */
  readonly seed: number;
  /** What will be looked at; in the trial, all there is. */
  readonly scenarios: readonly string[];
  /** Of the trial before the first pair, what never changes is told, too. */
  readonly trial: boolean;
}

export interface OpenProbe {
  readonly command: Command;
  /** Exit codes after which there is something to read. */
  readonly exitCodes: readonly number[];
  /** What the ended process told. Throws a `DynoError` where that makes no sense. */
  read(stdout: string): Readings;
  /** Removes what the process left behind. */
  close(): void;
}

/** Figures that the user's command prints. */
export function commandProbe(command: Command): Probe {
  return { open: () => ({ command, exitCodes: [0], read: parsePrinted, close: () => {} }) };
}

export interface EngineSuite {
  /** Path of the suite within the repository, or what else `dyno bench` takes for one. */
  readonly suite: string;
  /** Whether `suite` is a path within the repository. */
  readonly inRepository: boolean;
  /** Further words for `dyno bench`, such as `--policy smoke`. */
  readonly words: readonly string[];
}

/** Whose Dyno measures a version: its own, or the one that runs the gate. */
export interface EngineSource {
  readonly kind: 'repository' | 'dependency' | 'running';
  readonly script: string;
}

/**
 * An engine suite, run by the Dyno of each version: the repository's, where it is Dyno's own, else the one that it depends on, else the one that runs
 * this. Both arms run head's suite, after the trial only the workloads that are asked for: a confirmation takes no time for what it does not
 * look at. What is the same in every process of a version (size, operators, accuracy, answers) is taken in the trial and told with every
 * round after it. Throws `SUITE_NOT_FOUND`, and `ENGINES_DIFFER` where only one of the versions brings a Dyno (exit 3).
 */
export function engineProbe({ suite, inRepository, words }: EngineSuite, worktrees: Worktrees): Probe {
  if (inRepository) placeSuite(suite, worktrees);
  const sources = { base: engineSource(worktrees.base.folder), head: engineSource(worktrees.head.folder) };
  if (sources.base.kind !== sources.head.kind) {
    throw new InputError(
      'ENGINES_DIFFER',
      `Expected both versions to bring Dyno in one way, got ${engineText(sources.base)} in base and ${engineText(sources.head)} in head. ` +
        'Install what each version depends on in `gate.setup`, such as `npm ci`.',
    );
  }
  const exact: Record<Arm, Readings | null> = { base: null, head: null };
  const cases = new Map<string, Pick<Case, 'workload' | 'axes'>>();
  return {
    cases,
    open(arm, { seed, scenarios, trial }) {
      // Of equal length in both arms, as the command line is.
      const out = makeTemporaryFolder('run-', worktrees.root);
      const settings = ['policy.rounds=1', `policy.seed=${seed}`, ...(trial ? [] : ['policy.proof=false'])];
      const options = settings.flatMap((setting) => ['--set', setting]);
      return {
        command: [
          ...[process.execPath, sources[arm].script, 'bench', suite],
          ...[...words, ...(trial ? [] : workloadWords(scenarios, cases)), ...options],
          ...['--out', out, '--run-id', 'gate', '--no-report'],
        ],
        // 5: some cases failed, and say so.
        exitCodes: [0, 5],
        read() {
          const run = readRun(join(out, 'gate'));
          const readings = engineReadings(run);
          if (trial) {
            exact[arm] = readings;
            for (const { id, workload, axes } of run.cases) cases.set(id, { workload, axes });
          }
          return trial ? readings : withExact(readings, trialOf(arm, exact));
        },
        close: () => rmSync(out, { recursive: true, force: true }),
      };
    },
  };
}

/** Leaves out the workloads whose cases nobody asks for; nothing, where a scenario is not known or all are asked for. */
function workloadWords(scenarios: readonly string[], cases: NonNullable<Probe['cases']>): string[] {
  const asked = new Set(scenarios.map((scenario) => cases.get(scenario)?.workload));
  const all = new Set([...cases.values()].map(({ workload }) => workload));
  const isPart = !asked.has(undefined) && asked.size > 0 && asked.size < all.size;
  return isPart ? ['--workload', [...asked].join(',')] : [];
}

/** What the trial told of an arm; of head, its answers beside those of base. */
function trialOf(arm: Arm, { base, head }: Readonly<Record<Arm, Readings | null>>): Readings | null {
  return arm === 'base' || base === null || head === null ? { base, head }[arm] : withComparedAnswers(base, head);
}

/** The readings of a round with the exact figures and the answers of the trial, which the round itself did not take. */
function withExact(readings: Readings, trial: Readings | null): Readings {
  return new Map(
    [...readings].map(([scenario, reading]) => {
      const known = trial?.get(scenario);
      if (reading.outcome === 'failed' || known === undefined || known.outcome === 'failed') return [scenario, reading];
      const told = new Set(reading.figures.map(({ metric }) => metric));
      const missing = known.figures.filter(
        ({ metric }) => (exactMetrics as readonly string[]).includes(metric) && !told.has(metric),
      );
      const { outputs, differing } = known;
      const answered = { outputs, ...(differing === undefined ? {} : { differing }) };
      return [scenario, { ...reading, ...answered, figures: [...reading.figures, ...missing] }];
    }),
  );
}

/** Both arms measure the same: base's own suite may have other cases. */
function placeSuite(suite: string, { base, head }: Worktrees): void {
  const ofHead = join(head.folder, suite);
  if (!existsSync(ofHead)) {
    throw new InputError(
      'SUITE_NOT_FOUND',
      `${suite}: expected head (${head.version.name}) to have this suite, got no such file.`,
    );
  }
  const ofBase = join(base.folder, suite);
  makeFolder(dirname(ofBase));
  copyFileSync(ofHead, ofBase);
}

/** The Dyno that a checkout brings, once it is set up. */
export function engineSource(folder: string): EngineSource {
  const own = join(folder, 'bin', 'dyno.js');
  if (existsSync(own) && nameOfPackage(folder) === 'inference-dyno') return { kind: 'repository', script: own };
  const dependency = join(folder, 'node_modules', 'inference-dyno', 'bin', 'dyno.js');
  if (existsSync(dependency)) return { kind: 'dependency', script: dependency };
  return { kind: 'running', script: packageFile('bin', 'dyno.js') };
}

function engineText({ kind }: EngineSource): string {
  if (kind === 'repository') return 'its own';
  return kind === 'dependency' ? 'that of node_modules' : 'none';
}

function nameOfPackage(folder: string): string | null {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string }).name ?? null;
  } catch {
    return null;
  }
}

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../kernel/atomic-write.ts';
import { InputError } from '../kernel/errors.ts';
import { diskError } from '../results/disk-error.ts';
import { resumeFile, runFile } from '../results/result-folder.ts';
import type { Plan } from '../suite/plan.ts';

/** What it takes to go on with a run: the whole plan with the paths of the user's files, which a result does not hold. */
export interface ResumeFile {
  readonly plan: Plan;
  readonly plugins: readonly string[];
  /** Set again when the run goes on; left out where none was asked for. */
  readonly powerLimitWatts?: number;
  /** What hardware that is not here is projected by; left out where none was asked for. */
  readonly projection?: {
    readonly stacks: readonly string[] | null;
    readonly profiles?: string | undefined;
    /** Folders of results of one's own: those that were named, and those that were found where many are. */
    readonly results?: { readonly named: readonly string[]; readonly found: readonly string[] };
  };
}

/** Keeps the plan beside the result while the run goes on. Results are passed on and must not name private paths, so this is a file apart. */
export function writeResumeFile(folder: string, content: ResumeFile): void {
  const path = join(folder, resumeFile);
  try {
    writeFileAtomic(path, JSON.stringify(content));
  } catch (error) {
    throw diskError(error, path);
  }
}

/** Throws `NOT_RESUMABLE` for a run that has ended, whose plan is gone, or whose toggles meant something else when it was begun. */
export function readResumeFile(folder: string): ResumeFile {
  const path = join(folder, resumeFile);
  const name = basename(folder);
  if (existsSync(path)) {
    const content = JSON.parse(readFileSync(path, 'utf8')) as ResumeFile;
    if (content.plan.cases.every(({ axes }) => 'hygiene' in axes && 'layout' in axes)) return content;
    throw new InputError(
      'NOT_RESUMABLE',
      `The run ${name} was begun by an older version, in which "fusion: on" was the engine's alone. Figures of the two may not be mixed: start a new run, or go on with that version.`,
    );
  }
  throw new InputError(
    'NOT_RESUMABLE',
    existsSync(join(folder, runFile))
      ? `The run ${name} has ended, or was copied without its ${resumeFile}: there is nothing to resume. "dyno results show ${name}" prints it; start a new run to measure again.`
      : `The run ${name} has no ${resumeFile} with its plan, so it cannot be resumed. Start a new run.`,
  );
}

/** Called when a run has come to its end. */
export function removeResumeFile(folder: string): void {
  rmSync(join(folder, resumeFile), { force: true });
}

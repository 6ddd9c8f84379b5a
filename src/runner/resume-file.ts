import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../kernel/atomic-write.ts';
import { InputError } from '../kernel/errors.ts';
import type { Plan } from '../suite/plan.ts';

/** What it takes to go on with a run: the whole plan with the paths of the user's files, which a result does not hold. */
export interface ResumeFile {
  readonly plan: Plan;
  readonly plugins: readonly string[];
}

const name = '.resume.json';

/** Keeps the plan beside the result while the run goes on. Results are passed on and must not name private paths, so this is a file apart. */
export function writeResumeFile(folder: string, content: ResumeFile): void {
  writeFileAtomic(join(folder, name), JSON.stringify(content));
}

/** Throws `NOT_RESUMABLE` for a run that has ended, or whose plan is gone. */
export function readResumeFile(folder: string): ResumeFile {
  const path = join(folder, name);
  if (!existsSync(path)) {
    throw new InputError(
      'NOT_RESUMABLE',
      `The run ${basename(folder)} has ended: there is nothing to resume. "dyno results show ${basename(folder)}" prints it; start a new run to measure again.`,
    );
  }
  return JSON.parse(readFileSync(path, 'utf8')) as ResumeFile;
}

/** Called when a run has come to its end. */
export function removeResumeFile(folder: string): void {
  rmSync(join(folder, name), { force: true });
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DynoError } from '../kernel/errors.ts';
import type { GateSuite } from './gate-suite.ts';
import type { Worktree } from './worktrees.ts';

/**
 * Whether base has no such suite, and the suite a command of its own: what that runs may be new in head, too. Ask before head's suite is copied into
 * base.
 */
export function isNewSuite({ path, plan }: Pick<GateSuite, 'path' | 'plan'>, base: Pick<Worktree, 'folder'>): boolean {
  return plan.command !== null && !existsSync(join(base.folder, path));
}

/** The error of a base that cannot be measured, with what to do where base has no such suite; others as they are. */
export function withNewSuite(error: unknown, suite: string): unknown {
  if (!(error instanceof DynoError) || !['BASE_NOT_SET_UP', 'BASE_FAILED'].includes(error.code)) return error;
  const hint =
    `Base has no ${suite}: for the change that brings the gate there is nothing to compare with. ` +
    'Merge it once `dyno gate aa` can measure head; the next change has a base.';
  return new DynoError(error.code, `${error.message}\n${hint}`, { cause: error.cause, exitCode: error.exitCode });
}

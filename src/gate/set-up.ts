import { DynoError } from '../kernel/errors.ts';
import { environmentOf, type Surroundings } from './arm-environment.ts';
import type { SetupStep } from './gate-file.ts';
import { versionText } from './gate-report.ts';
import { endText, runProcess } from './run-process.ts';
import { withoutSecrets } from './secret-values.ts';
import type { Worktree } from './worktrees.ts';

/** Lines of its output that the error of a step shows. */
const shownLines = 40;

/**
 * Runs the steps of `gate.setup` in the checkout of one version, one after another. Throws `BASE_NOT_SET_UP` or `HEAD_NOT_SET_UP` (exit 4) with the
 * step and the end of its output, and `AbortError` when `signal` was aborted. Steps are not pinned to processors: only what is measured is.
 */
export async function setUp(
  { arm, folder, version }: Worktree,
  steps: readonly SetupStep[],
  surroundings: Surroundings,
  signal?: AbortSignal,
): Promise<void> {
  for (const { run, timeoutSeconds } of steps) {
    const result = await runProcess({
      command: run,
      folder,
      environment: environmentOf(surroundings, folder, { seed: 0, scenarios: [] }),
      seconds: timeoutSeconds,
      signal,
    });
    if (result.ended === 'aborted') throw new DOMException('The gate was stopped.', 'AbortError');
    const ended = endText(result, timeoutSeconds);
    if (ended === null) continue;
    const step = typeof run === 'string' ? run : run.join(' ');
    const said = withoutSecrets(`${result.stdout}\n${result.stderr}`, surroundings.environment);
    const output = said.trim().split('\n').slice(-shownLines).join('\n  ');
    throw new DynoError(
      `${arm.toUpperCase()}_NOT_SET_UP`,
      `gate.setup: \`${step}\` ${ended} in ${arm} (${versionText(version)}).` +
        (output === '' ? '' : ` The end of its output:\n  ${output}`),
    );
  }
}

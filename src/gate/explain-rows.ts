import { DynoError } from '../kernel/errors.ts';
import { environmentOf, pinned, type Surroundings } from './arm-environment.ts';
import { type OperatorExplanation, operatorChanges, type TakenProfile } from './operator-changes.ts';
import type { Arm } from './pair.ts';
import { processText } from './process-text.ts';
import { fallbackWarnings } from './processor-fallback.ts';
import type { Profiler } from './profiler.ts';
import { endText, runProcess } from './run-process.ts';

export interface ExplainRowsRequest {
  /** Those with a row that changed, the most important first. */
  readonly scenarios: readonly string[];
  readonly profiler: Profiler;
  /** Absolute folders of both versions. */
  readonly folders: Readonly<Record<Arm, string>>;
  readonly surroundings: Surroundings;
  /** Of one process. */
  readonly timeoutSeconds: number;
  readonly seed: number;
  /** No further scenario is profiled after so many seconds: the verdict is there already. */
  readonly budgetSeconds: number;
  /** Seconds of a clock that runs evenly. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Told what is known of a scenario as soon as it is: those that follow may take minutes, and never end. */
  readonly onExplained?: ((scenario: string, explanation: OperatorExplanation) => void) | undefined;
}

/** Three profiles of each version, in turns, so that what drifts does so for both, and each follows as often on the other as on itself. */
const turns: readonly Arm[] = ['base', 'head', 'head', 'base', 'base', 'head'];

/**
 * Profiles scenarios that changed, in processes of their own after the verdict, and says which operators differ by more than profiles of one version do. What
 * goes wrong is a warning of the scenario: a verdict needs no explanation. Rejects with `AbortError` when `signal` was aborted.
 */
export async function explainRows(request: ExplainRowsRequest): Promise<ReadonlyMap<string, OperatorExplanation>> {
  const { scenarios, profiler, budgetSeconds, now } = request;
  const began = now();
  const explained = new Map<string, OperatorExplanation>();
  for (const group of profiler.groups(scenarios)) {
    const isLate = now() - began > budgetSeconds;
    const found = isLate ? null : await explainGroup(request, group);
    const late = `operators were not profiled: those of other rows took the ${budgetSeconds} s that there are`;
    for (const scenario of group) {
      const explanation = found?.get(scenario) ?? { operators: [], warnings: [late] };
      explained.set(scenario, explanation);
      request.onExplained?.(scenario, explanation);
    }
  }
  return explained;
}

async function explainGroup(
  request: ExplainRowsRequest,
  group: readonly string[],
): Promise<ReadonlyMap<string, OperatorExplanation>> {
  const taken: Record<Arm, ReadonlyMap<string, TakenProfile>[]> = { base: [], head: [] };
  const problems: string[] = [];
  for (const arm of turns) {
    const result = await take(request, arm, group);
    if (typeof result === 'string') {
      problems.push(`operators of ${arm} could not be profiled: ${result}`);
      break;
    }
    taken[arm].push(result);
  }
  return new Map(group.map((scenario) => [scenario, explanationOf(scenario, taken, problems)]));
}

function explanationOf(
  scenario: string,
  taken: Readonly<Record<Arm, readonly ReadonlyMap<string, TakenProfile>[]>>,
  problems: readonly string[],
): OperatorExplanation {
  if (problems.length > 0) return { operators: [], warnings: problems };
  const of = (arm: Arm) => taken[arm].flatMap((profiles) => profiles.get(scenario) ?? []);
  const missing = (['base', 'head'] as const).filter((arm) => of(arm).length < 2);
  if (missing.length > 0) {
    return { operators: [], warnings: [`operators were not profiled: ${missing.join(' and ')} told none of this row`] };
  }
  const operators = operatorChanges(of('base'), of('head'));
  const partial = (['base', 'head'] as const).filter((arm) => of(arm).some(({ isPartial }) => isPartial));
  const cut = partial.map(
    (arm) => `a profile of ${arm} was cut off: its operators are those of the runs that it holds`,
  );
  return { operators, warnings: [...fallbackWarnings(operators), ...cut] };
}

/** The profiles that one process took, or why there are none. */
async function take(
  { profiler, folders, surroundings, timeoutSeconds, seed, signal }: ExplainRowsRequest,
  arm: Arm,
  scenarios: readonly string[],
): Promise<ReadonlyMap<string, TakenProfile> | string> {
  const opened = profiler.open(arm, scenarios, seed);
  const told = (text: string) => processText(text, folders, surroundings);
  try {
    const result = await runProcess({
      command: pinned(opened.command, surroundings),
      folder: folders[arm],
      environment: environmentOf(surroundings, folders[arm], { seed, scenarios }),
      seconds: timeoutSeconds,
      signal,
    });
    if (result.ended === 'aborted') throw new DOMException('The gate was stopped.', 'AbortError');
    const ended = endText(result, timeoutSeconds);
    if (ended !== null && !(result.ended === null && opened.exitCodes.includes(result.exitCode ?? -1))) {
      const said = result.stderr.trim().split('\n').at(-1) ?? '';
      return told(`the process ${ended}${said === '' ? '' : ` (${said.slice(0, 200)})`}`);
    }
    try {
      return opened.read(result.stdout);
    } catch (error) {
      if (!(error instanceof DynoError)) throw error;
      return told(`${error.message} (${error.code})`);
    }
  } finally {
    opened.close();
  }
}

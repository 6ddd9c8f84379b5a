import { benchLine } from '../kernel/shell-words.ts';
import { redactedToken } from '../results/redact.ts';
import type { Run } from '../results/run.ts';

/** Options that a repetition does not take over, and whether a value follows them. */
const dropped = new Map([
  ['--json', false],
  ['--no-report', false],
  ['--run-id', true],
  ['--resume', true],
]);

/**
 * The command that measures what a run measured, with `sets` put into its suite, such as `policy.rounds=5`. What is private is not in
 * a result: where a path was given, there is `YOUR-PATH` for the reader to put it back.
 */
export function repeatCommand(run: Pick<Run, 'command'>, sets: readonly string[]): string {
  const words: string[] = [];
  const given = run.command[0] === 'bench' ? run.command.slice(1) : run.command;
  for (let index = 0; index < given.length; index++) {
    const word = given[index] ?? '';
    const takesValue = dropped.get(word);
    if (takesValue === undefined)
      words.push(word.replace(redactedToken, (_all, kind: string) => `YOUR-${kind.toUpperCase()}`));
    else if (takesValue) index++;
  }
  return benchLine([...words, ...sets.flatMap((set) => ['--set', set])]);
}

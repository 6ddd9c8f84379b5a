import type { CheckGroup } from './doctor-check.ts';
import { wrapText } from './wrap-text.ts';

const width = 100;

/**
 * A line for each check, by subject; below it, alone on a line to be copied, what to do. Sentences are broken at 100 columns. What the check before
 * it said already is not said again: of several backends of one library the same is missing.
 */
export function describeChecks(groups: readonly CheckGroup[], ready: boolean): string {
  const all = groups.flatMap(({ checks }) => checks);
  const widthOfStatus = Math.max(...all.map(({ status }) => status.length));
  const widthOfName = Math.max(...all.map(({ name }) => name.length));
  const indent = ' '.repeat(widthOfStatus + widthOfName + 6);
  const indented = (line: string): string => `${indent}${line}`;
  // A command stays on one line to be copied; a long one begins further left.
  const commandLine = (command: string): string =>
    `${' '.repeat(Math.max(4, Math.min(indent.length, width - command.length)))}${command}`;
  const wrapped = (text: string): string[] => wrapText(text, width - indent.length).split('\n');
  const lines = groups.flatMap(({ subject, checks }) => [
    subject,
    ...checks.flatMap(({ name, status, message, fix }, index) => {
      const before = checks[index - 1];
      const isRepeated = before !== undefined && before.status === status && before.message === message;
      // What fits into a line and asks for nothing is shorter than a hint at it is clear.
      const isLong = fix !== null || wrapped(message).length > 1;
      const [first = '', ...rest] = wrapped(isRepeated && isLong ? 'the same' : message);
      const remedy =
        fix === null || (isRepeated && before.fix === fix)
          ? []
          : fix.endsWith('.')
            ? wrapped(fix).map(indented)
            : [commandLine(fix)];
      return [
        `  ${status.padEnd(widthOfStatus)}  ${name.padEnd(widthOfName)}  ${first}`.trimEnd(),
        ...rest.map(indented),
        ...remedy,
      ];
    }),
    '',
  ]);
  const conclusion = ready ? 'dyno bench can run here.' : 'dyno bench cannot run here: see the problems above.';
  return `${[...lines, conclusion].join('\n')}\n`;
}

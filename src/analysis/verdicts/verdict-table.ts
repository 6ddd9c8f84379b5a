import { verdictFamilies } from '../../results/run.ts';
import type { VerdictCode } from './verdict-code.ts';
import { verdictCodes } from './verdict-codes.ts';

/** All codes as a table in Markdown, family by family, for `docs/verdicts.md`. */
export function verdictTable(): string {
  const codes: readonly (readonly [string, VerdictCode])[] = Object.entries(verdictCodes);
  const rows = verdictFamilies.flatMap((family) =>
    codes
      .filter(([, code]) => code.family === family)
      .map(([name, { severity, means, nextStep }]) => [family, severity, `\`${name}\``, means, nextStep]),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(['family', 'severity', 'code', 'means', 'what to do']),
    line(['---', '---', '---', '---', '---']),
    ...rows.map(line),
    '',
  ].join('\n');
}

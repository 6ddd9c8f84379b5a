import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** CPU time in `/proc` is counted in 1/100 s on every architecture that Node.js runs on (`getconf CLK_TCK`). */
export const ticksPerSecond = 100;

/** One reading of `/proc/<pid>/stat`, whose fields have the numbers of proc_pid_stat(5). */
export interface ProcessStat {
  /** Field 2, without its brackets. */
  readonly name: string;
  /** Field `number`, 3 or above, as text; undefined when this kernel has no such field. */
  field(number: number): string | undefined;
}

/** Reads `stat` of a process. null where it has ended, or where there is no `/proc`. */
export function readProcessStat(pid: number | string, procRoot = '/proc'): ProcessStat | null {
  let text: string;
  try {
    text = readFileSync(join(procRoot, String(pid), 'stat'), 'utf8');
  } catch {
    return null;
  }
  const fields = text.slice(fieldsStart(text)).split(' ');
  return {
    name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
    field: (number) => fields[number - 3],
  };
}

/**
 * Where field 3 begins, in characters or bytes. The name, field 2, is in brackets and may itself hold blanks and brackets: fields are
 * counted from behind its last bracket.
 */
export function fieldsStart(stat: string | Buffer): number {
  return stat.lastIndexOf(')') + 2;
}

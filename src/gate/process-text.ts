import { redactDeep } from '../results/redact.ts';
import type { Surroundings } from './arm-environment.ts';
import type { Arm } from './pair.ts';
import { withoutSecrets } from './secret-values.ts';

/**
 * What a process of an arm said, as it may stand in the log and in a comment: without the values of secret variables and what names this machine. Files of
 * the checkouts are named as `<base>/bench.py`, so that a stack trace can still be followed.
 */
export function processText(
  text: string,
  folders: Readonly<Record<Arm, string>>,
  { environment }: Pick<Surroundings, 'environment'>,
): string {
  const open = withoutSecrets(text, environment);
  return redactDeep(open.replaceAll(folders.base, '<base>').replaceAll(folders.head, '<head>'));
}

import { existsSync } from 'node:fs';
import { packageFile } from './package-root.ts';

/** Words as a POSIX shell takes them: those that hold more than plain characters in quotes. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}

/** The line that runs `dyno bench` with these words: in a checkout by its npm script, elsewhere by the installed command. */
export function benchLine(words: readonly string[]): string {
  const command = existsSync(packageFile('src')) ? 'npm run bench' : 'npx dyno bench';
  if (words.length === 0) return command;
  return command.startsWith('npm') ? `${command} -- ${shellWords(words)}` : `${command} ${shellWords(words)}`;
}

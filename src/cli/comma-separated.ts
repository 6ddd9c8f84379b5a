import { InputError } from '../kernel/errors.ts';

/** The words of an option such as `--passes a,b`. Throws `OPTION_INVALID` when one is empty. */
export function commaSeparated(option: string, text: string): string[] {
  const words = text.split(',').map((word) => word.trim());
  if (!words.includes('')) return [...new Set(words)];
  throw new InputError(
    'OPTION_INVALID',
    `${option}: expected words separated by commas, such as a,b, got ${JSON.stringify(text)}.`,
  );
}

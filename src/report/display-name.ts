/** Longest name that is shown whole; the downloadable data always has it whole. */
const longest = 80;

/**
 * A name from a suite, a model or a machine as a page may show it: control characters and the marks that turn the direction of
 * text become visible (`\u202e`), and what is longer than `limit` characters is cut in the middle, where names differ least.
 */
export function displayName(name: string, limit: number = longest): string {
  const visible = name.replace(unprintable, (character) => escapeOf(character));
  if (visible === '') return '(no name)';
  const characters = [...visible];
  if (characters.length <= limit) return visible;
  const head = Math.ceil((limit - 1) * 0.6);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (limit - 1 - head)).join('')}`;
}

/** A sentence with names in it: as {@link displayText}, and no word is longer than a name may be. */
export function displaySentence(text: string): string {
  return displayText(text, 900).replace(/\S+/g, (word) => displayName(word, 60));
}

/** As {@link displayName}, but keeps line breaks and tabs and is cut at the end: for the last lines of an error. */
export function displayText(text: string, limit = 4000): string {
  const visible = text.replace(unprintable, (character) =>
    /[\n\t]/.test(character) ? character : escapeOf(character),
  );
  return visible.length <= limit ? visible : `${visible.slice(0, limit)}…`;
}

/** C0 and C1 controls, line and paragraph separators, bidirectional marks and overrides, lone surrogates. */
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for.
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

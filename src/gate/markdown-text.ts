/**
 * Texts of others in Markdown as GitHub renders it. Names go into `<code>`, where GitHub looks for no mentions, issues and commits; all
 * characters with a meaning in Markdown or HTML become entities, so that nothing ends the element or the cell it stands in. Addresses, which
 * it finds there, too, are broken as in running text.
 */
export function codeText(name: string, limit: number): string {
  return `<code>${entities(shortened(visible(name).trim(), limit)).replace(address, '$&&#8203;')}</code>`;
}

/**
 * Behind what GitHub sees an address by: `https://`, `www.`, and the @ of a mailbox. Looking for the dot of that one ends after 100
 * characters, or a text of nothing else would take minutes.
 */
const address = /:(?=\/\/)|(?<![a-z0-9])www(?=\.)|&#64;(?=[^\s<]{0,100}?\.)/gi;

/**
 * As running text. What GitHub would make a mention, a reference, a link or a picture of is broken by a space without width, as bots do
 * that quote others: entities alone do not, since mentions are looked for after they are decoded.
 */
export function plainText(text: string, limit: number): string {
  return entities(shortened(visible(text).trim(), limit))
    .replace(/&#64;|&#35;/g, '$&&#8203;')
    .replace(/:(?=\/\/|[\w&#;-]+:)/g, ':&#8203;')
    .replace(/\b(www|GH)(?=[.-])/gi, '$1&#8203;')
    .replace(/^[+-](?= )/, (sign) => `&#${sign.codePointAt(0)};`)
    .replace(/^(\d+)[.](?= )/, '$1&#46;');
}

/** What means something in Markdown, HTML or a table, and what GitHub has extensions for, such as `$math$`. */
function entities(text: string): string {
  return text.replace(/[\\`*_{}[\]#!|<>&"'~$@^]/g, (character) => `&#${character.codePointAt(0)};`);
}

/** On one line, without controls and without marks that turn the direction of text. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu, ' ');
}

function shortened(text: string, limit: number): string {
  const characters = [...text];
  if (characters.length <= limit) return text;
  const end = Math.floor((limit - 1) * 0.4);
  return `${characters.slice(0, limit - 1 - end).join('')}…${characters.slice(characters.length - end).join('')}`;
}

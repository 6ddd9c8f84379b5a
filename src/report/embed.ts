import { createHash } from 'node:crypto';

/** Text that ends a line in a script but not in JSON: U+2028 and U+2029. */
const lineSeparators = /[\u2028\u2029]/g;

/**
 * JSON that may stand inside a script element: `<` is escaped, so that neither `</script>` nor `<!--` can occur, and so are the
 * two line separators that JSON allows and old JavaScript does not. Numbers that JSON lacks (NaN, Infinity) become null.
 */
export function embeddableJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replace(lineSeparators, (separator) => (separator === '\u2028' ? '\\u2028' : '\\u2029'));
}

/**
 * JavaScript that may stand inside a script element. `</script` would end the element, and `<script` after `<!--` would hide its
 * end; in code both occur only within strings and regular expressions, where the escaped forms mean the same.
 */
export function embeddableScript(code: string): string {
  return code.replace(/<\/(?=script)/gi, '<\\/').replace(/<(?=script)/gi, '\\x3c');
}

/** A `data:` address that a link with the `download` attribute saves as a file, with or without JavaScript. */
export function dataLink(mediaType: string, content: string): string {
  return `data:${mediaType};charset=utf-8;base64,${Buffer.from(content, 'utf8').toString('base64')}`;
}

/** The source expression of a content security policy that allows exactly this inline script or style. */
export function policyHash(content: string): string {
  return `'sha256-${createHash('sha256').update(content, 'utf8').digest('base64')}'`;
}

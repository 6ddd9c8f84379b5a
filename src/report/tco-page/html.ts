/** Markup that is safe to stand in a page: what came from outside is escaped in it. Made by {@link html} alone. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: text is escaped, markup is not, and of null and an empty list nothing is left. */
export type Content = Markup | string | number | null | readonly Content[];

/** Markup from a template whose literal parts are ours. Runs in Node and in the browser. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(
    parts.map((part, index) => part + (index < contents.length ? textOf(contents[index] ?? null) : '')).join(''),
  );
}

/** Markup that we made ourselves in another way: a drawn picture, a swatch. Never text of a study. */
export function trusted(markup: string): Markup {
  return new Markup(markup);
}

function textOf(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'string' || typeof content === 'number') return escaped(String(content));
  return content.map(textOf).join('');
}

/** For text between tags and in quoted attributes. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';

const partials = ['chart', 'table', 'failure'];

/**
 * The page from its template. Strict: a path that the context lacks throws instead of leaving a hole. Everything is escaped but
 * for what the template takes with three braces: style sheet, scripts, escaped JSON, drawn SVG, and `data:` addresses, all made by us.
 */
export function fillTemplate(context: object): string {
  const handlebars = Handlebars.create();
  for (const name of partials) handlebars.registerPartial(name, source(name));
  const options = { strict: true, knownHelpersOnly: true, preventIndent: true };
  return handlebars.compile(source('page'), options)(context, {
    allowProtoPropertiesByDefault: false,
    allowProtoMethodsByDefault: false,
  });
}

/** The page's style sheet. */
export function styleSheet(): string {
  return readFileSync(new URL('./page.css', import.meta.url), 'utf8');
}

function source(name: string): string {
  return readFileSync(new URL(`./templates/${name}.hbs`, import.meta.url), 'utf8');
}

import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';

const partials = ['chart', 'table', 'failure'];

/**
 * The page from its template. Strict: a path that the context lacks throws instead of leaving a hole. Everything is escaped but
 * for what the template takes with three braces: style sheet, scripts, escaped JSON, drawn SVG, and `data:` addresses, all made by us.
 */
export function fillTemplate(context: object, name: 'page' | 'graph-page' | 'tco-page' | 'gate-page' = 'page'): string {
  const handlebars = Handlebars.create();
  for (const partial of partials) handlebars.registerPartial(partial, source(partial));
  const options = { strict: true, knownHelpersOnly: true, preventIndent: true };
  return handlebars.compile(source(name), options)(context, {
    allowProtoPropertiesByDefault: false,
    allowProtoMethodsByDefault: false,
  });
}

/** The page's style sheet: the files of `styles/` in the order of their names. */
export function styleSheet(): string {
  return stylesIn('./styles/');
}

/** The style sheet of the page that shows a graph: the colours and the type of the report, and its own rules. */
export function graphStyleSheet(): string {
  return ['./styles/1-colours.css', './styles/2-base.css', './graph-page/graph-page.css']
    .map((path) => readFileSync(new URL(path, import.meta.url), 'utf8'))
    .join('');
}

/** The style sheet of the page of a purchase: that of the report, and its own rules. */
export function tcoStyleSheet(): string {
  return styleSheet() + stylesIn('./tco-page/');
}

/** The style sheet of the page of a gate: that of the report, and its own rules. */
export function gateStyleSheet(): string {
  return styleSheet() + stylesIn('./gate-page/');
}

function source(name: string): string {
  return readFileSync(new URL(`./templates/${name}.hbs`, import.meta.url), 'utf8');
}

function stylesIn(path: string): string {
  const folder = new URL(path, import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.css'))
    .sort()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('');
}

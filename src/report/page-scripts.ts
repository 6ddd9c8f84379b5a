import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DynoError } from '../kernel/errors.ts';
import { builtScript } from '../kernel/package-root.ts';
import { embeddableScript } from './embed.ts';

/** The two scripts of the page, ready to stand in it: vega, and our renderer bundled from `page/`. */
export function pageScripts(): { vega: string; page: string } {
  return { vega: embeddableScript(readFileSync(vegaFile(), 'utf8')), page: bundled('report/page.js') };
}

/** The script of the page that shows a graph, bundled from `graph-page/browser/`. */
export function graphScript(): string {
  return bundled('report/graph-page.js');
}

/**
 * The scripts of the page of a purchase: vega, the page's own, bundled from `tco-page/browser/`, and that of the worker in which it simulates,
 * which stands in the page as text.
 */
export function tcoScripts(): { vega: string; page: string; worker: string } {
  return {
    vega: embeddableScript(readFileSync(vegaFile(), 'utf8')),
    page: bundled('report/tco-page.js'),
    worker: bundled('report/tco-worker.js'),
  };
}

function bundled(script: string): string {
  const path = builtScript(script);
  if (existsSync(path)) return embeddableScript(readFileSync(path, 'utf8'));
  throw new DynoError(
    'REPORT_NOT_BUILT',
    `${path} is missing: the scripts of pages are bundled when Dyno is built. Run \`npm run build\`.`,
  );
}

/** vega's minified bundle for browsers: beside its module, but not among the paths that the package exports. */
function vegaFile(): string {
  const path = join(dirname(createRequire(import.meta.url).resolve('vega')), 'vega.min.js');
  if (existsSync(path)) return path;
  throw new DynoError(
    'REPORT_VEGA_MISSING',
    `${path} is missing: the installed vega has no bundle for browsers. Run \`npm ci\` to install the pinned version.`,
  );
}

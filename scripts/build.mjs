// Builds dist/: compiles src/ with TypeScript, bundles the script of the report's page, copies templates and styles.
// `node scripts/build.mjs`           whole build; type errors fail it
// `node scripts/build.mjs --loose`    type errors do not stop it (tests of one folder while another is being changed)
// `node scripts/build.mjs --unchecked` neither looks for type errors nor writes declarations: what runs is the same, in a third of the time
// `node scripts/build.mjs --if-stale` only when a source is newer than the last build (the launcher's call)
//
// What runs from dist/ must never see half a build: it is made in a folder beside and takes the place of dist/ when it is whole.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockBuild } from './build-lock.mjs';
import { isStale, listFiles } from './stale.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src');
const target = join(root, 'dist');
const building = join(root, '.dist-building');
const replaced = join(root, '.dist-replaced');
const assets = /\.(hbs|css)$/;
/** What runs in a browser, by the file that it is bundled into. */
const pages = {
  'report/page.js': 'report/page/main.ts',
  'report/graph-page.js': 'report/graph-page/browser/main.ts',
  'report/tco-page.js': 'report/tco-page/browser/main.ts',
  'report/tco-worker.js': 'report/tco-page/browser/worker.ts',
};
const ifStale = process.argv.includes('--if-stale');
const isUnchecked = process.argv.includes('--unchecked');

if (ifStale && !isStale(root)) process.exit(0);
lockBuild(root, (pid) => process.stderr.write(`dyno build: waiting for process ${pid}, which builds dist/ …\n`));
// Whoever had the lock may have built it in the meantime.
if (ifStale && !isStale(root)) process.exit(0);

const { default: ts } = await import('typescript').catch((error) => {
  fail(`TypeScript is needed to build dist/ and is not installed (${error.message}). Run "npm ci" in ${root} first.`);
});
for (const left of [building, replaced]) rmSync(left, { recursive: true, force: true });
mkdirSync(building);
// The stamp bears the time at which the build starts, by the clock of the file system: what is edited from now on is newer.
writeFileSync(join(building, '.built'), '');
const files = listFiles(source);
compile();
await bundlePages();
for (const file of files.filter((path) => assets.test(path))) {
  mkdirSync(dirname(output(file)), { recursive: true });
  cpSync(file, output(file));
}
if (existsSync(target)) renameSync(target, replaced);
renameSync(building, target);
rmSync(replaced, { recursive: true, force: true });

function compile() {
  const configFile = join(root, 'tsconfig.json');
  const config = ts.getParsedCommandLineOfConfigFile(
    configFile,
    { outDir: building, ...(isUnchecked ? { noCheck: true, declaration: false } : {}) },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => fail(format([diagnostic])) },
  );
  const program = ts.createProgram(config.fileNames, config.options);
  const { diagnostics } = program.emit();
  const found = isUnchecked ? program.getSyntacticDiagnostics() : ts.getPreEmitDiagnostics(program);
  const all = [...config.errors, ...found, ...diagnostics];
  if (all.length > 0) {
    if (process.argv.includes('--loose')) return;
    process.stderr.write(format(all));
    fail(`src/ has ${all.length} type errors: dist/ stays as it was.`);
  }
}

function format(diagnostics) {
  return ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  });
}

async function bundlePages() {
  const { build } = await import('esbuild');
  for (const [bundle, script] of Object.entries(pages)) {
    const entry = join(source, script);
    if (!existsSync(entry)) continue;
    await build({
      entryPoints: [entry],
      outfile: join(building, bundle),
      // Aliases are looked up from here, wherever dyno was started that found its dist/ stale.
      absWorkingDir: root,
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'es2020',
      charset: 'ascii',
      legalComments: 'none',
      // vega-lite takes four functions from vega, which vega has from vega-util; a page that has vega's own bundle would hold it twice.
      alias: { vega: 'vega-util' },
      logLevel: 'warning',
    });
  }
}

function output(file) {
  return join(building, relative(source, file));
}

function fail(message) {
  process.stderr.write(`dyno build: ${message.trimEnd()}\n`);
  process.exit(1);
}

// Builds dist/: compiles src/ with TypeScript, bundles the script of the report's page, copies templates and styles.
// `node scripts/build.mjs`           whole build; type errors fail it
// `node scripts/build.mjs --loose`    type errors do not stop it (tests of one folder while another is being changed)
// `node scripts/build.mjs --if-stale` only when a source is newer than the last build (the launcher's call)
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isStale, listFiles } from './stale.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src');
const target = join(root, 'dist');
// Written last: a build that was killed halfway has none and is done again.
const stamp = join(target, '.built');
const assets = /\.(hbs|css)$/;
const page = join(source, 'report', 'page', 'main.ts');

const files = listFiles(source);
if (process.argv.includes('--if-stale') && !isStale(root)) process.exit(0);

const { default: ts } = await import('typescript').catch((error) => {
  fail(`TypeScript is needed to build dist/ and is not installed (${error.message}). Run "npm ci" in ${root} first.`);
});
rmSync(stamp, { force: true });
compile();
await bundlePage();
for (const file of files.filter((path) => assets.test(path))) {
  mkdirSync(dirname(output(file)), { recursive: true });
  cpSync(file, output(file));
}
removeOrphans();
writeFileSync(stamp, '');

function compile() {
  const configFile = join(root, 'tsconfig.json');
  const config = ts.getParsedCommandLineOfConfigFile(
    configFile,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => fail(format([diagnostic])) },
  );
  const program = ts.createProgram(config.fileNames, config.options);
  const { diagnostics } = program.emit();
  const all = [...config.errors, ...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (all.length > 0) {
    if (process.argv.includes('--loose')) return;
    process.stderr.write(format(all));
    fail(`src/ has ${all.length} type errors: dist/ was not finished.`);
  }
}

function format(diagnostics) {
  return ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  });
}

async function bundlePage() {
  if (!existsSync(page)) return;
  const { build } = await import('esbuild');
  await build({
    entryPoints: [page],
    outfile: join(target, 'report', 'page.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** Removes compiled files whose source is gone. */
function removeOrphans() {
  const expected = new Set(files.filter((path) => assets.test(path)).map(output));
  if (existsSync(page)) expected.add(join(target, 'report', 'page.js'));
  for (const file of files.filter((path) => path.endsWith('.ts'))) {
    const base = output(file).slice(0, -3);
    expected.add(`${base}.js`).add(`${base}.d.ts`);
  }
  for (const file of listFiles(target)) if (!expected.has(file)) rmSync(file);
}

function output(file) {
  return join(target, relative(source, file));
}

function fail(message) {
  process.stderr.write(`dyno build: ${message.trimEnd()}\n`);
  process.exit(1);
}

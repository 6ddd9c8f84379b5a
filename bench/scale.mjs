// Measures what the analysis of very many queries takes: seconds, and the most memory that the process held.
//
//   npm run build && node bench/scale.mjs [queries, such as 1e7] [rounds]
//
// A run is made up in the files that a bench leaves (bench/scale-run.mjs); then "dyno results recompute" and "dyno report" are run on it as
// they are by hand. Memory is VmHWM of their process, from /proc, when it ends.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeScaleRun } from './scale-run.mjs';

const [queries = '1e6', rounds = '1'] = process.argv.slice(2);
const parquet = new URL('../dist/results/parquet.js', import.meta.url).href;
const cli = new URL('../dist/cli/main.js', import.meta.url).href;
const peak = `data:text/javascript,${encodeURIComponent(
  `import { readFileSync } from 'node:fs';
   process.on('exit', () => {
     const [, kib] = /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
     process.stderr.write('\\npeak ' + kib * 1024);
   });`,
)}`;
const parent = mkdtempSync(join(tmpdir(), 'dyno-scale-'));
const folder = join(parent, 'scale');

try {
  const started = performance.now();
  await storeScaleRun(folder, Number(queries), Number(rounds), async (segment, sealed) => {
    const megabytes = (statSync(segment).size / 1e6).toFixed(0);
    const script = `const { sealToParquet } = await import(${JSON.stringify(parquet)});
      process.stdout.write(JSON.stringify(await sealToParquet(${JSON.stringify(segment)}, ${JSON.stringify(sealed)})));`;
    return JSON.parse(measured(`seal ${megabytes} MB`, script));
  });
  process.stdout.write(`made up and sealed in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  dyno('results', 'recompute', folder);
  dyno('report', folder, '--out', join(parent, 'report.html'));
} finally {
  rmSync(parent, { recursive: true, force: true });
}

/** Runs a command without the launcher, which would build dist/ where sources are newer. */
function dyno(...args) {
  const script = `const { main } = await import(${JSON.stringify(cli)});
    process.exitCode = await main(${JSON.stringify(args)});`;
  measured(`dyno ${args[0] === 'results' ? 'results recompute' : args[0]}`, script);
}

/** Runs a script in a process of its own, prints what it took, and returns its standard output. */
function measured(what, script) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', peak, '--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  );
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${what} ended with ${status}: ${stderr}`);
  const [, bytes] = /\npeak (\d+)/.exec(stderr);
  process.stdout.write(`${what}: ${seconds.toFixed(1)} s, ${(bytes / 2 ** 20).toFixed(0)} MiB at most\n`);
  return stdout;
}

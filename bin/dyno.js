#!/usr/bin/env node
// The launcher: in a checkout it builds dist/ when that is missing or older than src/ (an install with --ignore-scripts
// leaves none), then runs the command line. An installed package has no src/ and comes with dist/.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 9)) {
  process.stderr.write(
    `dyno needs Node.js 20.9 or newer, this is ${process.version}. Install a newer one from your package manager or nodejs.org.\n`,
  );
  process.exit(3);
}

if (existsSync(join(root, 'src'))) {
  const { isStale } = await import(pathToFileURL(join(root, 'scripts', 'stale.mjs')).href);
  if (isStale(root)) {
    process.stderr.write('dyno: building dist/ (once; sources are newer) …\n');
    // --if-stale: when another launch is building already, this one waits for it and does not build again.
    const build = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs'), '--if-stale'], {
      stdio: ['ignore', 2, 2],
    });
    if (build.status !== 0) process.exit(4);
  }
}

const { main } = await import(pathToFileURL(join(root, 'dist', 'cli', 'main.js')).href);
process.exitCode = await main(process.argv.slice(2));

import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageFile } from '../src/kernel/package-root.ts';

/** A package of one source, with our scripts. */
const root = mkdtempSync(join(tmpdir(), 'dyno-build-'));
const source = join(root, 'src', 'one.ts');
const compiled = join(root, 'dist', 'one.js');
const script = join(root, 'scripts', 'build.mjs');

beforeAll(() => {
  for (const folder of ['src', 'scripts']) mkdirSync(join(root, folder));
  for (const name of ['build.mjs', 'build-lock.mjs', 'stale.mjs']) {
    copyFileSync(packageFile('scripts', name), join(root, 'scripts', name));
  }
  symlinkSync(packageFile('node_modules'), join(root, 'node_modules'));
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    rootDir: 'src',
    outDir: 'dist',
    types: [],
    strict: true,
  };
  writeFileSync(join(root, 'package.json'), '{"type": "module"}');
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src/**/*.ts'] }));
});
afterAll(() => rmSync(root, { recursive: true }));

function build(...options: string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [script, ...options], { encoding: 'utf8' });
  return { status, stderr };
}

const value = (): string | undefined => /one = (\d+)/.exec(readFileSync(compiled, 'utf8'))?.[1];
const leftBeside = (): string[] => readdirSync(root).filter((name) => name.startsWith('.dist'));

test('a build is as old as its start, so that what is edited while it runs is newer', () => {
  writeFileSync(source, 'export const one = 1;\n');
  expect(build('--if-stale')).toEqual({ status: 0, stderr: '' });
  expect(value()).toBe('1');
  expect(statSync(join(root, 'dist', '.built')).mtimeMs).toBeLessThan(statSync(compiled).mtimeMs);
  expect(leftBeside()).toEqual([]);
});

test('only what is stale is built', () => {
  const { ino } = statSync(compiled);
  expect(build('--if-stale').status).toBe(0);
  expect(statSync(compiled).ino).toBe(ino);
});

test('type errors leave dist/ as it was, unless the build is loose', () => {
  writeFileSync(source, 'export const one = 2;\nexport const text: string = one;\n');
  const refused = build();
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('src/one.ts(2,14): error TS2322');
  expect(value()).toBe('1');
  expect(build('--if-stale', '--loose').status).toBe(0);
  expect(value()).toBe('2');
});

test('an unchecked build lets type errors pass and syntax errors not', () => {
  writeFileSync(source, 'export const one = 20;\nexport const text: string = one;\n');
  expect(build('--unchecked')).toEqual({ status: 0, stderr: '' });
  expect(value()).toBe('20');
  writeFileSync(source, 'export const one = 21;\nexport const = one;\n');
  const refused = build('--unchecked');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('src/one.ts(2,14): error TS');
  expect(value()).toBe('20');
});

test('a source that is taken away makes dist/ stale and is gone from it', () => {
  const extra = join(root, 'src', 'extra.ts');
  writeFileSync(extra, 'export const extra = 1;\n');
  writeFileSync(source, 'export const one = 3;\n');
  expect(build().status).toBe(0);
  expect(existsSync(join(root, 'dist', 'extra.js'))).toBe(true);
  rmSync(extra);
  expect(build('--if-stale').status).toBe(0);
  expect(existsSync(join(root, 'dist', 'extra.js'))).toBe(false);
});

test('a build waits for the one that runs, and what that has built it does not build again', async () => {
  writeFileSync(source, 'export const one = 4;\n');
  writeFileSync(join(root, '.dist-lock'), `${process.pid}\n`);
  const { ino } = statSync(compiled);
  const second = spawn(process.execPath, [script, '--if-stale'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => second.once('close', resolve));
  const said = await new Promise((resolve) => second.stderr.once('data', (text) => resolve(`${text}`)));
  expect(said).toContain(`waiting for process ${process.pid}`);
  // The first one ends: dist/ is newer than its sources.
  writeFileSync(join(root, 'dist', '.built'), '');
  rmSync(join(root, '.dist-lock'));
  expect(await ended).toBe(0);
  expect(statSync(compiled).ino).toBe(ino);
  expect(leftBeside()).toEqual([]);
});

test('the lock of a build that was killed is taken over', () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(join(root, '.dist-lock'), `${pid}\n`);
  expect(build()).toEqual({ status: 0, stderr: '' });
  expect(value()).toBe('4');
  expect(leftBeside()).toEqual([]);
});

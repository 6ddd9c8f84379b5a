import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageFile } from '../../src/kernel/package-root.ts';
import { parseYamlValue } from '../../src/kernel/yaml-source.ts';

/* Single steps of the action, started as GitHub's runner starts them. */

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dyno-step-')));
  mkdirSync(join(folder, 'bin'));
  cpSync(packageFile('action'), join(folder, 'action'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `onOutput` is told all of stdout until then. */
function runStep(
  name: string,
  env: Readonly<Record<string, string>>,
  onOutput: (stdout: string, shell: number) => void = () => {},
): Promise<Ended> {
  const action = parseYamlValue(readFileSync(packageFile('action.yml'), 'utf8')).value as {
    readonly runs: { readonly steps: readonly { readonly name: string; readonly run?: string }[] };
  };
  const script = action.runs.steps.find((step) => step.name === name)?.run;
  if (script === undefined) throw new Error(`action.yml has no step "${name}".`);
  writeFileSync(join(folder, 'step.sh'), script);
  const { PATH = '' } = process.env;
  const child = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', join(folder, 'step.sh')], {
    cwd: folder,
    env: { PATH, GITHUB_ACTION_PATH: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('There is no bash.');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    onOutput(stdout, pid);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((done) => child.once('close', (code) => done({ code, stdout, stderr })));
}

/** What the step that measures is given, with this in the place of the command line. */
function measuring(dyno: string): Record<string, string> {
  writeFileSync(join(folder, 'bin', 'dyno.js'), dyno);
  writeFileSync(join(folder, 'event.json'), '{}');
  const files = Object.fromEntries(
    ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'].map((name) => {
      writeFileSync(join(folder, name), '');
      return [name, join(folder, name)];
    }),
  );
  return {
    ...files,
    ...{ DYNO_BASE: 'main', GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: join(folder, 'event.json') },
    ...{ GITHUB_WORKSPACE: folder, RUNNER_TEMP: folder, GITHUB_RUN_ID: '1', GITHUB_RUN_ATTEMPT: '1' },
  };
}

test('a run that is cancelled, of which the shell alone is told, stops the gate cleanly', async () => {
  const dyno = `
    process.on('SIGINT', () => { console.log('stopped cleanly'); process.exit(130); });
    setTimeout(() => {}, 20_000);
    console.log('measures');`;
  let told = false;
  const { stdout } = await runStep('Measure', measuring(dyno), (text, shell) => {
    if (told || !text.includes('measures')) return;
    told = true;
    process.kill(shell, 'SIGINT');
  });
  expect(stdout).toContain('stopped cleanly');
  expect(readFileSync(join(folder, 'GITHUB_OUTPUT'), 'utf8')).toMatch(/^exit-code<<(\S+)\n130\n\1$/m);
});

test('what the gate prints stands between the words that stop commands, on stderr too', async () => {
  const { stdout, stderr } = await runStep(
    'Measure',
    measuring("console.log('::error::a'); console.error('::error::b');"),
  );
  const [, word, inner] = /^::stop-commands::(\S+)\n(.*)^::\1::$/ms.exec(stdout) ?? [];
  expect(word).toMatch(/^dyno-[0-9a-f]{32}$/);
  expect(inner).toMatch(/^dyno gate --base=main .*\n::error::a\n::error::b\n$/);
  expect(stderr).toBe('');
});

test('an input with a line break in it gives no command', async () => {
  const env = { ...measuring(''), DYNO_BASE: 'main\n::error::made up' };
  const { stdout } = await runStep('Measure', env);
  expect(stdout.indexOf('::error::made up')).toBeGreaterThan(stdout.indexOf('::stop-commands::'));
});

test('Dyno is installed with what builds it, whatever the environment says of production', async () => {
  const npm = join(folder, 'bin', 'npm');
  writeFileSync(npm, '#!/bin/sh\necho "npm $*"\n');
  chmodSync(npm, 0o755);
  const PATH = `${join(folder, 'bin')}${delimiter}${process.env.PATH}`;
  const { code, stdout } = await runStep('Install Dyno', { PATH, NODE_ENV: 'production' });
  expect(code).toBe(0);
  expect(stdout).toBe('npm ci --include=dev --no-audit --no-fund\n');
});

test('every program of the actions takes the place of its shell', () => {
  const scripts = ['action.yml', 'action/comment/action.yml'].flatMap((path) =>
    [...readFileSync(packageFile(path), 'utf8').matchAll(/^ *run: (.*node .*)$/gm)].map(([, script]) => script),
  );
  expect(scripts).toHaveLength(4);
  expect(scripts.filter((script) => !script?.startsWith('exec node '))).toEqual([]);
});

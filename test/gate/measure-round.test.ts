import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordOf, surroundingsOf } from '../../src/gate/arm-environment.ts';
import { measureTrial, type RoundOptions, roundMeasurer } from '../../src/gate/measure-round.ts';
import { unknownConditions } from '../../src/gate/pair.ts';
import { commandProbe } from '../../src/gate/probe.ts';
import type { MachineWatch } from '../../src/gate/processor-conditions.ts';
import { findProgram } from '../../src/kernel/find-program.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dyno-round-'));
  for (const arm of ['base', 'head']) mkdirSync(join(root, arm));
});
afterEach(() => rmSync(root, { recursive: true }));

const watch: MachineWatch = { begin: async () => async () => unknownConditions };

/** Runs a script of the shell that lies in both folders. */
function options(script: string, more: Partial<RoundOptions> = {}): RoundOptions {
  for (const arm of ['base', 'head']) writeFileSync(join(root, arm, 'bench.sh'), script);
  return {
    folders: { base: join(root, 'base'), head: join(root, 'head') },
    probe: commandProbe('sh bench.sh'),
    surroundings: surroundingsOf({}, null),
    timeoutSeconds: 30,
    watch,
    ...more,
  };
}

const ask = { scenarios: ['s'], seed: 5 };
const figure = (value: string) => `echo '{"scenario":"s","metric":"m","value":'${value}',"unit":"s","output":"cat"}'`;

test('a round tells what the process of its arm printed', async () => {
  const measure = roundMeasurer(options(figure('1.5')));
  writeFileSync(join(root, 'head', 'bench.sh'), figure('2.5'));
  const [base, head] = [await measure('base', ask), await measure('head', ask)];
  expect(base.get('s')).toMatchObject({ outcome: 'measured', values: { m: 1.5 }, conditions: unknownConditions });
  expect(head.get('s')).toMatchObject({ outcome: 'measured', values: { m: 2.5 } });
  const [one, other] = [base.get('s'), head.get('s')];
  if (one?.outcome !== 'measured' || other?.outcome !== 'measured') throw new Error('Both were measured.');
  expect(one.outputs).toBe(other.outputs);
  expect(one.pid).not.toBe(other.pid);
});

test('a scenario that a version does not print was measured and has no values', async () => {
  const round = await roundMeasurer(options(figure('1')))('base', { ...ask, scenarios: ['s', 'gone'] });
  expect(round.get('gone')).toMatchObject({ outcome: 'measured', values: {}, outputs: null });
});

test('both arms have the same environment but for their folder, whose path is as long', async () => {
  const script = `env | sort > ../env-$(basename "$PWD"); pwd >> ../env-$(basename "$PWD"); ${figure('1')}`;
  const surroundings = surroundingsOf({ ADDED: 'x' }, null, {
    PATH: process.env.PATH,
    NODE_OPTIONS: '--no-warnings',
    GIT_DIR: '/x',
    GIT_INDEX_FILE: '/y',
    npm_package_name: 'dyno',
    OLDPWD: '/somewhere',
  });
  const measure = roundMeasurer(options(script, { surroundings }));
  await measure('base', ask);
  await measure('head', ask);
  const read = (arm: string) => readFileSync(join(root, `env-${arm}`), 'utf8');
  const [base, head] = [read('base'), read('head')];
  expect(base.replaceAll(join(root, 'base'), '<folder>')).toBe(head.replaceAll(join(root, 'head'), '<folder>'));
  expect(base.length).toBe(head.length);
  expect(base).toContain('ADDED=x\n');
  expect(base).toContain('NODE_OPTIONS=--no-warnings\n');
  expect(base).toContain('DYNO_GATE_SEED=5\n');
  expect(base).toContain('DYNO_GATE_SCENARIOS=["s"]\n');
  expect(base).toContain('DYNO_GATE_PADDING=xxxxx\n'); // 5 modulo 4,096
  expect(base).not.toMatch(/^(GIT_|npm_|OLDPWD)/m);
  expect(recordOf(surroundings)).toMatchObject({ nodeOptions: '--no-warnings' });
});

test('what a process that fails printed of a secret variable is not in the log', async () => {
  const surroundings = surroundingsOf({ HUB_TOKEN: 'hub-0123456789' }, null);
  const measure = roundMeasurer(options('echo "no access with $HUB_TOKEN" >&2; exit 3', { surroundings }));
  const failed = (await measure('base', ask)).get('s');
  expect(failed).toMatchObject({ code: 'EXIT_CODE', message: expect.stringContaining('no access with <HUB_TOKEN>') });
});

test('a file of the checkout in what a process that fails said is named within it', async () => {
  const measure = roundMeasurer(options('echo "File \\"$PWD/bench.py\\", line 7, of /home/jo/x.py" >&2; exit 3'));
  const failed = (await measure('head', ask)).get('s');
  expect(failed).toMatchObject({
    message: expect.stringMatching(/File "<head>\/bench\.py", line 7, of path:\w+\.py$/),
  });
});

test('more scenarios than fit into a variable are asked for as all there are', async () => {
  const scenarios = Array.from({ length: 1000 }, (_, index) => `scenario ${index} ${'x'.repeat(180)}`);
  const measure = roundMeasurer(options(`printf %s "$DYNO_GATE_SCENARIOS" > ../asked; ${figure('1')}`));
  const round = await measure('base', { ...ask, scenarios: ['s', ...scenarios] });
  expect(readFileSync(join(root, 'asked'), 'utf8')).toBe('[]');
  expect(round.get('s')).toMatchObject({ outcome: 'measured', values: { m: 1 } });
});

test('folders of unequal length are refused', () => {
  const folders = { base: join(root, 'base'), head: join(root, 'longer') };
  expect(() => roundMeasurer({ ...options(''), folders })).toThrow(expect.objectContaining({ code: 'FOLDERS_DIFFER' }));
});

test.each([
  ['echo oops >&2; exit 7', 'EXIT_CODE', /ended with exit code 7\. It wrote to stderr:\noops/],
  ['kill -SEGV $PPID', 'SIGNAL', /was ended by SIGSEGV/],
  ['echo hello', 'OUTPUT_INVALID', /^Line 1 of the command's output: expected a JSON object/],
  ['true', 'OUTPUT_EMPTY', /printed no figure/],
])('%j is a failure of every scenario', async (script, code, message) => {
  const round = await roundMeasurer(options(script))('head', { ...ask, scenarios: ['s', 't'] });
  for (const scenario of ['s', 't']) {
    expect(round.get(scenario)).toMatchObject({ outcome: 'failed', code, message: expect.stringMatching(message) });
  }
});

test('a process that takes too long is a failure, and so is one that cannot be started', async () => {
  const slow = roundMeasurer(options('sleep 100', { timeoutSeconds: 0.2 }));
  expect((await slow('base', ask)).get('s')).toMatchObject({ code: 'TIMEOUT' });
  const missing = roundMeasurer(options('', { probe: commandProbe(['no-such-program']) }));
  expect((await missing('base', ask)).get('s')).toMatchObject({ code: 'NOT_STARTED', pid: null });
});

test('when it is stopped it rejects and leaves no failure', async () => {
  const controller = new AbortController();
  const running = roundMeasurer(options('sleep 100', { signal: controller.signal }))('base', ask);
  setTimeout(() => controller.abort(), 50);
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
});

test('the trial answers with all that is printed, and names the arm that fails', async () => {
  const readings = await measureTrial('head', 1, options(figure('1')));
  expect(readings.get('s')).toMatchObject({ figures: [{ metric: 'm', unit: 's' }] });
  await expect(measureTrial('base', 1, options('exit 3'))).rejects.toMatchObject({
    code: 'BASE_FAILED',
    exitCode: 4,
    message: 'base could not be measured (EXIT_CODE): The process ended with exit code 3.',
  });
});

test.runIf(findProgram('taskset') !== null)('processes are kept on the processors that are named', async () => {
  const script = `taskset -cp $$ | sed 's/.*: //' > ../cpus; ${figure('1')}`;
  const surroundings = surroundingsOf({}, '0');
  await roundMeasurer(options(script, { surroundings }))('base', ask);
  expect(readFileSync(join(root, 'cpus'), 'utf8').trim()).toBe('0');
  expect(recordOf(surroundings).affinity).toBe('0');
});

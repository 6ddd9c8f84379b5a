import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { surroundingsOf } from '../../src/gate/arm-environment.ts';
import { measureTrial, type RoundOptions, roundMeasurer } from '../../src/gate/measure-round.ts';
import { unknownConditions } from '../../src/gate/pair.ts';
import { engineProbe, engineSource } from '../../src/gate/probe.ts';
import { setUp } from '../../src/gate/set-up.ts';
import type { Worktree, Worktrees } from '../../src/gate/worktrees.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

let root: string;
let worktrees: Worktrees;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dyno-probe-'));
  const worktree = (arm: 'base' | 'head'): Worktree => {
    const folder = join(root, arm);
    mkdirSync(folder);
    const version = { kind: 'commit', name: 'x', commit: 'c0ffee', repository: root } as const;
    return { arm, version, folder, content: arm, changedFiles: 0 };
  };
  worktrees = { root, base: worktree('base'), head: worktree('head'), remove: () => {} };
});
afterEach(() => rmSync(root, { recursive: true }));

/**
 * A program in the place of Dyno: answers with the example run under the folder that `--out` names. Without proof a run has no accuracy. Keeps its
 * words in a file.
 */
const program = `
const { cpSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const words = process.argv.slice(2);
const out = words[words.indexOf('--out') + 1] + '/gate';
mkdirSync(out);
const run = JSON.parse(readFileSync(${JSON.stringify(packageFile('results', 'example', 'run.json'))}));
if (words.includes('policy.proof=false')) for (const one of run.cases) { one.accuracy = null; one.operators = null; }
writeFileSync(out + '/run.json', JSON.stringify(run));
writeFileSync('words.json', JSON.stringify(words));
writeFileSync('suite.txt', readFileSync(words[1], 'utf8'));
process.exit(5);
`;

function install(folder: string): void {
  const bin = join(folder, 'node_modules', 'inference-dyno', 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'dyno.js'), program);
}

function options(): RoundOptions {
  const engine = { suite: 'suites/gate.yaml', inRepository: true, words: ['--quick'] };
  return {
    folders: { base: worktrees.base.folder, head: worktrees.head.folder },
    probe: engineProbe(engine, worktrees),
    surroundings: surroundingsOf({}, null),
    timeoutSeconds: 30,
    watch: { begin: async () => async () => unknownConditions },
  };
}

function writeSuites(): void {
  for (const { folder, arm } of [worktrees.base, worktrees.head]) {
    mkdirSync(join(folder, 'suites'));
    writeFileSync(join(folder, 'suites', 'gate.yaml'), `suite of ${arm}`);
  }
}

test('both versions run the suite of head by the Dyno that each depends on', async () => {
  writeSuites();
  for (const { folder } of [worktrees.base, worktrees.head]) install(folder);
  const readings = await measureTrial('base', 7, options());
  expect(readings.size).toBe(9);
  expect(readFileSync(join(root, 'base', 'suite.txt'), 'utf8')).toBe('suite of head');
  const words = JSON.parse(readFileSync(join(root, 'base', 'words.json'), 'utf8')) as string[];
  expect(words.slice(0, 7)).toEqual([
    'bench',
    'suites/gate.yaml',
    '--quick',
    '--set',
    'policy.rounds=1',
    '--set',
    'policy.seed=7',
  ]);
  expect(words).not.toContain('policy.proof=false');
  // What the run left is gone.
  expect(readdirSync(root).sort()).toEqual(['base', 'head']);
});

test('what never changes is measured in the trial and told with every round', async () => {
  writeSuites();
  for (const { folder } of [worktrees.base, worktrees.head]) install(folder);
  const shared = options();
  const trial = await measureTrial('head', 1, shared);
  const [scenario = '', first] = [...trial][0] ?? [];
  if (first?.outcome !== 'measured') throw new Error('The trial measured its first case.');
  const round = (await roundMeasurer(shared)('head', { scenarios: [scenario], seed: 2 })).get(scenario);
  expect(JSON.parse(readFileSync(join(root, 'head', 'words.json'), 'utf8'))).toContain('policy.proof=false');
  if (round?.outcome !== 'measured') throw new Error('The round measured its case.');
  for (const name of ['accuracy', 'operators', 'model_bytes']) {
    expect(round.values[name]).toBe(first.figures.find(({ metric }) => metric === name)?.value);
    expect(round.values[name]).toEqual(expect.any(Number));
  }
});

test('after the trial, workloads that nobody asks for are not run', async () => {
  writeSuites();
  for (const { folder } of [worktrees.base, worktrees.head]) install(folder);
  const shared = options();
  const all = [...(await measureTrial('head', 1, shared)).keys()];
  const wordsOfRound = async (scenarios: readonly string[]): Promise<string[]> => {
    await roundMeasurer(shared)('head', { scenarios, seed: 2 });
    return JSON.parse(readFileSync(join(root, 'head', 'words.json'), 'utf8')) as string[];
  };
  // The example has cases of two workloads, digits and resnet50.
  const ofDigits = all.filter((scenario) => scenario.startsWith('digits/'));
  const words = await wordsOfRound(ofDigits);
  expect(words[words.indexOf('--workload') + 1]).toBe('digits');
  expect(await wordsOfRound(all)).not.toContain('--workload');
  expect(await wordsOfRound([...ofDigits, 'a case that no trial told of'])).not.toContain('--workload');
});

test("a checkout's own Dyno comes before the one that it depends on, and that before the running one", () => {
  const { folder } = worktrees.head;
  expect(engineSource(folder)).toEqual({ kind: 'running', script: packageFile('bin', 'dyno.js') });
  install(folder);
  expect(engineSource(folder).kind).toBe('dependency');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'dyno.js'), '');
  writeFileSync(join(folder, 'package.json'), '{"name":"other"}');
  expect(engineSource(folder).kind).toBe('dependency');
  cpSync(packageFile('package.json'), join(folder, 'package.json'));
  expect(engineSource(folder)).toEqual({ kind: 'repository', script: join(folder, 'bin', 'dyno.js') });
});

test('a Dyno in one of the versions only, and a suite that head does not have, are refused', () => {
  expect(options).toThrow(expect.objectContaining({ code: 'SUITE_NOT_FOUND', exitCode: 3 }));
  writeSuites();
  install(worktrees.head.folder);
  expect(options).toThrow('got none in base and that of node_modules in head');
});

test('what a step that fails printed of a secret variable is not in its error', async () => {
  const surroundings = surroundingsOf({ REGISTRY_TOKEN: 'abc-0123456789' }, null);
  const failing = [{ run: 'echo "401 for $REGISTRY_TOKEN"; exit 1', timeoutSeconds: 30 }];
  await expect(setUp(worktrees.base, failing, surroundings)).rejects.toMatchObject({
    message: expect.stringMatching(/401 for <REGISTRY_TOKEN>$/),
  });
});

test('the steps of the setup run in the checkout, and one that fails is told with the end of its output', async () => {
  const surroundings = surroundingsOf({ MODE: 'fast' }, null);
  const step = (run: string, timeoutSeconds = 30) => ({ run, timeoutSeconds });
  await setUp(worktrees.base, [step('echo "$MODE" > a'), step('cp a b')], surroundings);
  expect(readFileSync(join(root, 'base', 'b'), 'utf8')).toBe('fast\n');
  const failing = [step('seq 1 100; echo no such model >&2; exit 2'), step('touch never')];
  await expect(setUp(worktrees.base, failing, surroundings)).rejects.toMatchObject({
    code: 'BASE_NOT_SET_UP',
    exitCode: 4,
    message: expect.stringMatching(
      /^gate\.setup: `seq .*` ended with exit code 2 in base \(x \(c0ffee\)\)[\s\S]*100\n[\s\S]*no such model$/,
    ),
  });
  expect(existsSync(join(root, 'base', 'never'))).toBe(false);
  await expect(setUp(worktrees.head, [step('sleep 100', 0.2)], surroundings)).rejects.toMatchObject({
    code: 'HEAD_NOT_SET_UP',
    message: expect.stringContaining('took longer than 0.2 s and was killed'),
  });
});

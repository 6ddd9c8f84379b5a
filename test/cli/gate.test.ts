import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readGateLog } from '../../src/gate/gate-log.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { benchmarks, ScratchBenchmarks } from '../gate/scratch-benchmarks.ts';

let repository: ScratchBenchmarks;
beforeEach(() => {
  repository = new ScratchBenchmarks();
  repository.commit(benchmarks);
});
afterEach(() => repository.remove());

function gates(): string[] {
  const folder = repository.path('results', 'gates');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name !== '.gitignore') : [];
}

const log = () => readGateLog(repository.path('results', 'gates', 'g'));

test.each([
  [['gate'], /--base: expected what head is compared with, .* got nothing/],
  [['gate', '--base', 'mian'], /--base mian: expected a run in results, .* Did you mean "main"\?/],
  [['gate', '--base', 'main', '--rounds', '5'], /--rounds 5: expected a whole number from 6 to 1000, got "5"/],
  [['gate', '--base', 'main', '--time-budget', 'soon'], /--time-budget soon: expected a duration above 0/],
  [['gate', '--base', 'main', '--seed', '-1'], /--seed -1: expected a whole number from 0/],
  [
    ['gate', '--base', 'main', '--suite', '../other.yaml'],
    /--suite \.\.\/other\.yaml: expected a file of the repository/,
  ],
  [
    ['gate', '--base', 'main', '--suite', 'no.yaml'],
    /--suite no\.yaml: expected a file of head's repository, got no such/,
  ],
  [['gate', '--base', 'main', '--run-id', '../x'], /--run-id: expected 1 to 128 letters/],
  [['gate', '--base', 'main', '--allow-mismatch'], /--allow-mismatch belongs to two stored runs/],
  [['gate', '--resume', 'g', '--quick'], /--resume goes on with a gate as it was asked for: leave out --quick/],
  [['gate', '--resume', 'g'], /g: expected the id of a gate in results\/gates or the path of one, got neither/],
  [['gate', 'show', 'g'], /g: expected the id of a gate in results\/gates or the path of one, got neither/],
  [
    ['gate', 'show', 'g', '--base', 'main', '--quick'],
    /dyno gate show judges saved rounds .*: leave out --base, --quick\./,
  ],
])('%j ends with 3, says what was expected, and leaves no gate behind', async (words, message) => {
  const { code, stdout, stderr } = await repository.dyno(...words);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(message);
  expect(gates()).toEqual([]);
});

test('a stored run against a git ref is refused with what to name', async () => {
  const run = packageFile('results', 'example');
  for (const words of [
    ['--base', run, '--head', 'main'],
    ['--base', 'main', '--head', run],
    ['--base', run],
  ]) {
    const { code, stderr } = await repository.dyno('gate', ...words);
    expect(code).toBe(3);
    expect(stderr).toContain('Expected two versions of a repository or two stored runs');
  }
  expect(gates()).toEqual([]);
});

test('where head has no suite, the error says which files are looked for and what to write', async () => {
  repository.git('rm', '--quiet', 'suites/gate.yaml');
  const { code, stderr } = await repository.dyno('gate', '--base', 'main');
  expect(code).toBe(3);
  expect(stderr).toContain('suites/gate.yaml or suites/default.yaml');
  expect(stderr).toContain('command: node bench.js');
  expect(gates()).toEqual([]);
});

test('what is wrong with the suite is told by its place in the repository', async () => {
  repository.write({ 'suites/gate.yaml': 'gate:\n  command: sh bench.sh\n  looks: [3]\n' });
  const { code, stderr } = await repository.dyno('gate', '--base', 'main');
  expect(code).toBe(3);
  expect(stderr).toContain('dyno: suites/gate.yaml:3:11: gate.looks[0]: expected at least 6, got 3.');
  expect(stderr).not.toContain(repository.folder);
});

test('options of the command line go before the suite, and the log keeps them', async () => {
  repository.write({ small: '20.1\n' });
  const words = ['--rounds', '7', '--seed', '5', '--time-budget', '10min', '--run-id', 'g'];
  const { code, stdout } = await repository.dyno('gate', '--base', 'main', ...words, '--format', 'json');
  const answer = JSON.parse(stdout);
  expect({ code, verdict: answer.verdict, rows: answer.rows.length }).toEqual({ code: 0, verdict: 'pass', rows: 3 });
  expect(answer.settings).toMatchObject({ seed: 5, looks: [7] });
  expect(answer.head).toEqual({
    name: `working tree with 1 changed file on ${repository.git('rev-parse', 'HEAD').slice(0, 7)}`,
    commit: null,
  });
  expect(log().context?.asked).toMatchObject({ base: 'main', rounds: 7, seed: 5, timeBudgetSeconds: 600 });
  // The folder of gates is no change of the working tree.
  expect(repository.git('status', '--porcelain')).toBe('M small');
});

test('a second gate of the same name is refused, and the first one stays', async () => {
  const words = ['gate', '--base', 'main', '--quick', '--run-id', 'g'];
  const first = await repository.dyno(...words);
  const second = await repository.dyno(...words);
  expect([first.code, second.code]).toEqual([0, 3]);
  expect(second.stderr).toContain('Go on with it by --resume g');
  expect((await repository.dyno('gate', 'show', 'g')).stdout).toBe(first.stdout);
});

test('--merge-base measures against where head branched off, and without it the difference is named', async () => {
  const root = repository.git('rev-parse', 'HEAD');
  repository.git('switch', '--quiet', '--create', 'feature');
  repository.commit({ notes: 'x' });
  repository.git('switch', '--quiet', 'main');
  // A regression of the base, which head has no part in.
  repository.commit({ small: '40\n' });
  const words = ['gate', '--base', 'main', '--head', 'feature', '--quick', '--format', 'json'];
  const there = JSON.parse((await repository.dyno(...words)).stdout);
  expect(there.verdict).toBe('improved');
  expect(JSON.stringify(there.differences)).toContain('--merge-base');
  const branched = JSON.parse((await repository.dyno(...words, '--merge-base')).stdout);
  expect(branched).toMatchObject({ verdict: 'pass', base: { commit: root } });
});

test('a change that was accepted does not fail the gate until its day is past, and the file is found beside the suite', async () => {
  const accepted = (until: string) =>
    `acknowledgements:\n  - { scenario: small, metric: latency, accepted: "60 %", until: "${until}", reason: the model is larger }\n`;
  repository.commit({ 'suites/acknowledgements.yaml': accepted('2999-01-01') });
  repository.write({ small: '30\n' });
  const held = await repository.dyno('gate', '--base', 'main', '--quick');
  expect(held.code).toBe(0);
  expect(held.stdout).toContain('the model is larger');
  repository.write({ 'suites/acknowledgements.yaml': accepted('2001-01-01') });
  const expired = await repository.dyno('gate', '--base', 'main', '--quick');
  expect(expired.code).toBe(1);
  expect(expired.stdout).toContain('Acknowledgement expired');
});

test('a budget that is used up leaves rows undecided, never ends with 0, and a longer one goes on', async () => {
  repository.write({ slow: 'sleep in every process' });
  const { code, stderr } = await repository.dyno(
    ...['gate', '--base', 'main', '--time-budget', '900ms', '--rounds', '6', '--run-id', 'g'],
  );
  // Nothing was measured, or too little, as the machine is slow or fast.
  expect([2, 4]).toContain(code);
  expect(stderr).toContain('The time budget is used up');
  expect(log().end).toMatchObject({ reason: 'budget' });
  const resumed = await repository.dyno('gate', '--resume', 'g', '--time-budget', '10min');
  expect(resumed.code).toBe(0);
  expect(log().end).toMatchObject({ reason: 'decided' });
});

test('a gate goes on in another shell, in which its benchmark tells one figure more', async () => {
  const extra = '\ntest -z "$SHELL_OF_TODAY" || echo \'{"scenario":"small","metric":"p99","value":1,"unit":"ms"}\'\n';
  repository.commit({ slow: 'sleep in every process', 'bench.sh': `${benchmarks['bench.sh']}${extra}` });
  await repository.dyno('gate', '--base', 'main', '--time-budget', '900ms', '--rounds', '6', '--run-id', 'g');
  const { settings } = log().start;
  process.env.SHELL_OF_TODAY = 'another';
  try {
    expect((await repository.dyno('gate', '--resume', 'g', '--time-budget', '10min')).code).toBe(0);
  } finally {
    process.env.SHELL_OF_TODAY = '';
  }
  expect(log().context?.environment.map(({ name }) => name)).toContain('variables of the environment');
  expect(log().start.settings).toEqual(settings);
  expect(log().pairs.length).toBe(12);
});

test('SIGINT ends a gate with 130, keeps its pairs and says how to go on', async () => {
  repository.commit({ slow: 'sleep in every process' });
  const running = repository.dyno('gate', '--base', 'main', '--head', 'main', '--rounds', '6', '--run-id', 'g');
  const path = repository.path('results', 'gates', 'g', 'rounds.jsonl');
  while (!existsSync(path) || log().pairs.length < 2) await sleep(20);
  process.emit('SIGINT');
  const { code, stdout, stderr } = await running;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toMatch(/Stopped\. \d+ pairs are kept\. Go on with: dyno gate --resume g\n$/);
  expect(log().end).toMatchObject({ reason: 'stopped' });
  expect(repository.git('worktree', 'list').split('\n').length).toBe(1);
  // The ref has moved on: what is gone on with is what was measured.
  repository.git('rm', '--quiet', 'slow');
  repository.commit({ small: '40\n' });
  const resumed = await repository.dyno('gate', '--resume', 'g');
  expect(resumed.code).toBe(0);
});

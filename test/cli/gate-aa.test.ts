import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { benchmarks, ScratchBenchmarks } from '../gate/scratch-benchmarks.ts';

let repository: ScratchBenchmarks;
beforeEach(() => {
  repository = new ScratchBenchmarks();
});
afterEach(() => repository.remove());

/** Latencies that differ between processes by up to 1 % and up to 40 %, by the process and not by its load. */
const noisy = {
  ...benchmarks,
  'bench.sh': `
part=$(( ($$ * 7919 + DYNO_GATE_SEED / 16) % 100 ))
echo '{"scenario":"small","metric":"latency","value":'$(( 20000 + 2 * part ))',"unit":"us"}'
echo '{"scenario":"small","metric":"size","value":'$(wc -c < built)',"unit":"bytes","kind":"exact"}'
echo '{"scenario":"large","metric":"latency","value":'$(( 80000 + 320 * part ))',"unit":"us"}'
test ! -f broken || exit 3
`,
};

/** Gates of one look, and of processes that differ little. */
const short = {
  ...noisy,
  'suites/gate.yaml': `${benchmarks['suites/gate.yaml']}  looks: [8]\n`,
  'bench.sh': noisy['bench.sh'].replace('320 * part', '8 * part'),
};

/** What a person reads, without the line of the machine. */
const body = (text: string) => text.split('\nHow this is known')[0] ?? '';

test('a version against itself: a row that its margin suits, one whose margin is too small, and what to write', async () => {
  repository.commit(noisy);
  const { code, stdout, stderr } = await repository.dyno('gate', 'aa', '--rounds', '20', '--run-id', 'aa');
  expect(code).toBe(0);
  expect(stderr).toContain('wrote    results/gates/aa/aa.json');
  expect(stdout).toContain('1 of 2 rows that can fail has a margin below what this machine supports.');
  expect(stdout).toContain('scratch, working tree against itself: 20 rounds, seed 1');
  expect(body(stdout)).toMatch(/small latency +20 .* 5\.0 % +\d+\.\d % +enough/);
  expect(body(stdout)).toMatch(/large latency +20 .* 5\.0 % +\d+\.\d % +too small/);
  expect(body(stdout)).toMatch(/^ {2}one after the other +[0-2] /m);
  expect(body(stdout)).toMatch(/^ {2}replayed +400 +0 \(0\.0 to 0\.9 %\) +0 \(0\.0 to 0\.9 %\) /m);
  expect(body(stdout)).toMatch(/ {2}gate:\n {4}metrics:\n {6}- \{scenario: large, metric: latency, margin: \d+%\}\n/);
  if (process.env.SHOW !== undefined) console.log(stdout);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);

  const json = JSON.parse(readFileSync(repository.path('results', 'gates', 'aa', 'aa.json'), 'utf8'));
  expect(json).toMatchObject({ schemaVersion: 1, exitCode: 0, rounds: 20, suite: 'scratch', ended: 'decided' });
  expect(json.exact).toMatchObject([{ metric: { metric: 'size' }, values: [8] }]);
  expect(json.replays.gates).toBe(400);
});

test('fewer rounds than the first look takes are too few: exit 2', async () => {
  repository.commit(short);
  const { code, stdout } = await repository.dyno('gate', 'aa', '--rounds', '6', '--format', 'json', '--run-id', 'one');
  expect(code).toBe(2);
  const json = JSON.parse(stdout);
  expect(json.headline).toBe('Too few valid pairs of 2 of 2 rows that can fail: a gate takes 8.');
  expect(json.rows[0]).toMatchObject({ pairs: 6, attempted: 6 });
  // Rounds are what is measured; gates are looked at as the suite says.
  expect(json.settings.looks).toEqual([8]);
  // Its pairs are no comparison of two versions, which a verdict would be of.
  const shown = await repository.dyno('gate', 'show', 'one');
  expect(shown).toMatchObject({ code: 3, stdout: '' });
  expect(shown.stderr).toContain('dyno gate aa --resume one tells what it found');
});

test('a session that was cut off goes on where its log ends', async () => {
  repository.commit(short);
  const whole = await repository.dyno('gate', 'aa', '--rounds', '12', '--run-id', 'aa');
  expect(whole.code).toBe(0);
  const log = repository.path('results', 'gates', 'aa', 'rounds.jsonl');
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  const pairs = lines.filter((line) => line.includes('"type":"pair"'));
  expect(pairs.length).toBe(24);
  // As after kill -9 in the 11th round: half of it, and no end.
  const kept = lines.slice(0, lines.indexOf(pairs[20] ?? '') + 1);
  writeFileSync(log, `${kept.join('\n')}\n`);
  expect((await repository.dyno('gate', '--resume', 'aa')).stderr).toContain(
    'dyno gate aa --resume aa goes on with it',
  );
  const { code, stdout } = await repository.dyno('gate', 'aa', '--resume', 'aa', '--format', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ rounds: 12, ended: 'decided' });
  expect(readFileSync(log, 'utf8').startsWith(`${kept.join('\n')}\n`)).toBe(true);
  // Of one that is complete nothing is measured again; it tells the same.
  const again = await repository.dyno('gate', 'aa', '--resume', 'aa', '--format', 'json');
  expect(again).toMatchObject({ code, stdout });
  expect(again.stderr).not.toContain('set up');
});

test('a command that fails again and again ends with 4, and says which', async () => {
  repository.commit({ ...noisy, broken: '' });
  const { code, stdout } = await repository.dyno('gate', 'aa');
  expect(code).toBe(4);
  expect(stdout).toMatch(/^Nothing was measured: .*exit.*3/is);
});

test('a version that is not built ends with 4 in JSON, too', async () => {
  repository.commit({ ...noisy, 'build.sh': 'echo "cc: not found" >&2; exit 7\n' });
  const { code, stdout } = await repository.dyno('gate', 'aa', '--format', 'json');
  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ exitCode: 4, error: { code: 'BASE_NOT_SET_UP' } });
});

test('options of two versions, formats of a verdict, and sessions of another kind are refused with what to do', async () => {
  repository.commit(noisy);
  const refused = async (...words: string[]) => {
    const { code, stderr } = await repository.dyno('gate', 'aa', ...words);
    expect(code).toBe(3);
    return stderr;
  };
  expect(await refused('--base', 'main', '--merge-base')).toContain('leave out --base, --merge-base');
  expect(await refused('--format', 'junit')).toContain('expected text or json');
  expect(await refused('--rounds', '3')).toContain('--rounds 3: expected a whole number from 6');
  expect(await refused('--head', 'nowhere')).toContain('nowhere');
  expect(await refused('--resume', 'none')).toContain('none');
});

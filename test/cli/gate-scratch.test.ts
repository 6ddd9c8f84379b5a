import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readGateLog } from '../../src/gate/gate-log.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { benchmarks, ScratchBenchmarks } from '../gate/scratch-benchmarks.ts';

let repository: ScratchBenchmarks;
beforeEach(() => {
  repository = new ScratchBenchmarks();
});
afterEach(() => repository.remove());

const files = { json: 'gate.json', markdown: 'comment.md', junit: 'junit.xml', html: 'gate.html' } as const;

function saved(file: string): string {
  return readFileSync(repository.path('results', 'gates', 'g', file), 'utf8');
}

/** Gates one commit against another: what the command ended with and wrote, and how both commits are named. */
async function gated(base: string, head: string) {
  const end = await repository.dyno('gate', '--base', base, '--head', head, '--run-id', 'g');
  const json = JSON.parse(saved('gate.json'));
  const comment = withoutMachine(saved('comment.md'), json.environment ?? []);
  return { ...end, json, comment, base: base.slice(0, 7), head: head.slice(0, 7) };
}

/** A comment without the line of the machine that it was measured on. */
function withoutMachine(comment: string, environment: readonly unknown[]): string {
  return environment.length === 0 ? comment : comment.replace(/(?<=<sub>).*?<br>/, '');
}

/** What is shown of a saved gate is what it said, byte for byte in every format, with its exit code. */
async function expectSameAgain(end: { code: number; stdout: string }, page = true): Promise<void> {
  const text = await repository.dyno('gate', 'show', 'g');
  expect(text).toEqual({ code: end.code, stdout: end.stdout, stderr: '' });
  for (const [format, file] of Object.entries(files)) {
    if (format === 'html' && !page) continue;
    expect((await repository.dyno('gate', 'show', 'g', '--format', format)).stdout).toBe(saved(file));
  }
}

const titles = `| row | base | head | change [interval] | margin | finds from | verdict |
| --- | ---: | ---: | ---: | ---: | ---: | --- |`;
const size = '| <code>small</code> <code>size</code> | 8 B | 8 B | equal (exact) |  |  | ✅ pass |';
const large =
  '| <code>large</code> <code>latency</code> | 80 ms | 80 ms | 0.0 % [0.0 to 0.0 %] | 5.0 % | – | ✅ pass |';
const equal =
  '| <code>small</code> <code>latency</code> | 20 ms | 20 ms | 0.0 % [0.0 to 0.0 %] | 5.0 % | – | ✅ pass |';

function folded(...rows: string[]): string {
  return `<details>\n<summary>${rows.length} other rows</summary>\n\n${titles}\n${rows.join('\n')}\n\n</details>\n`;
}

/** The foot of a comment: sampled rows, how many of them were chosen, and found again. */
function basis(rows: number, chosen: number): string {
  return (
    '\n<sub>10 pairs a row in fresh processes, looks at 10, 16, 24, 40, seed 1; noise floor of this machine up to 0.0 %<br>' +
    `${chosen} of ${rows} sampled rows chosen (Benjamini–Hochberg, 0.05) and run again, ${chosen} found again (Holm)</sub>\n`
  );
}

test('a planted regression ends with 1, is found twice, and is blamed on the stage that it was planted in', async () => {
  const before = repository.commit(benchmarks);
  const after = repository.commit({ small: '25\n', preprocess: '0.015\n' });
  const end = await gated(before, after);
  expect(end.code).toBe(1);
  expect(end.json).toMatchObject({ verdict: 'regressed', exitCode: 1, multiplicity: { chosen: 1, confirmed: 1 } });
  // 25 ms are a quarter more than 20 ms, in all ten pairs of both stages; 5 ms of 5 ms are of the stage.
  expect(end.comment).toBe(`<!-- dyno-gate 5a9cb6b54ea56d52 -->
### Regressed: 1 of 3 rows is worse by more than the margin.

<code>scratch</code>: base <code>${end.base}</code>, head <code>${end.head}</code>. 1 regressed · 2 pass

${titles}
| <code>small</code> <code>latency</code> | 20 ms | 25 ms | +25.0 % [+25.0 to +25.0 %] | 5.0 % | – | 🔴 regressed |

- <code>small</code> <code>latency</code>: first stage +25.0 to +25.0 % (10 pairs, 98.8 %); run again in fresh processes +25.0 to +25.0 % (10 pairs, 98.8 %); preprocess takes 5 ms longer: 100 % of the change; stage preprocess: +5 ms (10 ms to 15 ms, +50.0 %)

${folded(size, large)}
${basis(2, 1)}`);
  await expectSameAgain(end);
});

test('an improvement ends with 0 and stands first', async () => {
  const before = repository.commit(benchmarks);
  const after = repository.commit({ small: '15\n' });
  const end = await gated(before, after);
  expect(end.code).toBe(0);
  expect(end.json.verdict).toBe('improved');
  expect(end.comment).toBe(`<!-- dyno-gate 5a9cb6b54ea56d52 -->
### Improved: 1 of 3 rows is better by more than the margin, and none is worse.

<code>scratch</code>: base <code>${end.base}</code>, head <code>${end.head}</code>. 1 improved · 2 pass

${titles}
| <code>small</code> <code>latency</code> | 20 ms | 15 ms | −25.0 % [−25.0 to −25.0 %] | 5.0 % | – | 🟢 improved |

${folded(size, large)}
${basis(2, 0)}`);
  await expectSameAgain(end);
});

test('a change that makes no difference passes, and everything is folded away', async () => {
  const before = repository.commit(benchmarks);
  const after = repository.commit({ notes: 'nothing that is measured\n' });
  const end = await gated(before, after);
  expect(end.code).toBe(0);
  expect(end.json.verdict).toBe('pass');
  expect(end.comment).toBe(`<!-- dyno-gate 5a9cb6b54ea56d52 -->
### Pass: none of 3 rows is worse by more than the margin.

<code>scratch</code>: base <code>${end.base}</code>, head <code>${end.head}</code>. 3 pass

${folded(equal, size, large)}
${basis(2, 0)}`);
  await expectSameAgain(end);
});

test('a version that is twice as fast and answers otherwise is invalid and ends with 2', async () => {
  const before = repository.commit(benchmarks);
  const after = repository.commit({ small: '10\n', answer: 'tiger\n' });
  const end = await gated(before, after);
  expect(end.code).toBe(2);
  expect(end.json.verdict).toBe('invalid');
  // SHA-256 of "cat" and of "tiger".
  expect(end.comment).toBe(`<!-- dyno-gate 5a9cb6b54ea56d52 -->
### Invalid: what was measured of 1 of 3 rows says nothing about the code.

<code>scratch</code>: base <code>${end.base}</code>, head <code>${end.head}</code>. 1 invalid · 2 pass

${titles}
| <code>small</code> <code>latency</code> | – | – | – [–] | 5.0 % | – | ⚠️ invalid |

- <code>small</code> <code>latency</code>: base and head give different answers to the same inputs (base: 77af778b51ab, head: f15c16b99f82): what is wrong is not compared for its speed

${folded(size, large)}
${basis(2, 0)}`);
  await expectSameAgain(end);
});

test('a benchmark that head removed stops gating, is named, and the rest is judged', async () => {
  const before = repository.commit(benchmarks);
  repository.git('rm', '--quiet', 'large');
  const after = repository.commit();
  const end = await gated(before, after);
  expect(end.code).toBe(0);
  expect(end.json).toMatchObject({ verdict: 'pass', removed: [{ scenario: 'large', metric: 'latency' }] });
  expect(end.comment).toBe(`<!-- dyno-gate 5a9cb6b54ea56d52 -->
### Pass: none of 2 rows is worse by more than the margin.

<code>scratch</code>: base <code>${end.base}</code>, head <code>${end.head}</code>. 2 pass

- Removed: latency of large is not in head; it no longer gates.

${folded(equal, size)}
${basis(1, 0)}`);
  await expectSameAgain(end);
});

test('a base that does not build ends with 4, and the comment shows the end of its output', async () => {
  const before = repository.commit({ ...benchmarks, 'build.sh': 'echo "cc: not found in $PWD" >&2; exit 7\n' });
  const after = repository.commit({ 'build.sh': benchmarks['build.sh'] ?? '' });
  const end = await gated(before, after);
  const message = `gate.setup: \`sh build.sh\` ended with exit code 7 in base (${end.base}). The end of its output:\n  cc: not found in <base>`;
  expect(end.code).toBe(4);
  expect(end.json).toMatchObject({ verdict: 'nothing', exitCode: 4, error: { code: 'BASE_NOT_SET_UP', message } });
  expect(end.json.rows).toEqual([]);
  expect(end.comment).toBe(`<!-- dyno-gate 5a9cb6b54ea56d52 -->
### Nothing was judged: base could not be set up.

<code>scratch</code>: base <code>${end.base}</code>, head <code>${end.head}</code>. <code>BASE&#95;NOT&#95;SET&#95;UP</code>

\`\`\`text
${message}
\`\`\`
`);
  expect(saved('junit.xml')).toContain('tests="1" failures="0" errors="1"');
  expect(readdirSync(repository.path('results', 'gates', 'g')).sort()).toEqual([
    ...['comment.md', 'gate.json', 'junit.xml', 'rounds.jsonl'],
  ]);
  await expectSameAgain(end, false);
});

test('a gate that was killed goes on where it was, and its worktrees are gone', async () => {
  repository.commit({ ...benchmarks, slow: 'sleep in every process\n' });
  const words = ['gate', '--base', 'main', '--head', 'main', '--run-id', 'g', '--rounds', '6'];
  const child = spawn(process.execPath, [packageFile('bin', 'dyno.js'), ...words], {
    cwd: repository.folder,
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  while (child.exitCode === null && pairsKept() < 6) await sleep(20);
  child.kill('SIGKILL');
  await exited;
  const folder = repository.path('results', 'gates', 'g');
  const before = readGateLog(folder).pairs;
  expect(before.length).toBeLessThan(12);

  const end = await repository.dyno('gate', '--resume', 'g');
  expect(end.code).toBe(0);
  expect(end.stdout).toMatch(/^Pass: none of 3 rows/);
  const { pairs } = readGateLog(folder);
  expect(pairs.slice(0, before.length)).toEqual(before);
  for (const scenario of ['small', 'large']) {
    const rounds = pairs.filter((pair) => pair.scenario === scenario).map(({ round }) => round);
    expect(rounds).toEqual([0, 1, 2, 3, 4, 5]);
  }
  expect(repository.git('worktree', 'list').split('\n').length).toBe(1);
  // What has its verdict is told again, and nothing is measured.
  const again = await repository.dyno('gate', '--resume', 'g');
  expect(again.stdout).toBe(end.stdout);
  expect(again.stderr).not.toContain('check out');
});

/** Pairs in the log so far. */
function pairsKept(): number {
  const path = repository.path('results', 'gates', 'g', 'rounds.jsonl');
  return existsSync(path) ? (readFileSync(path, 'utf8').match(/"type":"pair"/g)?.length ?? 0) : 0;
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { earlyStoppingCommand, summaryCommand } from '../../../src/cli/commands/stats.ts';
import { main } from '../../../src/cli/main.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { captureStreams } from '../fixtures/capture-streams.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-stats-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function* stdin(...chunks: (string | Uint8Array)[]) {
  yield* chunks;
}

async function asked(command: typeof earlyStoppingCommand, value: unknown, json = true): Promise<string> {
  const streams = captureStreams();
  expect(await command({ json }, streams, stdin(JSON.stringify(value)))).toBe(0);
  return streams.out();
}

const run = {
  scenario: 'SV',
  percentile: 0.9,
  target_latency_ns: 99,
  min_duration_ms: 600,
  min_query_count: 100,
  duration_s: 700,
  latencies_ns: Array.from({ length: 100 }, (_, index) => index + 1),
};

test('rows on stdin are answered with h and n, in their order', async () => {
  const rows = [
    { t: 77, p: 0.99, c: 0.99, d: 0 },
    { t: 0, p: 0.5, c: 0.75, d: 0 },
    { t: 0, p: 0.5 },
  ];
  const answers = JSON.parse(await asked(earlyStoppingCommand, rows));
  expect(answers.map((answer: object) => Object.keys(answer))).toEqual([
    ['h', 'n'],
    ['h', 'n'],
    ['h', 'n'],
  ]);
  expect(answers[0].n).toBe(answers[0].h + 77);
  expect(answers[0].n).toBeLessThanOrEqual(10_000);
  expect(answers.slice(1)).toEqual([
    { h: 3, n: 3 },
    { h: 7, n: 7 }, // 99 % and tolerance 0 where they are left out
  ]);
});

test('a run on stdin is answered with its summary, and one that is not valid is an answer', async () => {
  const answers = JSON.parse(await asked(summaryCommand, [run, { ...run, target_latency_ns: 50 }]));
  expect(answers).toMatchObject([
    { valid: true, overlatency: 1, target_pct_ns: 91 },
    { valid: false, overlatency: 50, perf_met: false },
  ]);
});

test('without --json there are tables that say what a run lacks', async () => {
  expect(await asked(earlyStoppingCommand, [{ t: 0, p: 0.5 }], false)).toMatch(/needed under it \(h\)[\s\S]*\b7\b/);
  const text = await asked(summaryCommand, [{ ...run, name: 'mine', duration_s: 0.5, min_query_count: 101 }], false);
  expect(text).toMatch(/mine +SV +100 +no: too short, too few queries/);
  expect(text).toContain('mine: 100 queries are enough with 1 of them over the bound.');
});

test.each([
  [
    'p of 1.5',
    earlyStoppingCommand,
    [
      { t: 1, p: 0.9 },
      { t: 1, p: 1.5 },
    ],
    '[1].p: expected a number between 0 and 1, got 1.5',
  ],
  ['p as text', earlyStoppingCommand, [{ t: 1, p: '0.9' }], '[0].p: expected a number between 0 and 1, got "0.9"'],
  ['no t', earlyStoppingCommand, [{ p: 0.9 }], '[0].t: expected a whole number of at least 0, got nothing'],
  ['half a query', earlyStoppingCommand, [{ t: 0.5, p: 0.9 }], '[0].t: expected a whole number of at least 0, got 0.5'],
  [
    'a tolerance as large as p',
    earlyStoppingCommand,
    [{ t: 0, p: 0.1, d: 0.1 }],
    '[0].d: expected a tolerance below p, got 0.1',
  ],
  ['a map', earlyStoppingCommand, { t: 1 }, 'got a map (t)'],
  [
    'more queries than can be counted',
    earlyStoppingCommand,
    [{ t: 0, p: 0.9999999999999999 }],
    '[0]: Percentile 0.9999999999999999',
  ],
  [
    'an unknown scenario',
    summaryCommand,
    [{ ...run, scenario: 'XX' }],
    '[0].scenario: expected one of SS, MS, SV, OF, got "XX"',
  ],
  [
    'a latency that is no number',
    summaryCommand,
    [{ ...run, latencies_ns: [1, 'x'] }],
    '[0].latencies_ns[1]: expected a whole number of at least 0, got "x"',
  ],
] as const)('%s is refused with the place in the JSON', async (_, command, value, words) => {
  const refused = command({ json: true }, captureStreams(), stdin(JSON.stringify(value)));
  await expect(refused).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining(words) });
});

test('text that is no JSON, and no text, are refused', async () => {
  const refuse = (...chunks: string[]) => earlyStoppingCommand({}, captureStreams(), stdin(...chunks));
  await expect(refuse('[{')).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining('stdin: expected an array'),
  });
  await expect(refuse()).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining('got nothing') });
});

test('a terminal is not waited for', async () => {
  const terminal = Object.assign(stdin('[]'), { isTTY: true });
  await expect(earlyStoppingCommand({}, captureStreams(), terminal)).rejects.toMatchObject({ code: 'INPUT_MISSING' });
});

test('characters that are split between chunks are put together, and a byte order mark is left out', async () => {
  const bytes = Buffer.from(`\ufeff${JSON.stringify([{ ...run, name: 'größe' }])}`);
  const streams = captureStreams();
  const at = bytes.indexOf(Buffer.from('ö')) + 1;
  await summaryCommand({}, streams, stdin(bytes.subarray(0, at), bytes.subarray(at)));
  expect(streams.out()).toContain('größe');
});

test('the command line reads a named file and ends with 3 when there is none', async () => {
  const file = join(folder, 'rows.json');
  writeFileSync(file, '[{"t":0,"p":0.5,"c":0.99,"d":0}]');
  const streams = captureStreams();
  expect(await main(['stats', 'early-stopping', '--json', file], streams)).toBe(0);
  expect(streams.out()).toBe('[{"h":7,"n":7}]\n');
  const missing = captureStreams();
  expect(await main(['stats', 'summary', join(folder, 'absent.json')], missing)).toBe(3);
  expect(missing.err()).toContain('absent.json: cannot be read');
});

test('a process reads its stdin, answers on stdout, and refuses with 3 on stderr', () => {
  const dyno = (input: string) =>
    spawnSync(
      process.execPath,
      [packageFile('test', 'cli', 'fixtures', 'dyno.mjs'), 'stats', 'early-stopping', '--json'],
      {
        input,
        encoding: 'utf8',
      },
    );
  expect(dyno('[{"t":0,"p":0.5}]')).toMatchObject({ status: 0, stdout: '[{"h":7,"n":7}]\n', stderr: '' });
  const refused = dyno('[{"t":0,"p":0.5},{"t":0}]');
  expect(refused).toMatchObject({ status: 3, stdout: '' });
  expect(refused.stderr).toContain('stdin: [1].p: expected a number between 0 and 1, got nothing');
});

const exchanged = '../shared/data';
test.skipIf(!existsSync(`${exchanged}/loadgen-summary.json`))(
  'the exchanged vectors are answered as LoadGen does',
  async () => {
    const rows = JSON.parse(readFileSync(`${exchanged}/loadgen-early-stopping.json`, 'utf8'));
    const wanted = rows.map(({ h, n }: { h: number; n: number }) => ({ h, n }));
    expect(JSON.parse(await asked(earlyStoppingCommand, rows))).toEqual(wanted);
    const runs: { input: object; expected: object }[] = JSON.parse(
      readFileSync(`${exchanged}/loadgen-summary.json`, 'utf8'),
    );
    const answers = JSON.parse(
      await asked(
        summaryCommand,
        runs.map(({ input }) => input),
      ),
    );
    expect(answers.map((answer: object) => ({ ...answer, note: '' }))).toEqual(
      runs.map(({ expected }) => ({ ...expected, note: '' })),
    );
  },
);

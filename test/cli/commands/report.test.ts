import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareCommand } from '../../../src/cli/commands/compare.ts';
import { reportCommand } from '../../../src/cli/commands/report.ts';
import { storeRun } from '../../report/stored-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-report-command-'));
const results = join(folder, 'results');
let first = '';
let second = '';
beforeAll(async () => {
  first = await storeRun(results, 'run-first', 120, 0.01);
  second = await storeRun(results, 'run-second', 120, 0.005);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function streams() {
  const text = { stdout: '', stderr: '' };
  return {
    text,
    stdout: { write: (part: string) => (text.stdout += part) },
    stderr: { write: (part: string) => (text.stderr += part) },
  };
}

test('report prints nothing but the path of the file that it wrote', async () => {
  const out = join(folder, 'one.html');
  const { text, ...to } = streams();
  expect(await reportCommand({ runs: [first], out }, to)).toBe(0);
  expect(text).toEqual({ stdout: `${out}\n`, stderr: '' });
  expect(readFileSync(out, 'utf8')).toContain('run-first');
});

test('report says in JSON where it wrote what', async () => {
  const out = join(folder, 'json.html');
  const { text, ...to } = streams();
  await reportCommand({ runs: [first, second], out, json: true }, to);
  expect(JSON.parse(text.stdout)).toEqual({ report: out, runs: [first, second] });
});

test('a run that is not there is an input error that names what is', async () => {
  await expect(reportCommand({ runs: ['run-frist'], out: results }, streams())).rejects.toMatchObject({
    code: 'RUN_UNKNOWN',
    exitCode: 3,
    message: expect.stringContaining('run-first'),
  });
});

test('compare prints the ratio of twice the speed, and that one round shows nothing', async () => {
  const { text, ...to } = streams();
  expect(await compareCommand({ a: 'run-first', b: 'run-second', out: results }, to)).toBe(0);
  // Half the time a query: p50 b/a is 0.5, throughput b/a is 2.
  expect(text.stdout).toMatch(/digits\/a +\S+ ms +\S+ ms +0\.500 × .* 2 ×|digits\/a +\S+ ms +\S+ ms +0\.50\d ×/);
  expect(text.stdout).toContain('Fewer than 4 rounds: no interval.');
  expect(existsSync(join(folder, 'reports'))).toBe(false);
});

/** The second run, as another machine, policy or person would have left it. */
function changedRun(name: string, change: (run: Record<string, Record<string, unknown>>) => void): string {
  const to = join(results, name);
  cpSync(second, to, { recursive: true });
  const run = JSON.parse(readFileSync(join(to, 'run.json'), 'utf8'));
  change(run);
  writeFileSync(join(to, 'run.json'), JSON.stringify(run));
  return to;
}

test('compare refuses runs of two machines with all that differs, unless it is told to allow that', async () => {
  const other = changedRun('other-machine', ({ environment }) => {
    Object.assign(environment?.cpu ?? {}, { model: 'Another CPU', governor: 'powersave' });
  });
  const asked = { a: first, b: other };
  await expect(compareCommand(asked, streams())).rejects.toMatchObject({
    code: 'FINGERPRINT_DIFFERS',
    exitCode: 3,
    message: expect.stringMatching(
      /processor: A CPU \| Another CPU; governor: not known \| powersave\..*--allow-mismatch/,
    ),
  });
  const { text, ...to } = streams();
  expect(await compareCommand({ ...asked, allowMismatch: true }, to)).toBe(0);
  expect(text.stdout).toContain('differs: environment.cpu.model: A CPU | Another CPU');
});

test('compare refuses runs that were measured in different ways', async () => {
  const other = changedRun('other-policy', ({ policy }) => Object.assign(policy ?? {}, { cooldownSeconds: 7 }));
  await expect(compareCommand({ a: first, b: other }, streams())).rejects.toMatchObject({
    code: 'PLAN_DIFFERS',
    exitCode: 3,
    message: expect.stringContaining('policy.cooldownSeconds: 0 | 7'),
  });
});

test('compare of a run with itself says that it says nothing', async () => {
  const { text, ...to } = streams();
  await compareCommand({ a: first, b: first }, to);
  expect(text.stdout).toContain('a and b are the same run');
});

test('compare in JSON has the ratios with the reason why they have no interval', async () => {
  const { text, ...to } = streams();
  await compareCommand({ a: first, b: second, json: true }, to);
  const { base, candidate, rows } = JSON.parse(text.stdout);
  expect([base, candidate]).toEqual(['run-first', 'run-second']);
  expect(rows[0].throughput.value).toBeCloseTo(2, 6);
  expect(rows[0].throughput).toMatchObject({ low: null, high: null, reason: { code: 'ONE_ROUND' } });
});

test('compare writes a report of both only where an HTML file is named', async () => {
  const out = join(folder, 'both.html');
  const { text, ...to } = streams();
  await compareCommand({ a: first, b: second, out }, to);
  expect(text.stderr).toBe(`report  ${out}\n`);
  expect(readFileSync(out, 'utf8')).toContain('Side by side');
});

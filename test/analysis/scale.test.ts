import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { storeScaleRun } from '../../bench/scale-run.mjs';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readRun } from '../../src/results/result-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'dyno-scale-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** The most memory, in bytes, that a process held that runs this command with a heap of 64 MiB. */
function peakBytes(...command: string[]): number {
  const main = pathToFileURL(packageFile('dist', 'cli', 'main.js')).href;
  const script = `
    import { readFileSync, writeFileSync } from 'node:fs';
    const { main } = await import(${JSON.stringify(main)});
    process.exitCode = await main(${JSON.stringify(command)});
    writeFileSync(${JSON.stringify(join(parent, 'peak'))}, /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--max-old-space-size=64', '--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  );
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  return Number(readFileSync(join(parent, 'peak'), 'utf8')) * 1024;
}

test.skipIf(!existsSync('/proc/self/status'))(
  'ten times the queries, more than are kept, are summarised and reported in at most 112 MiB more',
  { timeout: 120_000 },
  async () => {
    const [many, few] = [join(parent, 'many'), join(parent, 'few')];
    // More than the 2²⁰ that may be kept: 173 MB in a segment, and ten arrays of 19 MB.
    await storeScaleRun(many, 2_400_000, 1);
    await storeScaleRun(few, 240_000, 1);
    // What is kept is 72 MiB at most (nine lengths of time of 2²⁰ queries) and not yet collected stretches of rows; one array more of
    // every column would take 173 MB.
    const room = 112 * 2 ** 20;
    for (const command of [
      ['results', 'recompute'],
      ['report', '--out', join(parent, 'report.html')],
    ]) {
      expect(peakBytes(...command, many)).toBeLessThan(peakBytes(...command, few) + room);
    }
    const [one] = readRun(many).cases;
    expect(one?.latency?.count).toBe(2_400_000);
    // Of one server at 80 % of its capacity the response times are exponential around 1 / (1000 − 800) s (M/M/1).
    expect(one?.latency?.mean).toBeGreaterThan(4.5e-3);
    expect(one?.latency?.mean).toBeLessThan(5.5e-3);
    expect(one?.latency?.p99).toBeGreaterThan(0.9 * Math.log(100) * 5e-3);
    expect(one?.latency?.p99).toBeLessThan(1.1 * Math.log(100) * 5e-3);
  },
);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { observerBlocks } from '../../src/analysis/observer-blocks.ts';
import { monotonicSeconds } from '../../src/kernel/clock.ts';
import { builtScript } from '../../src/kernel/package-root.ts';
import { readProcessStat } from '../../src/kernel/process-stat.ts';
import { readSegments } from '../../src/results/segment-file.ts';
import { type Sampler, startSampler } from '../../src/runner/sampler.ts';
import type { SamplingProblem } from '../../src/runner/sampling.ts';
import { SamplingBlocks } from '../../src/runner/sampling-blocks.ts';
import { StubTools } from '../collectors/stub-tools.ts';

let folder = '';
let problems: SamplingProblem[] = [];
let sampler: Sampler | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-sampler-'));
  problems = [];
});
afterEach(async () => {
  await sampler?.stop();
  sampler = null;
  rmSync(folder, { recursive: true });
});

async function start(plugins: readonly string[] = []): Promise<Sampler> {
  sampler = await startSampler({ hertz: 50, plugins, onProblem: (problem) => problems.push(problem) });
  return sampler;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition() && Date.now() < deadline) await sleep(10);
  expect(condition()).toBe(true);
}

test('the figures of this process reach the file, row by row, with rising times', async () => {
  const { open, close, state, pid } = await start();
  expect(pid).not.toBe(process.pid);
  const file = join(folder, 'telemetry.seg');
  const origin = monotonicSeconds() - 5;
  await open(process.pid, file, origin);
  await sleep(300);
  const { rows } = await close();
  const { data, truncated } = readSegments(file);
  expect(truncated).toBe(false);
  const expected = state
    .filter((one) => one.available)
    .flatMap((one) => one.columns.map(({ name }) => `${one.name}.${name}`));
  expect(Object.keys(data)).toEqual(['time', ...expected]);
  const times = [...(data.time ?? [])];
  expect(times).toHaveLength(rows);
  expect(times.length).toBeGreaterThan(0);
  expect(times[0]).toBeGreaterThan(5);
  expect(times.at(-1)).toBeLessThan(monotonicSeconds() - origin);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  if (process.platform !== 'linux') return;
  const threads = Number(/^Threads:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  expect(Math.abs((data['process.threads']?.at(-1) ?? 0) - threads)).toBeLessThan(5);
  expect(problems).toEqual([]);
});

test('a round in blocks is sampled in one of each pair, and the rows say which', async () => {
  const { open, close } = await start();
  const file = join(folder, 'telemetry.seg');
  await open(process.pid, file, monotonicSeconds(), { hertz: 50, blocks: { seconds: 0.15, seed: 4 } });
  await sleep(1000);
  await close();
  const columns = readSegments(file).data;
  const blocks = observerBlocks(columns, 0)?.blocks ?? [];
  expect(blocks.length).toBeGreaterThanOrEqual(2);
  const expected = new SamplingBlocks({ seconds: 0.15, seed: 4 });
  for (const { block, on } of blocks) expect(on).toBe(expected.at((block + 0.5) * 0.15).on);
  // Within a block without sampling there is no row but the one that begins it; the last one is ended by the end of the round.
  for (const { from, to } of blocks.filter(({ on }) => !on).slice(0, -1)) {
    expect([...(columns.time ?? [])].filter((at) => at > from && at < to)).toEqual([]);
  }
  expect(problems).toEqual([]);
});

test('it samples one process after the other', async () => {
  const { open, close } = await start();
  for (const name of ['one.seg', 'two.seg']) {
    await open(process.pid, join(folder, name), monotonicSeconds());
    await sleep(60);
    expect((await close()).rows).toBe(readSegments(join(folder, name)).rows);
  }
});

test('a file that cannot be written is reported, and the sampler goes on', async () => {
  const { open, close } = await start();
  writeFileSync(join(folder, 'no-folder'), '');
  await open(process.pid, join(folder, 'no-folder', 'telemetry.seg'), 0);
  expect(problems).toMatchObject([{ collector: null }]);
  expect(problems[0]?.reason).toContain('no-folder');
  expect(await close()).toEqual({ rows: 0 });
  await open(process.pid, join(folder, 'good.seg'), 0);
  await sleep(60);
  expect((await close()).rows).toBeGreaterThan(0);
});

test('a process that has ended already leaves its columns empty and those of the machine filled', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const { open, close } = await start();
  await open(child.pid ?? 0, join(folder, 'telemetry.seg'), 0);
  await sleep(100);
  await close();
  const { data } = readSegments(join(folder, 'telemetry.seg'));
  expect([...(data['process.rss_bytes'] ?? [0])].every(Number.isNaN)).toBe(true);
  expect([...(data['machine.load_1m'] ?? [])].some((value) => value >= 0)).toBe(true);
  expect(problems).toMatchObject([{ collector: 'process', code: 'COLLECTOR_FAILED' }]);
});

test('a killed sampler is reported once; later calls do nothing, and what was written stays readable', async () => {
  const { open, close, pid } = await start();
  const file = join(folder, 'telemetry.seg');
  await open(process.pid, file, monotonicSeconds());
  await until(() => readSegments(file).rows > 0); // flushed each second
  process.kill(pid, 'SIGKILL');
  await until(() => problems.length > 0);
  expect(await close()).toEqual({ rows: 0 });
  await open(process.pid, join(folder, 'next.seg'), 0);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ collector: null, code: 'SAMPLER_LOST' });
  expect(problems[0]?.reason).toContain('SIGKILL');
  expect(readSegments(file).rows).toBeGreaterThan(0);
});

test('it does not end at Ctrl-C, which reaches every process of a terminal', async () => {
  const { open, close, pid } = await start();
  process.kill(pid, 'SIGINT');
  await open(process.pid, join(folder, 'telemetry.seg'), 0);
  await sleep(60);
  expect((await close()).rows).toBeGreaterThan(0);
});

test('it ends when its stdin does, and keeps what it sampled', async () => {
  const child = spawn(process.execPath, [builtScript('runner/sampler-process.js')]);
  const file = join(folder, 'telemetry.seg');
  child.stdin.write('{"command":"start","plugins":[]}\n');
  child.stdin.write(
    `{"command":"open","pid":${process.pid},"file":${JSON.stringify(file)},"origin":0,"pace":{"hertz":50,"blocks":null}}\n`,
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await until(() => output.includes('"opened"'));
  await sleep(100);
  child.stdin.end();
  const [exitCode] = await once(child, 'exit');
  expect(exitCode).toBe(0);
  expect(readSegments(file).rows).toBeGreaterThan(0);
});

test.skipIf(process.platform !== 'linux')(
  'a tool that rests when the sampler is killed does not stay behind',
  async () => {
    const tools = new StubTools();
    tools.add('nvidia-smi');
    const childrenOf = (pid: number): string[] =>
      readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    try {
      sampler = await startSampler({ hertz: 50, plugins: [], environment: { PATH: tools.folder } });
      // With this seed the blocks from 0.3 s on are off, off, on.
      const blocks = { seconds: 0.3, seed: 1 };
      const order = new SamplingBlocks(blocks);
      expect([1, 2, 3].map((block) => order.at((block + 0.5) * 0.3).on)).toEqual([false, false, true]);
      await sampler.open(process.pid, join(folder, 'telemetry.seg'), 0, { hertz: 50, blocks });
      const [tool] = childrenOf(sampler.pid);
      const state = (): string | undefined => readProcessStat(tool ?? '')?.field(3);
      await until(() => state() === 'T');
      process.kill(sampler.pid, 'SIGKILL');
      await until(() => state() === undefined || state() === 'Z');
    } finally {
      tools.remove();
    }
  },
);

test('stop ends the process', async () => {
  const { pid, stop } = await start();
  expect(isAlive(pid)).toBe(true);
  await stop();
  expect(isAlive(pid)).toBe(false);
  expect(problems).toEqual([]);
});

test('a plug-in adds its columns; one that hangs loses them and no others', async () => {
  const plugin = join(folder, 'plugin.mjs');
  const collector = (name: string, sample: string): string =>
    `{ name: '${name}', phase: 'early', columns: [{ name: 'level', unit: 'ratio', description: 'How loud it is.' }],
       probe: async () => ({ available: true }), open: async () => {}, sample: ${sample}, close: async () => {} }`;
  writeFileSync(
    plugin,
    `export const register = ({ collectors }) => collectors.add(${collector('calm', '(row, offset) => { row[offset] = 0.5; }')});`,
  );
  const hanging = join(folder, 'hanging.mjs');
  writeFileSync(
    hanging,
    `export const register = ({ collectors }) => collectors.add(${collector('stuck', '() => { for (;;); }')});`,
  );
  const { open, close, state } = await start([plugin, hanging].map((path) => pathToFileURL(path).href));
  expect(state.find(({ name }) => name === 'calm')).toMatchObject({ available: true, code: null });
  const file = join(folder, 'telemetry.seg');
  await open(process.pid, file, 0);
  await sleep(300);
  const { rows } = await close();
  const { data } = readSegments(file);
  expect([...(data['calm.level'] ?? [])].filter((value) => value === 0.5).length).toBeGreaterThan(0);
  expect([...(data['stuck.level'] ?? [0])].every(Number.isNaN)).toBe(true);
  expect(data['machine.load_1m']).toHaveLength(rows);
});

test('a plug-in that cannot be loaded is a collector that is not available, with the reason', async () => {
  const { state } = await start([pathToFileURL(join(folder, 'absent.mjs')).href]);
  expect(state.at(-1)).toMatchObject({ name: 'absent.mjs', available: false, code: 'PLUGIN_INVALID' });
});

test.each([0, -1, 1000, Number.NaN])('a rate of %d Hz is refused before anything is started', async (hertz) => {
  await expect(startSampler({ hertz, plugins: [] })).rejects.toMatchObject({ code: 'SAMPLING_RATE', exitCode: 3 });
});

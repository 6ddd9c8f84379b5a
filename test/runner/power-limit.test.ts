import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { type PowerLimits, readPowerLimits } from '../../src/hardware/nvidia-power-limit.ts';
import { leftPowerLimit } from '../../src/runner/left-power-limit.ts';
import { holdPowerLimit } from '../../src/runner/power-limit.ts';
import { bootId, knownProcess, type PowerLimitJournal, readJournal } from '../../src/runner/power-limit-journal.ts';
import { restoreWarning } from '../../src/runner/power-limit-restore.ts';
import { StubTools } from '../collectors/stub-tools.ts';

const large = 'GPU-11111111-2222-3333-4444-555555555555';
const small = 'GPU-66666666-7777-8888-9999-aaaaaaaaaaaa';
const clearing: (() => void)[] = [];
afterAll(() => {
  for (const clear of clearing) clear();
});

/** A machine whose nvidia-smi keeps its limits in a file. */
function machine(environment: Readonly<Record<string, string>> = {}) {
  const tools = new StubTools();
  const cacheFolder = mkdtempSync(join(tmpdir(), 'dyno-power-limit-'));
  const file = join(tools.folder, 'limits.json');
  clearing.push(
    () => tools.remove(),
    () => rmSync(cacheFolder, { recursive: true, force: true }),
  );
  return {
    program: tools.add('nvidia-smi', { STUB_LIMITS: file, ...environment }),
    change: (how: string) => tools.add('nvidia-smi', { STUB_LIMITS: file, STUB_SET: how }),
    cacheFolder,
    file,
    /** Each set in turn: the board, and the watts. */
    log: (): string[] => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')).log;
      } catch {
        return [];
      }
    },
  };
}

type Machine = ReturnType<typeof machine>;

async function hold({ program, cacheFolder }: Machine, watts: number) {
  const devices = (await readPowerLimits(program)) as readonly PowerLimits[];
  return holdPowerLimit({ watts, devices, program, cacheFolder });
}

/** A process that holds the limit of a machine, as a run does. */
async function holder({ program, cacheFolder }: Machine, watts: number) {
  const script = fileURLToPath(new URL('./fixtures/hold-power-limit.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, program, String(watts), cacheFolder], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  expect((await lines.next()).value ?? stderr).toBe('held');
  return { child, ended, line: async () => (await lines.next()).value as string, stderr: () => stderr };
}

test('a limit holds until it is set back, and what was read at each step is told without a UUID', async () => {
  const here = machine();
  const held = await hold(here, 250);
  expect(here.log()).toEqual(['0: 250', '1: 250']);
  expect(held.record).toMatchObject({
    watts: 250,
    devices: [
      {
        id: expect.stringMatching(/^uuid:/),
        index: 0,
        name: 'NVIDIA Stub, Large',
        beforeWatts: 700,
        persistence: true,
      },
      { index: 1, beforeWatts: 700 },
    ],
  });
  const { devices } = await held.restore();
  expect(devices).toMatchObject([
    { heldWatts: 250, restoredWatts: 700, problem: null },
    { heldWatts: 250, restoredWatts: 700, problem: null },
  ]);
  await held.restore();
  expect(here.log()).toEqual(['0: 250', '1: 250', '0: 700', '1: 700']);
  expect(readdirSync(here.cacheFolder)).toEqual([]);
  expect(JSON.stringify([held.record, devices])).not.toMatch(/1111|6666/);
});

test('a limit that something else changed meanwhile is told', async () => {
  const here = machine();
  const held = await hold(here, 250);
  writeFileSync(here.file, JSON.stringify({ limits: { [large]: 300, [small]: 700 }, log: [] }));
  const { devices } = await held.restore();
  expect(devices).toMatchObject([
    { heldWatts: 300, restoredWatts: 700 },
    { heldWatts: 700, restoredWatts: 700 },
  ]);
  expect(here.log()).toEqual(['0: 700']);
});

test.each([
  ['refused', 'Only root may set it', []],
  ['refused-second', 'Insufficient Permissions', ['0: 250', '0: 700']],
  ['ignored', 'Treating as warning', []],
])('where setting it is %s, an error says so and everything is as it was', async (how, said, log) => {
  const here = machine({ STUB_SET: how });
  const error = await hold(here, 250).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'POWER_LIMIT_REFUSED', exitCode: 3 });
  // Of a limit that cannot be changed, the tool's first line is quoted.
  expect(String(error)).toContain(how === 'ignored' ? 'is not supported for GPU' : said);
  expect(String(error)).toContain('Nothing is changed.');
  expect(here.log()).toEqual(log);
  expect(readdirSync(here.cacheFolder)).toEqual([]);
});

test('watts that a device does not take are refused before anything is set', async () => {
  const here = machine();
  await expect(hold(here, 199)).rejects.toThrow('GPU 0 (NVIDIA Stub, Large) takes 200 to 700 W');
  await expect(hold(here, 701)).rejects.toMatchObject({ code: 'POWER_LIMIT_RANGE' });
  expect(here.log()).toEqual([]);
});

test('a second run does not take the limit of the first for that of the machine', async () => {
  const here = machine();
  const held = await hold(here, 250);
  await expect(hold(here, 300)).rejects.toMatchObject({ code: 'POWER_LIMIT_HELD' });
  expect(await leftPowerLimit(here.cacheFolder)).toMatchObject({ owner: process.pid, watts: 250 });
  await held.restore();
  expect(await leftPowerLimit(here.cacheFolder)).toBeNull();
});

test('a run that is killed has its limit set back by the guard, which says so', async () => {
  const here = machine();
  const { child, ended, stderr } = await holder(here, 250);
  child.kill('SIGKILL');
  await ended; // The guard has its stderr, too.
  expect(here.log()).toEqual(['0: 250', '1: 250', '0: 700', '1: 700']);
  expect(stderr()).toContain('it is set back now: GPU 0 (NVIDIA Stub, Large) to 700 W, GPU 1 (NVIDIA Stub) to 700 W.');
  expect(readdirSync(here.cacheFolder)).toEqual([]);
});

test('the guard outlives signals to itself, and a run whose guard was killed sets the limit back itself', async () => {
  const here = machine();
  const first = await holder(here, 250);
  const [, guard] = readJournal(here.cacheFolder)?.owners ?? [];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(guard?.pid ?? 0, signal);
  await sleep(200);
  expect(here.log()).toEqual(['0: 250', '1: 250']);
  process.kill(guard?.pid ?? 0, 'SIGKILL');
  first.child.stdin?.write('restore\n');
  expect(JSON.parse(await first.line())).toMatchObject({ devices: [{ restoredWatts: 700 }, { restoredWatts: 700 }] });
  await first.ended;
  expect(here.log()).toEqual(['0: 250', '1: 250', '0: 700', '1: 700']);
});

test('where the run and its guard are killed, the next one finds the limit, and what sets it back', async () => {
  const here = machine();
  const { child, ended } = await holder(here, 250);
  const [, guard] = readJournal(here.cacheFolder)?.owners ?? [];
  killAll(child, guard?.pid ?? 0);
  await ended;
  expect(here.log()).toEqual(['0: 250', '1: 250']);
  // A process closes its files before it is gone.
  while ((await leftPowerLimit(here.cacheFolder))?.owner != null) await sleep(50);
  expect(await leftPowerLimit(here.cacheFolder)).toMatchObject({
    owner: null,
    watts: 250,
    devices: [
      { uuid: large, beforeWatts: 700, nowWatts: 250 },
      { uuid: small, beforeWatts: 700, nowWatts: 250 },
    ],
  });
  await expect(hold(here, 300)).rejects.toThrow(`sudo nvidia-smi -i ${large} -pl 700`);

  // Somebody did.
  writeFileSync(here.file, JSON.stringify({ limits: {}, log: [] }));
  expect(await leftPowerLimit(here.cacheFolder)).toBeNull();
  expect(readJournal(here.cacheFolder)).toBeNull();
});

test('a limit that cannot be set back is told with the line that does, and stays in the journal', async () => {
  const here = machine();
  const held = await hold(here, 250);
  here.change('refused');
  const { devices, journal, limits } = await held.restore();
  expect(devices).toMatchObject([
    { heldWatts: 250, restoredWatts: null, problem: expect.stringContaining('Insufficient Permissions') },
    { restoredWatts: null },
  ]);
  const warning = restoreWarning(journal, limits);
  expect(warning).toContain('THE POWER LIMITS OF 2 DEVICES WERE NOT SET BACK');
  expect(warning).toContain(`  sudo nvidia-smi -i ${small} -pl 700\n`);
  // This process, which holds it, lives: that it could not be set back is known all the same.
  expect(readJournal(here.cacheFolder)?.problem).toContain('Insufficient Permissions');
}, 15_000);

test('a limit of an earlier start of the system is gone with it', async () => {
  const here = machine();
  const held = await hold(here, 250);
  const journal = readJournal(here.cacheFolder) as PowerLimitJournal;
  expect(journal.bootId).toBe(bootId());
  const path = join(here.cacheFolder, 'power-limit.json');
  writeFileSync(path, JSON.stringify({ ...journal, bootId: 'of yesterday', owners: [knownProcess(2 ** 22 + 1)] }));
  expect(await leftPowerLimit(here.cacheFolder)).toBeNull();
  await held.restore();
});

function killAll(child: ChildProcess, guard: number): void {
  process.kill(guard, 'SIGKILL');
  child.kill('SIGKILL');
}

import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gpuWatch } from '../../src/cli/gpu-watch.ts';
import { sensorTimeoutVariable } from '../../src/collectors/sensor-timeout.ts';
import { surroundingsOf } from '../../src/gate/arm-environment.ts';
import { type RoundOptions, roundMeasurer } from '../../src/gate/measure-round.ts';
import type { Arm, Pair } from '../../src/gate/pair.ts';
import { commandProbe } from '../../src/gate/probe.ts';
import { type GpuWatch, type MachineWatch, watchMachine } from '../../src/gate/processor-conditions.ts';
import { defaultLimits } from '../../src/gate/settings.ts';
import { voidReason } from '../../src/gate/void-conditions.ts';
import { FakeSystem } from '../collectors/fake-system.ts';
import { StubTools } from '../collectors/stub-tools.ts';
import { ScratchBenchmarks } from '../gate/scratch-benchmarks.ts';

let repository: ScratchBenchmarks;
let tools: StubTools;
let burners: number[];
const path = process.env.PATH ?? '';
beforeEach(() => {
  repository = new ScratchBenchmarks();
  tools = new StubTools();
  burners = [];
});
afterEach(() => {
  for (const pid of burners) process.kill(pid, 'SIGKILL');
  process.env.PATH = path;
  delete process.env[sensorTimeoutVariable];
  delete process.env.CUDA_VISIBLE_DEVICES;
  tools.remove();
  repository.remove();
});

/**
 * A benchmark that lasts long enough for the kernel's counts, and says what a disturbed machine makes of it: 20 ms, and 30 ms in the slots in which
 * others burn the processors. So no figure depends on how busy the machine of the tests is.
 */
const bench = `
burning=no
case "$(cat burn)" in always) burning=yes ;; head) case "$PWD" in */head) burning=yes ;; esac ;; esac
if test $burning = yes; then touch "$FLAG"; else rm -f "$FLAG"; fi
sleep "$SECONDS_TO_LAST"
noise=$(( DYNO_GATE_SEED % 100 ))
test $burning = yes && base=3000 || base=2000
echo '{"scenario":"small","metric":"latency","value":'$((base * 100 + noise))',"unit":"ns"}'
rm -f "$FLAG"
`;

const suite = (limits: string, seconds: number) => `
name: polluted
gate:
  command: sh bench.sh
  looks: [8]
  confirm_rounds: 8
  env: { FLAG: '${repository.path('results', 'flag')}', SECONDS_TO_LAST: '${seconds}' }
  metrics: [{ floor: 0 }]
  limits: ${limits}
`;

/** Of one version: the kernel counts 1/100 s on each processor, and 100 counts are the least for a share. */
const lasting = Math.max(0.15, 1.2 / availableParallelism());

function commit(burn: 'always' | 'head' | 'never', limits: string, seconds: number): void {
  repository.commit({
    'suites/gate.yaml': suite(limits, seconds),
    'bench.sh': bench,
    burn,
    '.gitignore': 'results/\n',
    'results/.keep': '',
  });
}

/** Programs of other people: on each processor one that burns it while the flag is there. Nothing waits for them but the system. */
function startBurners(burn: string): void {
  const flag = repository.path('results', 'flag');
  repository.write({ 'results/burn.sh': `while :; do if test -e '${flag}'; then ${burn}; else sleep 0.02; fi; done` });
  symlinkSync('/bin/sh', repository.path('results', 'burner'));
  const start = '"$1" "$2" >/dev/null 2>&1 & echo $!';
  for (let core = 0; core < availableParallelism(); core++) {
    const words = ['-c', start, 'sh', repository.path('results', 'burner'), repository.path('results', 'burn.sh')];
    burners.push(Number(execFileSync('/bin/sh', words, { encoding: 'utf8' })));
  }
}

interface Told {
  readonly code: number;
  readonly verdict: string;
  readonly rows: readonly { readonly verdict: string }[];
  readonly pairs: readonly Pair[];
  readonly text: string;
}

async function gate(id: string): Promise<Told> {
  const { code, stdout, stderr } = await repository.dyno(
    'gate',
    '--base',
    'main',
    '--head',
    'main',
    '--run-id',
    id,
    '--no-explain',
  );
  // Anything else is no verdict.
  if (code > 2) throw new Error(`The gate ended with ${code}: ${stderr}`);
  const folder = ['results', 'gates', id];
  const { verdict, rows } = JSON.parse(readFileSync(repository.path(...folder, 'gate.json'), 'utf8'));
  const lines = readFileSync(repository.path(...folder, 'rounds.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const pairs = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'pair');
  // Without the breaks that fit it to the width of a terminal.
  return { code, verdict, rows, pairs, text: stdout.replaceAll(/\s+/g, ' ') };
}

/** What was seen while the processes of an arm ran. */
const seen = ({ pairs }: Told, arm: Arm) =>
  pairs.flatMap(({ [arm]: one }) => (one.outcome === 'measured' ? [one.conditions] : []));

test('programs that come and go and burn the processors make a gate invalid, and what starts them is named', async () => {
  commit('always', '{ steal: 1, throttled_periods: 1000000 }', lasting);
  startBurners('/bin/true');
  const told = await gate('g');
  expect({ code: told.code, verdict: told.verdict }).toEqual({ code: 2, verdict: 'invalid' });
  expect(told.rows.map(({ verdict }) => verdict)).toEqual(['invalid']);
  expect(told.pairs).toHaveLength(3); // three void ones of three: the cause stays
  for (const { foreignCpuShare } of seen(told, 'head')) expect(foreignCpuShare).toBeGreaterThan(0.1);
  expect(seen(told, 'head').some(({ foreignProcesses }) => foreignProcesses.includes('burner'))).toBe(true);
  expect(told.text).toMatch(
    /3 pairs void: other processes used the processor \((base|head): [0-9.]+ %.*; limit 10\.0 %\)/,
  );
});

test('a burner that hits only the slots of head does not make head worse', async () => {
  commit('head', '{ steal: 1, throttled_periods: 1000000 }', lasting);
  startBurners(':');
  const told = await gate('g');
  expect({ code: told.code, verdict: told.verdict }).toEqual({ code: 2, verdict: 'invalid' });
  for (const { foreignCpuShare } of seen(told, 'head')) expect(foreignCpuShare).toBeGreaterThan(0.1);
  expect(seen(told, 'head').some(({ foreignProcesses }) => foreignProcesses.includes('burner'))).toBe(true);
  // It is the watch that keeps these very figures from being a regression.
  commit('head', '{ foreign_cpu: 1, steal: 1, throttled_periods: 1000000 }', 0);
  const unwatched = await gate('unwatched');
  expect({ code: unwatched.code, verdict: unwatched.verdict }).toEqual({ code: 1, verdict: 'regressed' });
});

/** Puts a stub of nvidia-smi before all else in PATH, with what it tells of its first board. */
function stubGpu(told: Readonly<Record<string, unknown>>, environment: Readonly<Record<string, string>> = {}): void {
  repository.write({
    'results/gpu.json': JSON.stringify({ utilisation: 0, clock: 210, reasons: 1, apps: [], ...told }),
  });
  tools.add('nvidia-smi', { STUB_STATE: repository.path('results', 'gpu.json'), ...environment });
  process.env.PATH = [tools.folder, path].join(delimiter);
  process.env.CUDA_VISIBLE_DEVICES = 'GPU-1111';
}

const onlyGpu = '{ foreign_cpu: 1, steal: 1, throttled_periods: 1000000 }';

test('a process of others on the GPU makes a gate invalid', async () => {
  commit('head', onlyGpu, 0);
  stubGpu({ apps: [4711] });
  const told = await gate('g');
  expect({ code: told.code, verdict: told.verdict }).toEqual({ code: 2, verdict: 'invalid' });
  expect(told.text).toContain('3 pairs void: other processes used the GPU (base, GPU 0: 1; limit 0)');
});

test('a suite that leaves the GPU out is not disturbed by what others do on it', async () => {
  commit('never', onlyGpu, 0);
  stubGpu({ apps: [4711] });
  process.env.CUDA_VISIBLE_DEVICES = '';
  const told = await gate('g');
  expect({ code: told.code, verdict: told.verdict }).toEqual({ code: 0, verdict: 'pass' });
  expect(seen(told, 'base')[0]?.gpus).toEqual([]);
});

test('nvidia-smi that hangs halfway costs no verdict, and the report says what was not watched', async () => {
  commit('never', onlyGpu, 0);
  process.env[sensorTimeoutVariable] = '1';
  stubGpu({}, { STUB_FAULT: 'hang', STUB_REPORTS: '8' });
  const told = await gate('g');
  expect({ code: told.code, verdict: told.verdict }).toEqual({ code: 0, verdict: 'pass' });
  const [first] = told.pairs;
  expect(first?.[first.first]).toMatchObject({ conditions: { gpus: [{ index: 0, foreignProcesses: 0 }] } });
  expect(told.text).toMatch(/not watched in \d+ of 16 processes: GPU: nvidia-smi .* its driver hangs/);
});

/** Of the processors nothing is known. */
function quietProcessors(gpus: GpuWatch | null): MachineWatch {
  return watchMachine(gpus, repository.path('absent'));
}

/** The reason for which a round is void whose process does this, in each arm, with a real process and a real watch of a machine that is made up. */
async function voided(watch: (arm: Arm) => Promise<RoundOptions['watch']>, commands: Readonly<Record<Arm, string>>) {
  const measured: Partial<Record<Arm, Pair['base']>> = {};
  for (const arm of ['base', 'head'] as const) {
    const print = `echo '{"scenario":"s","metric":"m","value":1,"unit":"s"}'`;
    const measure = roundMeasurer({
      folders: { base: repository.folder, head: repository.folder },
      probe: commandProbe(`${commands[arm]}; ${print}`),
      surroundings: surroundingsOf({}, null),
      timeoutSeconds: 60,
      watch: await watch(arm),
    });
    const observed = (await measure(arm, { scenarios: ['s'], seed: 1 })).get('s');
    if (observed !== undefined) measured[arm] = observed;
  }
  const { base, head } = measured;
  if (base === undefined || head === undefined) throw new Error('Expected both arms to be measured.');
  return voidReason({ scenario: 's', stage: 'look', round: 0, first: 'base', seed: 1, base, head }, defaultLimits);
}

test('flags and clocks of a GPU that one version met alone void the pair, and what both met alike does not', async () => {
  stubGpu({});
  const gpus = await gpuWatch({ restSeconds: 0, idleSeconds: 0.1 });
  const file = repository.path('results', 'gpu.json');
  /** A process at work of a version, while the GPU tells this. */
  const work = (told: { clock?: number; reasons?: number }) => {
    const state = (given: object) => JSON.stringify({ utilisation: 0, clock: 210, reasons: 1, apps: [], ...given });
    const write = (text: string) => `echo '${text}' > '${file}.new' && mv '${file}.new' '${file}'`;
    return `${write(state({ utilisation: 90, clock: 1500, reasons: 0, ...told }))}; sleep 1.4; ${write(state({}))}`;
  };
  const reason = async (base: Parameters<typeof work>[0], head: Parameters<typeof work>[0]) =>
    voided(async () => quietProcessors(gpus), { base: work(base), head: work(head) });
  try {
    const brake = { code: 'GPU_THERMAL', have: 'head, GPU 0: hw_power_brake_slowdown' };
    expect(await reason({}, { reasons: 0x88 })).toMatchObject(brake);
    expect(await reason({ reasons: 4 }, {})).toMatchObject({ code: 'GPU_POWER_CAP', need: 0.05 });
    expect(await reason({ reasons: 4, clock: 1500 }, { reasons: 4, clock: 1460 })).toBeNull(); // 2.7 % apart
    expect(await reason({ clock: 1500 }, { clock: 1425 })).toEqual({
      code: 'GPU_CLOCKS', // 1500 / 1425 = 1.053
      need: 0.03,
      have: 'GPU 0: base 1500 MHz, head 1425 MHz',
    });
  } finally {
    await gpus?.close();
  }
});

test('time that the hypervisor takes, and a quota that is used up, void the pair', async () => {
  const system = new FakeSystem();
  const own = process.pid;
  const group = system.path('group');
  const files = (steal: number, throttled: number) => ({
    stat: `cpu  0 0 0 ${1000 - steal} 0 0 0 ${steal}\n`,
    [`${own}/stat`]: `${own} (node) S 1${' 0'.repeat(40)}\n`,
    'self/cgroup': '0::/\n',
    'self/mountinfo': `30 29 0:26 / ${group} rw - cgroup2 cgroup2 rw\n`,
    'group/cpu.max': '50000 100000\n',
    'group/cpu.stat': `usage_usec 5\nnr_periods 20\nnr_throttled ${throttled}\nthrottled_usec 9\n`,
  });
  const stat = (idle: number, steal: number) => `echo 'cpu  0 0 0 ${idle} 0 0 0 ${steal}' > '${system.path('stat')}'`;
  const watch = async () => {
    system.write(files(0, 3));
    return watchMachine(null, system.root);
  };
  try {
    // 30 of 1000 ticks are 3 %, 20 are the 2 % that may be.
    expect(await voided(watch, { base: stat(1980, 20), head: stat(1970, 30) })).toEqual({
      code: 'CPU_STEAL',
      need: 0.02,
      have: 'head: 0.03',
    });
    const throttle = `printf 'nr_throttled 4\\nthrottled_usec 9\\n' > '${system.path('group', 'cpu.stat')}'`;
    expect(await voided(watch, { base: `${stat(2000, 0)}; ${throttle}`, head: stat(2000, 0) })).toMatchObject({
      code: 'CPU_THROTTLED',
      have: 'base: 1',
    });
    expect(await voided(watch, { base: stat(2000, 0), head: stat(2000, 0) })).toBeNull();
  } finally {
    system.remove();
  }
});

import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { CollectorState, DeviceState, RunEvent } from '../../src/results/events.ts';
import type { Run } from '../../src/results/run.ts';
import type { Columns } from '../../src/results/segment-file.ts';
import {
  environment,
  plan,
  plannedCase,
  roundFinished,
  roundStarted,
  Samples,
  startedEvent,
  stream,
} from './run-fixture.ts';

/** A round's window is from 5 to 6 s with 20 items in it; that at rest is from 1 to 3 s. Both are sampled ten times a second, and around. */
const atWork = Float64Array.from({ length: 31 }, (_, index) => 4 + index / 10);
const atRest = Float64Array.from({ length: 41 }, (_, index) => index / 10);
const at = { at: '2026-11-21T21:46:30.000Z', t: 1 };

const board: DeviceState = {
  id: 'uuid:00000000',
  index: 0,
  kind: 'gpu',
  vendor: null,
  name: 'Board',
  driver: null,
  memoryBytes: null,
  powerLimitWatts: null,
  isSliced: null,
  notes: [],
};

function collector(devices: readonly DeviceState[], figures: readonly string[], name = 'nvidia'): CollectorState {
  const columns = devices.flatMap(({ kind, index }) =>
    figures.map((figure) => ({ name: `${kind}${index}_${figure}`, unit: 'W', description: 'What it draws.' })),
  );
  return { name, available: true, code: null, reason: null, columns, missing: [], devices };
}

interface Sitting {
  readonly idle: Columns | null;
  readonly rounds: readonly Columns[];
  readonly problem?: { readonly collector: string | null; readonly code: string; readonly reason: string };
}

const figures = ['power', 'utilization', 'foreign_processes'];

async function run(sittings: readonly Sitting[], collectors = [collector([board], figures)]): Promise<Run> {
  const samples = new Samples();
  const count = sittings.reduce((sum, { rounds }) => sum + rounds.length, 0);
  const events: RunEvent[] = [startedEvent(plan([plannedCase('a')], {}, count))];
  let round = 0;
  for (const [index, { idle, rounds, problem }] of sittings.entries()) {
    if (index > 0) events.push({ ...at, type: 'run.resumed', environment, preflight: [] });
    events.push({ ...at, type: 'sampler.started', pid: 1, hertz: 10, collectors });
    if (problem !== undefined) events.push({ ...at, type: 'telemetry.problem', ...problem });
    if (idle !== null) {
      const telemetry = samples.addColumns(`idle-${index}`, { time: atRest, ...idle }, atRest.length);
      events.push({ ...at, type: 'idle.measured', telemetry, windowStart: 1, windowSeconds: 2 });
    }
    for (const columns of rounds) {
      const telemetry = samples.addColumns(`telemetry-${round}`, { time: atWork, ...columns }, atWork.length);
      const queries = samples.add(`samples-${round}`, stream(new Array(20).fill(0.05)));
      events.push(roundStarted('key-a', round), { ...roundFinished('key-a', round, queries), telemetry } as RunEvent);
      round++;
    }
  }
  return summariseRun(events, samples.read);
}

const quiet = {
  'nvidia.gpu0_power': atRest.map(() => 20),
  'nvidia.gpu0_utilization': atRest.map(() => 0),
  'nvidia.gpu0_foreign_processes': atRest.map((second) => (second === 0 ? 0 : Number.NaN)),
};
const working = { 'nvidia.gpu0_power': atWork.map(() => 100) };

async function energyOf(sittings: readonly Sitting[], collectors?: CollectorState[]) {
  const whole = await run(sittings, collectors);
  const [one] = whole.cases;
  return { whole, energy: one?.energy, reasons: one?.reasons ?? {}, findings: one?.findings ?? [] };
}

test('what is drawn at rest is taken off: 100 W less 20 W for a second on 20 items are 4 J each, beside 5 J raw', async () => {
  const { energy, reasons, whole } = await energyOf([{ idle: quiet, rounds: [working] }]);
  expect(energy?.joulesPerItem).toBeCloseTo(5, 9);
  expect(energy?.idleSubtracted).toMatchObject({ idleSpreadWatts: 0, uncertainty: null });
  expect(energy?.idleSubtracted?.joulesPerItem).toBeCloseTo(4, 9);
  expect(energy?.idleSubtracted?.meanPowerWatts).toBeCloseTo(80, 9);
  expect(energy?.idleSubtracted?.idleWatts).toBeCloseTo(20, 9);
  expect(energy?.devices[0]?.idleSubtracted).toEqual(energy?.idleSubtracted);
  expect(reasons['energy.uncertainty']?.code).toBe('SENSOR_ERROR_UNKNOWN');
  expect(whole.idle).toMatchObject([
    { windowStart: 1, windowSeconds: 2, telemetry: { file: 'idle-0' }, devices: [{ id: board.id, readings: 21 }] },
  ]);
});

test('each sitting takes off what it measured itself', async () => {
  const more = { ...quiet, 'nvidia.gpu0_power': atRest.map(() => 40) };
  const { energy, whole } = await energyOf([
    { idle: quiet, rounds: [working] },
    { idle: more, rounds: [working] },
  ]);
  expect(energy?.idleSubtracted?.idleWatts).toBeCloseTo(30, 9);
  expect(energy?.idleSubtracted?.joulesPerItem).toBeCloseTo(3.5, 9); // (80 J + 60 J) / 40 items
  expect(whole.idle).toHaveLength(2);
});

test('one sitting without leaves the case without, and the raw energy stands', async () => {
  const { energy, reasons, whole } = await energyOf([
    { idle: quiet, rounds: [working] },
    { idle: null, rounds: [working] },
  ]);
  expect(energy?.joulesPerItem).toBeCloseTo(5, 9);
  expect(energy?.idleSubtracted).toBeNull();
  expect(reasons['energy.idleSubtracted']).toEqual({ code: 'NO_IDLE_WINDOW', need: null, have: null });
  expect(whole.idle).toHaveLength(1);
});

test('a run of a version that did not measure at rest has the raw energy, the reason, and no list', async () => {
  const { energy, reasons, whole } = await energyOf([{ idle: null, rounds: [working] }]);
  expect(energy?.joulesPerItem).toBeCloseTo(5, 9);
  expect(reasons['energy.idleSubtracted']?.code).toBe('NO_IDLE_WINDOW');
  expect(whole).not.toHaveProperty('idle');
});

test.each<[string, Columns, string, string]>([
  ['was busy', { 'nvidia.gpu0_utilization': atRest.map(() => 0.3) }, 'IDLE_NOT_QUIET', 'gpu0 was 30 % busy'],
  [
    'had the process of another on it',
    { 'nvidia.gpu0_foreign_processes': atRest.map((second) => (second === 4 ? 1 : 0)) },
    'IDLE_NOT_QUIET',
    '1 process was on gpu0',
  ],
  [
    'was still falling to its rest',
    { 'nvidia.gpu0_power': atRest.map((second) => (second < 2 ? 60 : 20)) },
    'IDLE_NOT_SETTLED',
    'gpu0: 60.0 W, then 20.0 W',
  ],
  [
    'tells neither',
    {
      'nvidia.gpu0_utilization': atRest.map(() => Number.NaN),
      'nvidia.gpu0_foreign_processes': atRest.map(() => Number.NaN),
    },
    'IDLE_NOT_WATCHED',
    'gpu0',
  ],
])('of a device that %s nothing is taken off', async (_, columns, code, have) => {
  const { energy, reasons, whole } = await energyOf([{ idle: { ...quiet, ...columns }, rounds: [working] }]);
  expect(energy?.idleSubtracted).toBeNull();
  expect(reasons['energy.idleSubtracted']).toEqual({ code, need: null, have });
  expect(whole.idle).toMatchObject([{ devices: null }]);
  expect(whole.reasons['idle.0.devices']).toEqual({ code, need: null, have });
});

test('a sensor that was lost at rest is the reason, and the rounds after it keep their energy', async () => {
  const until = { ...quiet, 'nvidia.gpu0_power': atRest.map((second) => (second < 2 ? 20 : Number.NaN)) };
  const problem = { collector: 'nvidia', code: 'SENSOR_HUNG', reason: 'It hung.' };
  const { energy, reasons } = await energyOf([{ idle: until, rounds: [working], problem }]);
  expect(energy?.joulesPerItem).toBeCloseTo(5, 9);
  expect(reasons['energy.idleSubtracted']).toEqual({ code: 'SENSOR_LOST', need: null, have: 'SENSOR_HUNG' });
});

test('a device that drew less at work than at rest has no energy above it, rather than a negative one', async () => {
  const less = { 'nvidia.gpu0_power': atWork.map(() => 15) };
  const { energy, reasons } = await energyOf([{ idle: quiet, rounds: [less] }]);
  expect(energy?.joulesPerItem).toBeCloseTo(0.75, 9);
  expect(energy?.idleSubtracted).toBeNull();
  expect(reasons['energy.idleSubtracted']).toEqual({ code: 'IDLE_ABOVE_LOAD', need: 15, have: 20 });
});

test('of two devices the one at rest may be below its rest, and the sum still counts both', async () => {
  const second = { ...board, id: 'uuid:00000001', index: 1 };
  const also = (time: Float64Array, watts: number) => ({
    'nvidia.gpu1_power': time.map(() => watts),
    'nvidia.gpu1_utilization': time.map(() => 0),
    'nvidia.gpu1_foreign_processes': time.map(() => 0),
  });
  const { energy, reasons } = await energyOf(
    [{ idle: { ...quiet, ...also(atRest, 10) }, rounds: [{ ...working, ...also(atWork, 9) }] }],
    [
      collector(
        [board, second].map((one) => ({ ...one, sensorError: 0.05 })),
        figures,
      ),
    ],
  );
  // 5 % of 80 W and of 1 W, of 79 W together.
  expect(energy?.idleSubtracted?.uncertainty).toBeCloseTo(4.05 / 79, 9);
  expect(energy?.idleSubtracted?.meanPowerWatts).toBeCloseTo(79, 9); // 80 W − 1 W
  expect(energy?.devices.map(({ idleSubtracted }) => idleSubtracted?.meanPowerWatts)).toEqual([
    expect.closeTo(80, 9),
    undefined,
  ]);
  expect(reasons['energy.devices.1.idleSubtracted']?.code).toBe('IDLE_ABOVE_LOAD');
});

test('packages are at rest where the processor is, by what their counter tells', async () => {
  const socket: DeviceState = { ...board, kind: 'package' };
  const rapl = [collector([socket], ['energy'], 'rapl')];
  const drawn = (time: Float64Array, watts: number, busy: number) => ({
    'rapl.package0_energy': time.map((second) => second * watts),
    'machine.cpu_busy': time.map(() => busy),
  });
  const calm = await energyOf([{ idle: drawn(atRest, 15, 0.02), rounds: [drawn(atWork, 95, 1)] }], rapl);
  expect(calm.energy?.idleSubtracted?.meanPowerWatts).toBeCloseTo(80, 6);
  const busy = await energyOf([{ idle: drawn(atRest, 15, 0.5), rounds: [drawn(atWork, 95, 1)] }], rapl);
  expect(busy.reasons['energy.idleSubtracted']).toMatchObject({
    code: 'IDLE_NOT_QUIET',
    have: 'package0 was 50 % busy',
  });
});

test('a sensor that looks a quarter of the time marks the figure, says how far it may be off, and asks for windows of 5 s', async () => {
  const sensor = { sensorError: 0.05, sensorCoverage: 0.25, sensorSource: 'a study' };
  // 90 W and 110 W in turn: of the 11 readings of the window six are of 90 W.
  const swinging = { 'nvidia.gpu0_power': atWork.map((_, index) => (index % 2 === 0 ? 90 : 110)) };
  const { energy, findings } = await energyOf(
    [{ idle: quiet, rounds: [swinging] }],
    [collector([{ ...board, ...sensor }], figures)],
  );
  const [device] = energy?.devices ?? [];
  expect(device).toMatchObject({ sensorCoverage: 0.25, sensorSource: 'a study' });
  const mean = (6 * 90 + 5 * 110) / 11;
  const spread = Math.sqrt((6 * (90 - mean) ** 2 + 5 * (110 - mean) ** 2) / 10);
  // The trapezoids weigh both edges by half: 100 W.
  const uncertainty = 0.05 + (1.96 * spread * Math.sqrt(0.75 / 11)) / 100;
  expect(device?.uncertainty).toBeCloseTo(uncertainty, 9);
  expect(energy?.uncertainty).toBeCloseTo(uncertainty, 9);
  // Nothing moved at rest: 80 W are as far off in watts as the 100 W but for the share of the sensor itself.
  expect(energy?.idleSubtracted?.uncertainty).toBeCloseTo(0.05 + ((uncertainty - 0.05) * 100) / 80, 9);
  const found = findings.filter(({ family }) => family === 'energy');
  expect(found.map(({ code, severity }) => [code, severity])).toEqual([
    ['ENERGY_WINDOW_TOO_SHORT', 'degraded'],
    ['ENERGY_SENSOR_PART_TIME', 'note'],
  ]);
  expect(found[0]?.nextStep).toContain('--set policy.window.min_duration=5s');
  expect(found[1]?.message).toContain('covers 25 % of the time');
});

import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { CollectorState, DeviceState, RunEvent } from '../../src/results/events.ts';
import type { Run } from '../../src/results/run.ts';
import type { Columns } from '../../src/results/segment-file.ts';
import { plan, plannedCase, roundFinished, roundStarted, Samples, startedEvent, stream } from './run-fixture.ts';

/** A round's window is from 5 to 6 s (see the fixture) with 20 items in it, sampled every 100 ms from 4 to 7 s. */
const time = Float64Array.from({ length: 31 }, (_, index) => 4 + index / 10);
const at = { at: '2026-11-21T21:46:30.000Z', t: 1 };

function device(index: number, kind: 'gpu' | 'package' = 'gpu'): DeviceState {
  return {
    id: `uuid:0000000${index}`,
    index,
    kind,
    vendor: null,
    name: `Board ${index}`,
    driver: null,
    memoryBytes: null,
    powerLimitWatts: null,
    isSliced: null,
    notes: [],
  };
}

function collector(name: string, devices: readonly DeviceState[], figures: readonly string[]): CollectorState {
  const columns = devices.flatMap(({ kind, index }) =>
    figures.map((figure) => ({ name: `${kind}${index}_${figure}`, unit: 'W', description: 'What it draws.' })),
  );
  return { name, available: true, code: null, reason: null, columns, missing: [], devices };
}

interface Setup {
  readonly collectors: readonly CollectorState[];
  /** Telemetry of each round. */
  readonly rounds: readonly Columns[];
  readonly problems?: readonly { collector: string | null; code: string; reason: string }[];
}

async function run({ collectors, rounds, problems = [] }: Setup): Promise<Run> {
  const samples = new Samples();
  const events: RunEvent[] = [
    startedEvent(plan([plannedCase('a')], {}, rounds.length)),
    { ...at, type: 'sampler.started', pid: 1, hertz: 10, collectors },
  ];
  rounds.forEach((columns, round) => {
    const telemetry = samples.addColumns(`telemetry-${round}`, { time, ...columns }, time.length);
    const queries = samples.add(`samples-${round}`, stream(new Array(20).fill(0.05)));
    events.push(
      roundStarted('key-a', round),
      ...problems.map((problem): RunEvent => ({ ...at, type: 'telemetry.problem', ...problem })),
      { ...roundFinished('key-a', round, queries), telemetry } as RunEvent,
    );
  });
  return summariseRun(events, samples.read);
}

async function energyOf(setup: Setup) {
  const [one] = (await run(setup)).cases;
  return { energy: one?.energy, reason: one?.reasons.energy, rounds: one?.rounds ?? [], reasons: one?.reasons ?? {} };
}

const constant = (watts: number) => time.map(() => watts);
const until = (end: number, watts: number) => time.map((second) => (second <= end ? watts : Number.NaN));

test('graphics of a processor whose power is that of the package do not count beside its counter', async () => {
  const amd = collector('amd', [{ ...device(0), includesPackage: true }], ['power']);
  const drawn = { 'amd.gpu0_power': constant(30) };
  const rapl = collector('rapl', [device(1, 'package')], ['energy']);
  const both = await energyOf({
    collectors: [amd, rapl],
    rounds: [{ ...drawn, 'rapl.package1_energy': time.map((second) => (second - 4) * 40) }],
  });
  expect(both.energy).toMatchObject({ method: 'counter', covers: ['package'] });
  expect(both.energy?.meanPowerWatts).toBeCloseTo(40, 9);
  const alone = await energyOf({ collectors: [amd], rounds: [drawn] });
  expect(alone.energy?.meanPowerWatts).toBeCloseTo(30, 9);
});

test('power of all devices over the window, by item: 100 W and 50 W for a second on 20 items are 7.5 J each', async () => {
  const { energy, rounds } = await energyOf({
    collectors: [collector('nvidia', [device(0), device(1)], ['power'])],
    rounds: [{ 'nvidia.gpu0_power': constant(100), 'nvidia.gpu1_power': constant(50) }],
  });
  expect(energy).toMatchObject({ method: 'power', covers: ['gpu'] });
  expect(energy?.joulesPerItem).toBeCloseTo(7.5, 9);
  expect(energy?.meanPowerWatts).toBeCloseTo(150, 9);
  expect(energy?.devices.map(({ id, joulesPerItem }) => [id, Math.round(joulesPerItem * 1e6) / 1e6])).toEqual([
    ['uuid:00000000', 5],
    ['uuid:00000001', 2.5],
  ]);
  expect(rounds[0]?.summary?.energy?.joules).toBeCloseTo(150, 9);
});

test('a counter is taken before samples of power, and the method says which', async () => {
  const { energy } = await energyOf({
    collectors: [
      collector('nvidia', [device(0)], ['power', 'energy']),
      collector('rapl', [device(0, 'package')], ['energy']),
    ],
    rounds: [
      {
        'nvidia.gpu0_power': constant(999),
        'nvidia.gpu0_energy': time.map((second) => 60 * second),
        'rapl.package0_energy': time.map((second) => 40 * second),
      },
    ],
  });
  expect(energy).toMatchObject({ method: 'counter', covers: ['gpu', 'package'] });
  expect(energy?.meanPowerWatts).toBeCloseTo(100, 9);
});

test('a device with both sensors has one held against the other, and what is estimated says so', async () => {
  const estimating = { ...device(1, 'package'), estimated: true };
  const { cases } = await run({
    collectors: [collector('amd', [device(0)], ['power', 'energy']), collector('guess', [estimating], ['power'])],
    rounds: [
      {
        'amd.gpu0_power': constant(66),
        'amd.gpu0_energy': time.map((second) => 60 * second),
        'guess.package1_power': constant(5),
      },
    ],
  });
  const [one] = cases;
  const [both, guessed] = one?.rounds[0]?.summary?.energy?.devices ?? [];
  expect(both).toMatchObject({ method: 'counter', powerAgainstCounter: expect.closeTo(1.1, 9) });
  expect(guessed).toMatchObject({ estimated: true });
  expect(guessed).not.toHaveProperty('powerAgainstCounter');
  expect(one?.energy?.devices.map(({ estimated }) => estimated)).toEqual([undefined, true]);
  expect(one?.verdicts.energy).toBe('degraded');
  const found = (one?.findings ?? []).filter(({ family }) => family === 'energy');
  expect(found.map(({ code }) => code)).toEqual(['ENERGY_ESTIMATED', 'ENERGY_SENSORS_DISAGREE']);
});

test('a counter that was reset gives way to the samples of power', async () => {
  const { energy } = await energyOf({
    collectors: [collector('amd', [device(0)], ['power', 'energy'])],
    rounds: [
      { 'amd.gpu0_power': constant(80), 'amd.gpu0_energy': time.map((second) => (second < 5.5 ? 900 : second)) },
    ],
  });
  expect(energy).toMatchObject({ method: 'power' });
  expect(energy?.meanPowerWatts).toBeCloseTo(80, 9);
});

test('the age of a sample moves it to where it was taken', async () => {
  // Power steps from 0 to 100 W; rows are 0.5 s late, so that the step of the rows at 6 s was at 5.5 s: half the window has 100 W.
  const { energy } = await energyOf({
    collectors: [collector('nvidia', [device(0)], ['power', 'age'])],
    rounds: [
      { 'nvidia.gpu0_power': time.map((second) => (second > 5.95 ? 100 : 0)), 'nvidia.gpu0_age': constant(0.5) },
    ],
  });
  // 100 W from 5.5 to 6 s, and half of the step's 0.1 s before it: 50 + 5 J.
  expect(energy?.meanPowerWatts).toBeCloseTo(55, 6);
});

test('several rounds are one energy over all their items; each round has its own', async () => {
  const { energy, rounds } = await energyOf({
    collectors: [collector('nvidia', [device(0)], ['power'])],
    rounds: [{ 'nvidia.gpu0_power': constant(100) }, { 'nvidia.gpu0_power': constant(200) }],
  });
  expect(energy?.joulesPerItem).toBeCloseTo(7.5, 9); // (100 J + 200 J) / 40 items
  expect(rounds.map(({ summary }) => Math.round(summary?.energy?.joules ?? 0))).toEqual([100, 200]);
});

test('without a sensor the reason says so', async () => {
  const { energy, reason, reasons } = await energyOf({ collectors: [], rounds: [{}] });
  expect(energy).toBeNull();
  expect(reason).toEqual({ code: 'NO_POWER_SENSOR', need: null, have: null });
  expect(reasons['rounds.0.summary.energy']?.code).toBe('NO_POWER_SENSOR');
});

test('a power column that the probe found missing is no sensor', async () => {
  const state = collector('nvidia', [device(0)], ['power']);
  const missing = [{ column: 'gpu0_power', code: 'NO_PERMISSION', reason: 'It may not.' }];
  const { reason } = await energyOf({
    collectors: [{ ...state, missing }],
    rounds: [{ 'nvidia.gpu0_power': constant(Number.NaN) }],
  });
  expect(reason?.code).toBe('NO_POWER_SENSOR');
});

test('a sensor that was lost on the way is the reason, with the code of what befell it', async () => {
  const { energy, reason } = await energyOf({
    collectors: [collector('nvidia', [device(0)], ['power'])],
    rounds: [{ 'nvidia.gpu0_power': until(5.5, 100) }],
    problems: [{ collector: 'nvidia', code: 'SENSOR_HUNG', reason: 'It hung.' }],
  });
  expect(energy).toBeNull();
  expect(reason).toEqual({ code: 'SENSOR_LOST', need: null, have: 'SENSOR_HUNG' });
});

test('a loss of another collector is not the reason', async () => {
  const { energy } = await energyOf({
    collectors: [collector('nvidia', [device(0)], ['power'])],
    rounds: [{ 'nvidia.gpu0_power': constant(100) }],
    problems: [{ collector: 'machine', code: 'COLLECTOR_FAILED', reason: 'It failed.' }],
  });
  expect(energy?.meanPowerWatts).toBeCloseTo(100, 9);
});

test('one device that ends while another goes on was lost, and there is no energy of the rest', async () => {
  const { energy, reason } = await energyOf({
    collectors: [collector('nvidia', [device(0), device(1)], ['power'])],
    rounds: [{ 'nvidia.gpu0_power': constant(100), 'nvidia.gpu1_power': until(5.4, 50) }],
  });
  expect(energy).toBeNull();
  expect(reason).toEqual({ code: 'DEVICE_LOST', need: null, have: 'gpu1, Board 1' });
});

test('one round without energy leaves the case without', async () => {
  const { energy, reason, rounds } = await energyOf({
    collectors: [collector('nvidia', [device(0)], ['power'])],
    rounds: [{ 'nvidia.gpu0_power': constant(100) }, { 'nvidia.gpu0_power': until(5.4, 100) }],
  });
  expect(energy).toBeNull();
  expect(reason?.code).toBe('ENERGY_NOT_BRACKETED');
  expect(rounds[0]?.summary?.energy).not.toBeNull();
  expect(rounds[1]?.summary?.energy).toBeNull();
});

test('what was lost in every round is said once in the run', async () => {
  const problem = { collector: 'nvidia', code: 'SENSOR_HUNG', reason: 'It hung.' };
  const { telemetryProblems } = await run({ collectors: [], rounds: [{}, {}], problems: [problem] });
  expect(telemetryProblems).toEqual([problem]);
});

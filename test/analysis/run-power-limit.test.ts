import { expect, test } from 'vitest';
import { compareRuns } from '../../src/analysis/compare-runs.ts';
import { machineDifferences } from '../../src/analysis/machine-facts.ts';
import { limitsNotHeld, powerLimitText } from '../../src/analysis/run-power-limit.ts';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { RunEvent } from '../../src/results/events.ts';
import type { Run } from '../../src/results/run.ts';
import {
  environment,
  plan,
  plannedCase,
  roundFinished,
  roundStarted,
  runFinished,
  Samples,
  startedEvent,
  stream,
} from './run-fixture.ts';

const at = { at: '2026-11-21T21:46:30.000Z', t: 1 };
const device = { id: 'uuid:00000001', index: 0, name: 'Board', beforeWatts: 700, persistence: true };
const limited: RunEvent = { ...at, type: 'power.limited', watts: 250, devices: [device] };

function restored(heldWatts: number | null, restoredWatts: number | null, problem: string | null = null): RunEvent {
  return { ...at, type: 'power.restored', devices: [{ id: device.id, heldWatts, restoredWatts, problem }] };
}

const runOf = (...events: RunEvent[]): Promise<Run> =>
  summariseRun([startedEvent(), ...events, runFinished()], new Samples().read);

test('a run that set no limit says nothing of one', async () => {
  const run = await runOf();
  expect(run).not.toHaveProperty('powerLimit');
  expect(powerLimitText(run)).toBe('');
});

test('a limit that held and was set back stands in the run', async () => {
  const run = await runOf(limited, restored(250, 700));
  expect(run.powerLimit).toEqual({ watts: 250, devices: [{ ...device, heldWatts: 250, restoredWatts: 700 }] });
  expect(limitsNotHeld(run)).toEqual([]);
  expect(powerLimitText(run)).toBe('250 W set by --power-limit: GPU 0 (Board), 700 W before, set back to 700 W');
});

test('one that was another at the end did not hold', async () => {
  const run = await runOf(limited, restored(300, 700));
  expect(limitsNotHeld(run)).toHaveLength(1);
  expect(powerLimitText(run)).toContain('but at 300 W when the run ended: something else changed it');
});

test('of several sittings the last one counts: what an earlier one came to says nothing of it', async () => {
  const run = await runOf(limited, restored(250, 700), { ...limited, watts: 300 } as RunEvent);
  expect(run.powerLimit).toMatchObject({ watts: 300, devices: [{ heldWatts: null, restoredWatts: null }] });
  expect(run.reasons['powerLimit.devices.0.restoredWatts']).toEqual({
    code: 'RUN_ENDED_EARLY',
    need: null,
    have: null,
  });
  expect(powerLimitText(run)).toContain('not known to be set back');
});

test('why a limit was not set back is its reason', async () => {
  const run = await runOf(limited, restored(null, null, 'It refused.'));
  expect(run.reasons).toMatchObject({
    'powerLimit.devices.0.heldWatts': { code: 'NOT_READABLE' },
    'powerLimit.devices.0.restoredWatts': { code: 'NOT_SET_BACK', have: 'It refused.' },
  });
});

test('cases with a round of a sitting whose limit did not hold are degraded, others are not', async () => {
  const samples = new Samples();
  const round = (key: string, file: string): RunEvent[] => [
    roundStarted(key),
    roundFinished(key, 0, samples.add(file, stream(Array.from({ length: 20 }, () => 0.01)))),
  ];
  const resumed: RunEvent = { ...at, type: 'run.resumed', environment, preflight: [] };
  const { cases } = await summariseRun(
    [
      startedEvent(plan([plannedCase('a'), plannedCase('b')])),
      ...[limited, ...round('key-a', 'a'), restored(300, 700)],
      ...[resumed, { ...limited }, ...round('key-b', 'b'), restored(250, 700), runFinished()],
    ],
    samples.read,
  );
  const [first, second] = cases;
  expect(first?.verdicts.configuration).toBe('degraded');
  expect(first?.reasons['verdicts.configuration']).toEqual({ code: 'POWER_LIMIT_NOT_HELD', need: 250, have: 300 });
  expect(second?.findings?.map(({ code }) => code)).not.toContain('POWER_LIMIT_NOT_HELD');
});

test('what older results do not tell of the power of the processor is no difference', async () => {
  const governed = {
    driver: 'acpi-cpufreq',
    energyPreference: null,
    boost: true,
    limitHertz: 3e9,
    allowedPerformance: null,
    platformProfile: null,
    powerSaving: { active: false, reasons: [] },
  };
  const runWith = (power?: typeof governed): Promise<Run> => {
    const cpu = power === undefined ? environment.cpu : { ...environment.cpu, power };
    return summariseRun(
      [{ ...startedEvent(), environment: { ...environment, cpu } }, runFinished()],
      new Samples().read,
    );
  };
  const [old, on, off] = [await runWith(), await runWith(governed), await runWith({ ...governed, boost: false })];
  expect(compareRuns(old, on).environmentDifferences).toEqual([]);
  expect(compareRuns(on, off).environmentDifferences).toEqual([
    { field: 'environment.cpu.power.boost', base: 'true', candidate: 'false' },
  ]);
});

test('figures under a limit are not compared with figures without', async () => {
  const [without, under] = [await runOf(), await runOf(limited, restored(250, 700))];
  const difference = { field: 'power limit set for the run', base: 'none', candidate: '250 W' };
  expect(machineDifferences(without, under)).toEqual([difference]);
  expect(compareRuns(without, under).environmentDifferences).toEqual([difference]);
});

test('how devices are joined is a difference only where both runs tell', async () => {
  const links = (word: string) => ({
    ...environment,
    topology: {
      tool: 'nvidia-smi topo -m',
      nodes: ['GPU0', 'GPU1'],
      links: [
        ['X', word],
        [word, 'X'],
      ],
      gpus: ['GPU0', 'GPU1'].map((node) => ({ node, cpus: '0-3', numaNodes: '0' })),
      networkCards: {},
    },
  });
  const runWith = (one: typeof environment): Promise<Run> =>
    summariseRun([{ ...startedEvent(), environment: one }, runFinished()], new Samples().read);
  const [old, near, far] = [await runWith(environment), await runWith(links('NV4')), await runWith(links('SYS'))];
  expect(compareRuns(old, near).environmentDifferences).toEqual([]);
  expect(compareRuns(near, far).environmentDifferences).toMatchObject([{ field: 'environment.topology.links' }]);
});

test('why a machine has no topology is the reason of its null', async () => {
  const absence = { topology: null, topologyAbsence: { code: 'ONE_DEVICE', reason: 'There is one.' } };
  const run = await summariseRun(
    [{ ...startedEvent(), environment: { ...environment, ...absence } }, runFinished()],
    new Samples().read,
  );
  expect(run.reasons['environment.topology']).toEqual({ code: 'ONE_DEVICE', need: null, have: null });
});

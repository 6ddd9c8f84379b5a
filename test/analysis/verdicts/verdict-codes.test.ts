import { expect, test } from 'vitest';
import { Reasons } from '../../../src/analysis/reasons.ts';
import type { Evidence } from '../../../src/analysis/verdicts/evidence.ts';
import { judgeCase } from '../../../src/analysis/verdicts/judge-case.ts';
import { type VerdictCodeName, verdictCodes } from '../../../src/analysis/verdicts/verdict-codes.ts';
import {
  device,
  energy,
  evidence,
  figures,
  quiet,
  reason,
  round,
  served,
  spinning,
  steady,
} from './evidence-fixture.ts';

const proof = evidence().proof;
const { policy } = evidence();
const audit = (ratio: number, low: number, high: number): Partial<Evidence> => ({
  proof: proof && { ...proof, cachingAudit: { ratio, ci95: [low, high], blocks: 24 } },
});
/** A case that runs on an accelerator, which was seen so. */
const onDevice = (changes: Parameters<typeof device>[0]): Partial<Evidence> => ({
  figures: figures({ backend: 'cuda' }),
  rounds: [round({ watched: device(changes) })],
});
const withoutEnergy = (code: string): Partial<Evidence> => ({ reasons: { energy: reason(code) } });
const watched = (changes: Partial<typeof quiet>): Partial<Evidence> => ({
  rounds: [round({ watched: { ...quiet, ...changes } })],
});
const settled = (changes: Partial<typeof steady>): Partial<Evidence> => ({
  rounds: [round({ summary: { steadyState: { ...steady, ...changes } } })],
});
const stopped = (code: 'OVER_SATURATED' | 'QUEUE_FULL'): Partial<Evidence> => ({
  figures: served(),
  rounds: [round({ measured: { generator: { ...spinning, stopped: code } } })],
  environment: { ...evidence().environment, cpu: { ...evidence().environment.cpu, availableCores: 4 } },
});

/** A round on a board whose sensor looks at a quarter of the time. */
const partTime = {
  joules: 500,
  meanPowerWatts: 100,
  devices: [
    {
      id: 'd0',
      kind: 'gpu' as const,
      name: 'A board',
      joules: 500,
      meanPowerWatts: 100,
      method: 'power' as const,
      sensorCoverage: 0.25,
    },
  ],
};

/** For each code, the one change to a case without a flaw that brings it about. */
const causes: Readonly<Record<VerdictCodeName, Partial<Evidence>>> = {
  OVER_SATURATED: stopped('OVER_SATURATED'),
  QUEUE_FULL: stopped('QUEUE_FULL'),
  UNSERVED: { figures: served({ unserved: 3 }) },
  CLOCKS_DISAGREE: { rounds: [round({ measured: { clockRatioError: -0.02 } })] },
  CLOCKS_DIFFER: { rounds: [round({ measured: { clockRatioError: 0.002 } })] },
  RATE_NOT_KEPT: { figures: served({ completedRate: 94 }) },
  RATE_OFF_TARGET: { figures: served({ scheduledRate: 90, completedRate: 90 }) }, // 3/√1000 = 9.5 %
  WINDOW_CUT_OFF: {
    policy: { ...policy, window: { minQueries: 2000, minSeconds: 1, maxSeconds: 10 } },
  },
  WINDOW_BELOW_MINIMUM: {
    policy: { ...policy, window: { minQueries: 10, minSeconds: 20, maxSeconds: 60 } },
  },
  TOO_FEW_SAMPLES: { figures: figures({ latency: null, serviceLatency: null }) },
  ROUNDS_MISSING: { reasons: { ...evidence().reasons, rounds: reason('ROUNDS_MISSING', 5, 2) } },
  RATE_OFF_BY_CHANCE: { figures: served({ scheduledRate: 93, completedRate: 93 }) },
  SHORTER_THAN_MLPERF: { policy: { ...policy, preset: 'ci' } },
  CLIENT_LATE: { figures: served({ late: { limitSeconds: 0.001, share: 0.02, worstSeconds: 0.1 } }) },
  CLIENT_OVERHEAD: { rounds: [round({ summary: { mean: 0.004 } })] },
  RECORDING_SLOWS: { proof: proof && { ...proof, recordingAudit: { ratio: 1.3, ci95: [1.2, 1.4], blocks: 24 } } },
  GENERATOR_WITHOUT_CORE: {
    figures: served(),
    rounds: [round({ measured: { generator: spinning } })],
  },
  TREND_UP: settled({ verdict: 'up', drift: 0.08 }),
  TREND_DOWN: settled({ verdict: 'down', drift: -0.08 }),
  LEVEL_SHIFT: settled({ verdict: 'up', levelShift: { atSeconds: 4, before: 0.01, after: 0.012, p: 0.001 } }),
  NO_PLATEAU: settled({ verdict: 'none', variation: 0.3 }),
  WARMUP_NOT_SETTLED: {
    rounds: [
      round({
        measured: { warmup: { queries: 500, seconds: 10, ended: 'no plateau' } },
        summary: { steadyState: { ...steady, verdict: 'none', variation: 0.3 } },
      }),
    ],
  },
  SAMPLER_LOST: { rounds: [round({ problems: [{ collector: null, code: 'SAMPLER_LOST', reason: 'It ended.' }] })] },
  COLLECTOR_LOST: { rounds: [round({ problems: [{ collector: 'nvidia', code: 'X', reason: 'It hung.' }] })] },
  TELEMETRY_GAP: watched({ longestGapSeconds: 3.5 }),
  TELEMETRY_ROWS_MISSING: watched({ rows: 49 }),
  OBSERVER_EFFECT: {
    figures: figures({
      observer: { blocks: { on: 20, off: 20 }, hertz: 10, p50: null, p99: { change: 0.02, ci95: [0.005, 0.04] } },
    }),
  },
  FOREIGN_LOAD: watched({ busyCores: 1.61 }), // 1.5 of its own and 5 % of two cores
  CPU_STEAL: watched({ stealShare: 0.02 }),
  CPU_THROTTLED: watched({ throttled: 0.01 }),
  CPU_CLOCK_FELL: watched({ cpuClock: { first: 3e9, last: 2.8e9 } }),
  DEVICE_CLOCK_FELL: onDevice({ clock: { first: 1.9e9, last: 1.7e9 } }),
  DEVICE_THROTTLED: onDevice({ throttling: [{ device: 'gpu0', reason: 'hardware slowdown', share: 0.1 }] }),
  DEVICE_POWER_CAPPED: onDevice({ throttling: [{ device: 'gpu0', reason: 'software power cap', share: 1 }] }),
  TEMPERATURE_ROSE: onDevice({ temperature: { first: 60, last: 66 } }),
  GOVERNOR_NOT_PERFORMANCE: {
    environment: { ...evidence().environment, cpu: { ...evidence().environment.cpu, governor: 'powersave' } },
  },
  NO_POWER_SAMPLES: withoutEnergy('NO_POWER_SAMPLES'),
  ENERGY_NOT_BRACKETED: withoutEnergy('ENERGY_NOT_BRACKETED'),
  ENERGY_GAP: withoutEnergy('ENERGY_GAP'),
  COUNTER_RESET: withoutEnergy('COUNTER_RESET'),
  DEVICES_CHANGED: withoutEnergy('DEVICES_CHANGED'),
  DEVICE_LOST: withoutEnergy('DEVICE_LOST'),
  SENSOR_LOST: withoutEnergy('SENSOR_LOST'),
  ENERGY_ESTIMATED: { figures: energy({ estimated: true }) },
  ENERGY_WINDOW_TOO_SHORT: {
    figures: energy({ sensorCoverage: 0.25 }),
    rounds: [round({ summary: { windowSeconds: 4.9, energy: partTime } })],
  },
  ENERGY_SENSORS_DISAGREE: {
    figures: energy(),
    rounds: [
      round({
        summary: {
          energy: {
            joules: 1000,
            meanPowerWatts: 100,
            devices: [
              {
                id: 'd0',
                kind: 'gpu',
                name: null,
                joules: 1000,
                meanPowerWatts: 100,
                method: 'counter',
                powerAgainstCounter: 0.94,
              },
            ],
          },
        },
      }),
    ],
  },
  ENERGY_OF_SHARED_DEVICE: { figures: energy(), rounds: [round({ watched: device({ foreignProcesses: 1 }) })] },
  ENERGY_SENSOR_PART_TIME: { figures: energy({ sensorCoverage: 0.25, sensorSource: 'a study', uncertainty: 0.06 }) },
  ACCURACY_LOST: { figures: figures({ accuracy: { metric: 'top1', value: 0.97, items: 1000, reference: 0.98 } }) },
  ACCURACY_BELOW_MINIMUM: { limits: { latency: null, accuracy: { ofReference: 0.99, minimum: 0.985 } } },
  ACCURACY_OF_FEW_ITEMS: {
    figures: figures({ accuracy: { metric: 'top1', value: 0.98, items: 50, reference: 0.98 } }),
  },
  NOT_IN_EFFECT: { reasons: { ...evidence().reasons, 'effective.threads': reason('NOT_IN_EFFECT', 2, '1') } },
  SOFTWARE_DEVICE: {
    figures: figures({
      backend: 'ort-webgpu',
      effective: {
        device: { value: 'SwiftShader (software, on a processor)', evidence: 'libraries of the process' },
        deviceKind: { value: 'software', evidence: 'libraries of the process' },
      },
    }),
  },
  PARTLY_ON_PROCESSOR: {
    figures: figures({
      backend: 'ort-cuda',
      effective: {
        deviceShareOfNodes: { value: 0.9991, evidence: 'profile' },
        deviceShareOfTime: { value: 0.75, evidence: 'profile' },
      },
    }),
  },
  POWER_LIMIT_NOT_HELD: {
    rounds: [round(), { ...round(), limitsNotHeld: [{ index: 0, watts: 250, heldWatts: 300 }] }],
  },
  NOT_VERIFIED: { reasons: { ...evidence().reasons, 'effective.fusion.value': reason('NOT_VERIFIED', 'on') } },
  ANSWERED_FROM_CACHE: audit(3, 2.5, 3.5),
  INPUTS_DO_NOT_VARY: { rounds: [round({ measured: { distinctItems: 1 } })] },
  FOREIGN_PROCESS_ON_DEVICE: {
    figures: figures({ backend: 'tensorrt' }),
    rounds: [round({ watched: device({ foreignProcesses: 2 }) })],
  },
  // 5 ms of transport beside 10 of service; the same tensors need 1.
  TRANSPORT_UNEXPLAINED: {
    figures: figures({ transport: { unit: 's', mean: 0.005, echo: 0.001, share: 1 / 3, inLatency: false } }),
  },
  ONE_ITEM_ONLY: {
    figures: figures({ data: { sha256: '0', items: 1 } }),
    rounds: [round({ measured: { distinctItems: 1 } })],
  },
  CACHING_NOT_AUDITED: { proof: null },
  CACHING_NOT_EXCLUDED: audit(1.02, 0.9, 1.2),
};

test('a case without a flaw has no findings, and every family with something to judge is valid', () => {
  const { verdicts, findings } = judgeCase(evidence(), new Reasons());
  expect(findings).toEqual([]);
  expect(verdicts).toEqual({
    load: 'valid',
    client: 'valid',
    steadyState: 'valid',
    telemetry: 'valid',
    energy: null,
    accuracy: 'valid',
    configuration: 'valid',
    integrity: 'valid',
  });
});

test.each(Object.keys(causes) as VerdictCodeName[])('%s is found where there is cause for it', (code) => {
  const reasons = new Reasons();
  const { verdicts, findings } = judgeCase(evidence(causes[code]), reasons);
  const found = findings.find((one) => one.code === code);
  const { family, severity } = verdictCodes[code];
  expect(found).toMatchObject({ family, severity });
  expect(found?.message).toMatch(/^\S.*\.$/);
  expect(found?.message).not.toMatch(/NaN|undefined|null/);
  if (severity !== 'note') expect(verdicts[family]).toBe(severity);
});

test('every code has a cause in this test', () => {
  expect(Object.keys(causes)).toEqual(Object.keys(verdictCodes));
});

test('the codes of a family stand together, the worst first', () => {
  const order = Object.values(verdictCodes).map(({ family, severity }) => `${family} ${severity}`);
  const runs = order.filter((one, index) => one !== order[index - 1]);
  expect(new Set(runs).size).toBe(runs.length);
  const rank = ['invalid', 'degraded', 'note'];
  for (const [index, entry] of Object.values(verdictCodes).entries()) {
    const before = Object.values(verdictCodes)[index - 1];
    if (before?.family !== entry.family) continue;
    expect(rank.indexOf(before.severity)).toBeLessThanOrEqual(rank.indexOf(entry.severity));
  }
});

test('a meaning and a next step are sentences', () => {
  for (const { means, nextStep } of Object.values(verdictCodes)) {
    expect(means).toMatch(/^[A-Z].*\.$/);
    expect(nextStep).toMatch(/^[A-Z].*\.$/);
  }
});

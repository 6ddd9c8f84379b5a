import type { Reason } from '../../results/events.ts';
import type { VerdictFamily, VerdictFinding } from '../../results/run.ts';

/** What a code stands for. One code has one severity: what is worse has a code of its own. */
export interface VerdictCode {
  readonly family: VerdictFamily;
  readonly severity: VerdictFinding['severity'];
  /** One sentence; `docs/verdicts.md` is written from it. */
  readonly means: string;
  /** What to do about it, with the option or command where there is one. */
  readonly nextStep: string;
}

/** Everything that a verdict can be about, in the order of the families, the worst first in each. */
export const verdictCodes = {
  OVER_SATURATED: {
    family: 'load',
    severity: 'invalid',
    means:
      'Load arrived faster than it was served: queries under way and latency both grew until the end, so that the latency is that of a growing queue.',
    nextStep:
      'Lower the `rate` of the scenario, or have the highest one that keeps the limit searched with `rate: search`.',
  },
  QUEUE_FULL: {
    family: 'load',
    severity: 'invalid',
    means: 'The queue of waiting queries was full and the load was stopped.',
    nextStep:
      'Lower the `rate` of the scenario, or have the highest one that keeps the limit searched with `rate: search`.',
  },
  UNSERVED: {
    family: 'load',
    severity: 'invalid',
    means:
      'Queries that were due in the window were never served, so that the slowest are missing from every percentile.',
    nextStep:
      'Lower the `rate` of the scenario, or have the highest one that keeps the limit searched with `rate: search`.',
  },
  CLOCKS_DISAGREE: {
    family: 'load',
    severity: 'invalid',
    means:
      'The wall clock and the monotonic clock differ by more than 1 % over the window (the bound of MLPerf LoadGen).',
    nextStep:
      'Find what sets the clock (`timedatectl`, `chronyc tracking`, a paused virtual machine) and measure again.',
  },
  CLOCKS_DIFFER: {
    family: 'load',
    severity: 'degraded',
    means:
      'The wall clock and the monotonic clock differ by more than 0.1 % over the window (the bound of MLPerf LoadGen).',
    nextStep: 'Let the clock settle (`timedatectl`, `chronyc tracking`) and measure again.',
  },
  RATE_NOT_KEPT: {
    family: 'load',
    severity: 'degraded',
    means: 'Fewer than 95 % of the queries that arrived a second were completed a second.',
    nextStep: 'Lower the `rate` of the scenario, or lengthen the window with `--set policy.window.min_duration=60s`.',
  },
  RATE_OFF_TARGET: {
    family: 'load',
    severity: 'degraded',
    means: 'The rate of the schedule is more than 5 % off the one that was asked for, and chance does not explain it.',
    nextStep:
      'Lengthen the window with `--set policy.window.min_duration=60s`, or set `normalise: true` on the arrivals.',
  },
  WINDOW_CUT_OFF: {
    family: 'load',
    severity: 'degraded',
    means: 'The window reached its greatest length before it had its least number of queries.',
    nextStep: 'Allow a longer window with `--set policy.window.max_duration=300s`.',
  },
  WINDOW_BELOW_MINIMUM: {
    family: 'load',
    severity: 'degraded',
    means: 'The load ended before the window had its least length.',
    nextStep: 'Give the scenario more load (a longer trace, a lower speed), or lower `policy.window.min_duration`.',
  },
  TOO_FEW_SAMPLES: {
    family: 'load',
    severity: 'degraded',
    means: 'There are fewer queries than even a median takes.',
    nextStep: 'Ask for more with `--set policy.window.min_queries=64`.',
  },
  ROUNDS_MISSING: {
    family: 'load',
    severity: 'note',
    means: 'Fewer rounds ended well than were asked for; the figures are of those.',
    nextStep: 'Give the run more time with `--max-time`, or look for what befell the rounds in the report.',
  },
  RATE_OFF_BY_CHANCE: {
    family: 'load',
    severity: 'note',
    means:
      'The rate of the schedule is more than 5 % off the one that was asked for, as random arrivals of so few queries are.',
    nextStep:
      'Ask for more queries with `--set policy.window.min_queries=3600`, or set `normalise: true` on the arrivals.',
  },
  SHORTER_THAN_MLPERF: {
    family: 'load',
    severity: 'note',
    means:
      'The policies `smoke` and `ci` measure far shorter than the 600 s of MLPerf Inference: for a look and for a gate, not for publication.',
    nextStep: 'For figures to publish take `--set policy.preset=thorough`.',
  },
  CLIENT_LATE: {
    family: 'client',
    severity: 'invalid',
    means:
      'The load generator sent more than 1 % of the queries more than 1 ms late: the client is saturated, and what was measured is not the system alone.',
    nextStep:
      'Free a core for the generator (`--threads` one lower, nothing else on the machine), or lower the `rate`.',
  },
  CLIENT_OVERHEAD: {
    family: 'client',
    severity: 'degraded',
    means: 'More than half of the time was spent in the load generator and not in the system.',
    nextStep: 'Take larger queries (`--batch-size`), or more at once (a `closed_loop` scenario).',
  },
  GENERATOR_WITHOUT_CORE: {
    family: 'client',
    severity: 'degraded',
    means: 'The load generator had no core of its own.',
    nextStep: 'Leave it one with `--threads` at most the number of cores minus one.',
  },
  TREND_UP: {
    family: 'steadyState',
    severity: 'degraded',
    means: 'The latency rose until the end of the window.',
    nextStep:
      'Warm up longer with `--set policy.warmup.min_duration=30s`; where it goes on, look for throttling, a leak or a growing queue.',
  },
  TREND_DOWN: {
    family: 'steadyState',
    severity: 'degraded',
    means: 'The latency fell until the end of the window: the warm-up was not over.',
    nextStep: 'Warm up longer with `--set policy.warmup.min_duration=30s`.',
  },
  LEVEL_SHIFT: {
    family: 'steadyState',
    severity: 'degraded',
    means: 'The latency changed from one level to another within the window.',
    nextStep:
      'Look for what changed then (other work on the machine, clocks, temperature) in the charts of the report, and measure again.',
  },
  NO_PLATEAU: {
    family: 'steadyState',
    severity: 'degraded',
    means: 'The latency never settled within the window. That is a result: such a system has no steady state to quote.',
    nextStep: 'Lengthen the window with `--set policy.window.min_duration=30s`, and quiet the machine.',
  },
  WARMUP_NOT_SETTLED: {
    family: 'steadyState',
    severity: 'degraded',
    means:
      'The warm-up reached its greatest length before the latency had settled, and the window that followed does not show a plateau either.',
    nextStep: 'Allow a longer warm-up with `--set policy.warmup.max_duration=60s`.',
  },
  SAMPLER_LOST: {
    family: 'telemetry',
    severity: 'degraded',
    means: 'The sampler process was lost: the machine was not watched to the end.',
    nextStep: 'Read the problem in `telemetryProblems` of `run.json`, check `npx dyno doctor`, and measure again.',
  },
  COLLECTOR_LOST: {
    family: 'telemetry',
    severity: 'degraded',
    means: 'A collector was lost during a round: its columns end there.',
    nextStep: 'Read the problem in `telemetryProblems` of `run.json`, check `npx dyno doctor`, and measure again.',
  },
  TELEMETRY_GAP: {
    family: 'telemetry',
    severity: 'degraded',
    means: 'No sample was taken for more than 3 s within a window.',
    nextStep: 'Leave the sampler some CPU time (`--threads` one lower), or look for what stopped the machine.',
  },
  TELEMETRY_ROWS_MISSING: {
    family: 'telemetry',
    severity: 'degraded',
    means: 'Fewer than half of the samples that the rate asks for were taken.',
    nextStep:
      'Sample less often with `--set policy.sampling_hertz=2`, or leave the sampler some CPU time (`--threads` one lower).',
  },
  OBSERVER_EFFECT: {
    family: 'telemetry',
    severity: 'degraded',
    means:
      'Sampling the machine makes the latency more than 1 % longer, and its interval excludes that this is chance.',
    nextStep: 'Sample less often with `--set policy.sampling_hertz=1`.',
  },
  FOREIGN_LOAD: {
    family: 'telemetry',
    severity: 'degraded',
    means: 'Other work kept more than 5 % of the cores of the machine busy during a window.',
    nextStep: 'End other programs (`top` shows them), or measure on a machine of its own.',
  },
  CPU_STEAL: {
    family: 'telemetry',
    severity: 'degraded',
    means: 'The hypervisor gave more than 1 % of the cores’ time to other machines during a window.',
    nextStep: 'Measure on a dedicated host or on bare metal.',
  },
  CPU_THROTTLED: {
    family: 'telemetry',
    severity: 'degraded',
    means: 'The CPU quota of the control group kept threads from running during a window.',
    nextStep: 'Raise the quota (`docker run --cpus`, `resources.limits.cpu`), or ask for fewer `--threads`.',
  },
  CPU_CLOCK_FELL: {
    family: 'telemetry',
    severity: 'degraded',
    means: 'The clock of the cores was more than 5 % lower in the last third of a window than in the first.',
    nextStep: 'Fix the clock with `cpupower frequency-set -g performance` and switch boost off, or cool the machine.',
  },
  DEVICE_CLOCK_FELL: {
    family: 'telemetry',
    severity: 'degraded',
    means: 'The clock of a device was more than 5 % lower in the last third of a window than in the first.',
    nextStep: 'Lock the clock with `nvidia-smi -lgc`, and let the device cool down before.',
  },
  DEVICE_THROTTLED: {
    family: 'telemetry',
    severity: 'degraded',
    means: 'A device slowed itself down for heat, for its power supply or for a fault.',
    nextStep: 'Cool the device, and lock a clock that it can hold with `nvidia-smi -lgc`.',
  },
  DEVICE_POWER_CAPPED: {
    family: 'telemetry',
    severity: 'note',
    means: 'A device held its clock down to keep its power limit, as many do under full load.',
    nextStep: 'Quote the power limit with the figures, or lock a clock below it with `nvidia-smi -lgc`.',
  },
  TEMPERATURE_ROSE: {
    family: 'telemetry',
    severity: 'note',
    means: 'A device was more than 5 °C hotter in the last third of a window than in the first.',
    nextStep: 'Warm up longer with `--set policy.warmup.min_duration=60s`, so that the window is of the hot device.',
  },
  GOVERNOR_NOT_PERFORMANCE: {
    family: 'telemetry',
    severity: 'note',
    means: 'The CPU frequency governor is not `performance`: the clock follows the load.',
    nextStep: 'Set it with `cpupower frequency-set -g performance`.',
  },
  NO_POWER_SAMPLES: {
    family: 'energy',
    severity: 'invalid',
    means: 'There is a power sensor, and it gave no figure.',
    nextStep: 'Check the sensor with `npx dyno doctor`.',
  },
  ENERGY_NOT_BRACKETED: {
    family: 'energy',
    severity: 'invalid',
    means: 'No sample of power lies before, or none after, the window.',
    nextStep: 'Measure again; where it happens again, check the sensor with `npx dyno doctor`.',
  },
  ENERGY_GAP: {
    family: 'energy',
    severity: 'invalid',
    means: 'The power sensor paused for more than 3 s within the window.',
    nextStep: 'Check the sensor with `npx dyno doctor`, and leave the sampler some CPU time.',
  },
  COUNTER_RESET: {
    family: 'energy',
    severity: 'invalid',
    means: 'The energy counter fell during a round.',
    nextStep: 'Measure again.',
  },
  DEVICES_CHANGED: {
    family: 'energy',
    severity: 'invalid',
    means: 'The devices that were sampled are not the same in all rounds.',
    nextStep: 'Keep the devices as they are while a run lasts, and measure again.',
  },
  DEVICE_LOST: {
    family: 'energy',
    severity: 'invalid',
    means: 'A device was lost, or reported no more while others did.',
    nextStep: 'Look for the device in `dmesg` and with `npx dyno doctor`.',
  },
  SENSOR_LOST: {
    family: 'energy',
    severity: 'invalid',
    means: 'The tool that reads the sensor hung, ended, or printed what cannot be read.',
    nextStep: 'Check the tool with `npx dyno doctor`, and measure again.',
  },
  ENERGY_ESTIMATED: {
    family: 'energy',
    severity: 'degraded',
    means: 'A part of the energy is an estimate and not a measurement.',
    nextStep: 'Read a sensor: `npx dyno doctor` says which there are and what keeps them from being read.',
  },
  ENERGY_SENSORS_DISAGREE: {
    family: 'energy',
    severity: 'degraded',
    means: 'The energy counter of a device and the integral of its power differ by more than 5 %.',
    nextStep: 'Lengthen the window with `--set policy.window.min_duration=30s`; the counter is the one that is quoted.',
  },
  ENERGY_OF_SHARED_DEVICE: {
    family: 'energy',
    severity: 'degraded',
    means: 'Other processes were on a device whose energy is counted.',
    nextStep: 'End them: `nvidia-smi --query-compute-apps=pid,name --format=csv` lists them.',
  },
  ACCURACY_LOST: {
    family: 'accuracy',
    severity: 'invalid',
    means:
      'The accuracy is below the share of the reference that the limit asks for; the speed of wrong answers counts nowhere.',
    nextStep: 'Take another precision (`--precision`), or allow the loss with `--set limits.accuracy.of_reference`.',
  },
  ACCURACY_BELOW_MINIMUM: {
    family: 'accuracy',
    severity: 'invalid',
    means: 'The accuracy is below the least that the suite asks for.',
    nextStep: 'Take another precision (`--precision`) or model, or lower `limits.accuracy.minimum`.',
  },
  ACCURACY_OF_FEW_ITEMS: {
    family: 'accuracy',
    severity: 'note',
    means: 'The accuracy is of so few items that a single one decides the limit.',
    nextStep: 'Take more labelled items, and allow them with `--set policy.accuracy_items=2000`.',
  },
  NOT_IN_EFFECT: {
    family: 'configuration',
    severity: 'invalid',
    means: 'What was asked for did not take effect: the figures are of another configuration than their case says.',
    nextStep: 'Ask for what the backend can do: the section on what took effect in the report names it.',
  },
  NOT_VERIFIED: {
    family: 'configuration',
    severity: 'note',
    means: 'Nothing shows whether a setting took effect.',
    nextStep: 'Measure with `--set policy.proof=true`; what the engine does not tell stays open.',
  },
  ANSWERED_FROM_CACHE: {
    family: 'integrity',
    severity: 'invalid',
    means:
      'The same input again and again is answered more than 10 % faster than inputs that vary (the idea of MLPerf’s TEST04): answers come out of a memory.',
    nextStep: 'Switch the cache of the engine or server off.',
  },
  INPUTS_DO_NOT_VARY: {
    family: 'integrity',
    severity: 'degraded',
    means: 'All queries of a round held the same item although the workload has more.',
    nextStep: 'Take smaller batches, or `--scope request`, so that more items fit.',
  },
  FOREIGN_PROCESS_ON_DEVICE: {
    family: 'integrity',
    severity: 'degraded',
    means: 'Other processes computed on a device of this machine before or after the round.',
    nextStep: 'End them: `nvidia-smi --query-compute-apps=pid,name --format=csv` lists them.',
  },
  ONE_ITEM_ONLY: {
    family: 'integrity',
    severity: 'note',
    means: 'The workload has one item, which every query held.',
    nextStep: 'Give the workload more items.',
  },
  CACHING_NOT_AUDITED: {
    family: 'integrity',
    severity: 'note',
    means: 'Nobody looked whether the same input again is answered faster than inputs that vary.',
    nextStep: 'Measure with `--set policy.proof=true`; chains of models and runs of more than 0.25 s are not audited.',
  },
  CACHING_NOT_EXCLUDED: {
    family: 'integrity',
    severity: 'note',
    means: 'The audit for caching is too noisy to exclude that the same input again is answered 10 % faster.',
    nextStep: 'Quiet the machine and measure again.',
  },
} as const satisfies Readonly<Record<string, VerdictCode>>;

export type VerdictCodeName = keyof typeof verdictCodes;

/** What a finding says beyond its code. `nextStep`: a better one than the code's own, with the figures of the case. */
export interface FindingFacts {
  readonly need: Reason['need'];
  readonly have: Reason['have'];
  readonly round?: number;
  readonly message: string;
  readonly nextStep?: string;
}

export function finding(code: VerdictCodeName, { need, have, round, message, nextStep }: FindingFacts): VerdictFinding {
  const { family, severity, nextStep: usual } = verdictCodes[code];
  return { family, severity, code, need, have, round: round ?? null, message, nextStep: nextStep ?? usual };
}

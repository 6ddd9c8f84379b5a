import type { VerdictCode } from './verdict-code.ts';

/** Codes of the machine and of the sensors that watched it, the worst first in each family. */
export const machineCodes = {
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
    nextStep:
      'Warm up longer with `--set policy.warmup.min_duration=30s --set policy.warmup.max_duration=60s`, so that the window is of the hot device.',
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
  ENERGY_WINDOW_TOO_SHORT: {
    family: 'energy',
    severity: 'degraded',
    means:
      'A power sensor looks at a part of the time only, and a window was shorter than the 5 s that it takes to see enough.',
    nextStep: 'Lengthen the window with `--set policy.window.min_duration=5s`, and take several rounds.',
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
  ENERGY_SENSOR_PART_TIME: {
    family: 'energy',
    severity: 'note',
    means: 'A power sensor looks at a part of the time only: what the device drew in the rest is taken to be the same.',
    nextStep:
      'Quote the share with the figure, and take several rounds of 5 s or more, which begin at another moment each.',
  },
} as const satisfies Readonly<Record<string, VerdictCode>>;

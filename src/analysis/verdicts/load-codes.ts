import type { VerdictCode } from './verdict-code.ts';

/** Codes of how load arrived and was generated, and of whether the system settled under it, the worst first in each family. */
export const loadCodes = {
  OVER_SATURATED: {
    family: 'load',
    severity: 'invalid',
    means:
      'Load arrived faster than it was served: queries under way and latency both grew until the end, so that the latency is that of a growing queue.',
    nextStep:
      'Lower the rate (`--rate`), or have the highest one that keeps the latency limit searched with `--rate search`.',
  },
  QUEUE_FULL: {
    family: 'load',
    severity: 'invalid',
    means: 'The queue of waiting queries was full and the load was stopped.',
    nextStep:
      'Lower the rate (`--rate`), or have the highest one that keeps the latency limit searched with `--rate search`.',
  },
  UNSERVED: {
    family: 'load',
    severity: 'invalid',
    means:
      'Queries that were due in the window were never served, so that the slowest are missing from every percentile.',
    nextStep:
      'Lower the rate (`--rate`), or have the highest one that keeps the latency limit searched with `--rate search`.',
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
    nextStep: 'Lower the rate (`--rate`), or lengthen the window with `--set policy.window.min_duration=60s`.',
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
    nextStep: 'For figures to publish take `--policy thorough`.',
  },
  CLIENT_LATE: {
    family: 'client',
    severity: 'invalid',
    means:
      'The load generator sent more than 1 % of the queries more than 1 ms late: the client is saturated, and what was measured is not the system alone.',
    nextStep:
      'Free a core for the generator (`--threads` one lower, nothing else on the machine), or lower the rate (`--rate`).',
  },
  CLIENT_OVERHEAD: {
    family: 'client',
    severity: 'degraded',
    means: 'More than half of the time was spent in the load generator and not in the system.',
    nextStep: 'Take larger queries (`--batch-size`), or more at once (a `closed_loop` scenario).',
  },
  RECORDING_SLOWS: {
    family: 'client',
    severity: 'degraded',
    means:
      'Taking the queries down makes the time from one to the next more than 10 % longer than without (the idea of MLPerf’s TEST01): the throughput is lower than that of the system.',
    nextStep: 'Take larger queries (`--batch-size`).',
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
    means: 'The latency, or the time from one completion to the next, rose until the end of the window.',
    nextStep:
      'Warm up longer with `--set policy.warmup.min_duration=30s --set policy.warmup.max_duration=60s`; where it goes on, look for throttling, a leak or a growing queue.',
  },
  TREND_DOWN: {
    family: 'steadyState',
    severity: 'degraded',
    means:
      'The latency, or the time from one completion to the next, fell until the end of the window: the warm-up was not over.',
    nextStep: 'Warm up longer with `--set policy.warmup.min_duration=30s --set policy.warmup.max_duration=60s`.',
  },
  LEVEL_SHIFT: {
    family: 'steadyState',
    severity: 'degraded',
    means:
      'The latency, or the time from one completion to the next, changed from one level to another within the window.',
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
} as const satisfies Readonly<Record<string, VerdictCode>>;

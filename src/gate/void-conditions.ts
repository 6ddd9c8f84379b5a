import type { Reason } from '../results/events.ts';
import type { Arm, GpuConditions, Observation, Pair } from './pair.ts';
import type { ConditionLimits } from './settings.ts';

/**
 * Flags of a device that protects itself: never the doing of the code that is compared. Names of nvidia-smi. The last one is set with either of the
 * hardware's others, and alone by devices that tell no more.
 */
const thermalFlags = ['hw_thermal_slowdown', 'sw_thermal_slowdown', 'hw_power_brake_slowdown', 'hw_slowdown'];

/**
 * Why a pair says nothing of its two versions: a process failed, or the machine was not the same for both or not ours alone. The first reason
 * that applies, with the limit and what was seen; null for a valid pair. Conditions that could not be read void nothing.
 */
export function voidReason(pair: Pair, limits: ConditionLimits): Reason | null {
  const { base, head } = pair;
  if (base.outcome === 'failed') return { code: 'BASE_FAILED', need: null, have: `${base.code}: ${base.message}` };
  if (head.outcome === 'failed') return { code: 'HEAD_FAILED', need: null, have: `${head.code}: ${head.message}` };
  const arms: readonly (readonly [Arm, Observation])[] = [
    ['base', base],
    ['head', head],
  ];
  for (const [arm, observation] of arms) {
    const reason = processorReason(arm, observation, limits) ?? deviceReason(arm, observation, limits);
    if (reason !== null) return reason;
  }
  for (const ofBase of base.conditions.gpus) {
    const ofHead = head.conditions.gpus.find(({ index }) => index === ofBase.index);
    const reason = ofHead === undefined ? null : differenceReason(ofBase, ofHead, limits);
    if (reason !== null) return reason;
  }
  return null;
}

function processorReason(arm: Arm, { conditions }: Observation, limits: ConditionLimits): Reason | null {
  const { stealShare, throttledPeriods, foreignCpuShare, foreignProcesses } = conditions;
  if (stealShare !== null && stealShare > limits.stealShare) {
    return { code: 'CPU_STEAL', need: limits.stealShare, have: `${arm}: ${stealShare}` };
  }
  if (throttledPeriods !== null && throttledPeriods > limits.throttledPeriods) {
    return { code: 'CPU_THROTTLED', need: limits.throttledPeriods, have: `${arm}: ${throttledPeriods}` };
  }
  if (foreignCpuShare !== null && foreignCpuShare > limits.foreignCpuShare) {
    const names = foreignProcesses.length === 0 ? '' : ` (${foreignProcesses.join(', ')})`;
    return { code: 'FOREIGN_CPU', need: limits.foreignCpuShare, have: `${arm}: ${foreignCpuShare}${names}` };
  }
  return null;
}

function deviceReason(arm: Arm, { conditions }: Observation, limits: ConditionLimits): Reason | null {
  for (const { index, throttleShares, foreignProcesses, idleUtilisation } of conditions.gpus) {
    const flag = thermalFlags.find((name) => (throttleShares[name] ?? 0) > 0);
    if (flag !== undefined) return { code: 'GPU_THERMAL', need: 0, have: `${arm}, GPU ${index}: ${flag}` };
    if (foreignProcesses !== null && foreignProcesses > 0) {
      return { code: 'GPU_FOREIGN_PROCESS', need: 0, have: `${arm}, GPU ${index}: ${foreignProcesses}` };
    }
    if (idleUtilisation !== null && idleUtilisation > limits.idleUtilisation) {
      return { code: 'GPU_BUSY', need: limits.idleUtilisation, have: `${arm}, GPU ${index}: ${idleUtilisation}` };
    }
  }
  return null;
}

/** A device that is held at its power limit is at work; held in one arm alone, the arms had different devices. */
function differenceReason(base: GpuConditions, head: GpuConditions, limits: ConditionLimits): Reason | null {
  const capped = [base, head].flatMap(({ throttleShares }) => throttleShares.sw_power_cap ?? []);
  if (capped.length === 2 && capped.filter((share) => share > limits.powerCapShare).length === 1) {
    const have = `GPU ${base.index}: base ${capped[0]}, head ${capped[1]}`;
    return { code: 'GPU_POWER_CAP', need: limits.powerCapShare, have };
  }
  const [ofBase, ofHead] = [base.smClockHertz, head.smClockHertz];
  if (ofBase === null || ofHead === null) return null;
  if (Math.abs(ofBase - ofHead) > limits.smClockDifference * Math.min(ofBase, ofHead)) {
    const have = `GPU ${base.index}: base ${ofBase / 1e6} MHz, head ${ofHead / 1e6} MHz`;
    return { code: 'GPU_CLOCKS', need: limits.smClockDifference, have };
  }
  return null;
}

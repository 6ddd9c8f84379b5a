import type { Reason } from '../../results/events.ts';
import type { VerdictFinding } from '../../results/run.ts';
import { formatNumber, formatPercent, formatSeconds } from '../../units/format.ts';
import { wallSeconds } from '../transport.ts';
import type { Change, WatchedDevice, WatchedMachine } from '../watched-machine.ts';
import { type Evidence, type Judgement, judged, notJudged, processorBackends, type RoundEvidence } from './evidence.ts';
import { finding } from './verdict-codes.ts';

/** Longer gaps than M20 of the measuring rules allows. */
const longestGapSeconds = 3;
/** Bounds of our own, as the documentation of verdicts states them. */
const leastRowShare = 0.5;
const foreignShare = 0.05;
const stealShare = 0.01;
const clockFall = 0.05;
const temperatureRise = 5;
const observerChange = 0.01;
/** A thousandth of the window: what less than that changes cannot be seen. */
const throttledShare = 0.001;

/** Whether the machine was watched without gaps, undisturbed by the watching and by others (M23, M24, M31 of the measuring rules). */
export function judgeTelemetry(evidence: Evidence): Judgement {
  const { rounds, policy } = evidence;
  const lost = rounds.flatMap(problems);
  const watched = rounds.flatMap((round) =>
    'code' in round.watched ? [] : watchedFindings(round, round.watched, evidence),
  );
  const findings = [...lost, ...watched, ...observer(evidence), ...governor(evidence)];
  if (policy.samplingHertz === 0) return notJudged({ code: 'SAMPLING_OFF', need: null, have: 0 }, findings);
  const unwatched = rounds.flatMap(({ watched: machine }) => notSeen(machine) ?? [])[0];
  return unwatched === undefined ? judged(findings) : notJudged(unwatched, findings);
}

/** Why nothing is known of what others did in the window of a round; null: something is. */
function notSeen(machine: WatchedMachine | Reason): Reason | null {
  if ('code' in machine) return machine;
  if (machine.rows === 0) return { code: 'NO_SAMPLES_IN_WINDOW', need: 1, have: 0 };
  return machine.busyCores === null ? { code: 'CPU_NOT_SAMPLED', need: null, have: null } : null;
}

function problems({ round, problems: lost }: RoundEvidence): VerdictFinding[] {
  return lost.map(({ collector, code, reason }) =>
    collector === null
      ? finding('SAMPLER_LOST', { need: null, have: code ?? null, round, message: reason })
      : finding('COLLECTOR_LOST', {
          need: null,
          have: collector,
          round,
          message: `The collector ${collector} was lost: ${reason}`,
        }),
  );
}

function watchedFindings(round: RoundEvidence, machine: WatchedMachine, evidence: Evidence): VerdictFinding[] {
  return [
    ...coverage(round, machine, evidence),
    ...others(round, machine, evidence),
    ...cpuClock(round, machine),
    // Whatever befalls an accelerator, a backend of the processor does not notice.
    ...(processorBackends.has(evidence.figures.backend)
      ? []
      : machine.devices.flatMap((device) => deviceFindings(round, device))),
  ];
}

function coverage({ round }: RoundEvidence, machine: WatchedMachine, { policy }: Evidence): VerdictFinding[] {
  const { rows, longestGapSeconds: gap, sampledSeconds } = machine;
  if (gap > longestGapSeconds) {
    const message = `For ${formatSeconds(gap)} of the window no sample was taken.`;
    const isAskedFor = policy.samplingHertz * longestGapSeconds < 1;
    const nextStep = isAskedFor ? { nextStep: 'Sample more often, with `--set policy.sampling_hertz=1`.' } : {};
    return [finding('TELEMETRY_GAP', { need: longestGapSeconds, have: gap, round, message, ...nextStep })];
  }
  const expected = Math.floor(sampledSeconds * (machine.hertz ?? policy.samplingHertz));
  if (rows >= leastRowShare * expected) return [];
  const message = `${rows} samples were taken in the window, and the rate makes ${expected}.`;
  return [finding('TELEMETRY_ROWS_MISSING', { need: expected, have: rows, round, message })];
}

/** What the processor did for others. */
function others({ round, measured }: RoundEvidence, machine: WatchedMachine, evidence: Evidence): VerdictFinding[] {
  const findings: VerdictFinding[] = [];
  const { logicalCores } = evidence.environment.cpu;
  const { busyCores, throttled } = machine;
  // The load generator is ours, and its time is in neither of the other two.
  const { cpu, generator } = measured;
  const own = (cpu.userSeconds + cpu.systemSeconds + (generator?.cpuSeconds ?? 0)) / wallSeconds(measured);
  if (busyCores !== null && busyCores - own > foreignShare * logicalCores) {
    const have = busyCores - own;
    const message = `Other work kept ${have.toFixed(2)} of ${logicalCores} cores busy during the window.`;
    findings.push(finding('FOREIGN_LOAD', { need: foreignShare * logicalCores, have, round, message }));
  }
  if (machine.stealShare !== null && machine.stealShare > stealShare) {
    const message = `The hypervisor gave ${formatPercent(machine.stealShare)} of the cores to other machines during the window.`;
    findings.push(finding('CPU_STEAL', { need: stealShare, have: machine.stealShare, round, message }));
  }
  if (throttled !== null && throttled > throttledShare) {
    const message = `The CPU quota kept threads from running for ${formatSeconds(throttled)} in a second of the window.`;
    findings.push(finding('CPU_THROTTLED', { need: throttledShare, have: throttled, round, message }));
  }
  return findings;
}

function cpuClock({ round }: RoundEvidence, { cpuClock: clock }: WatchedMachine): VerdictFinding[] {
  const fall = fallOf(clock);
  if (fall === null) return [];
  const message = `The clock of the cores fell by ${formatPercent(fall)} within the window.`;
  return [finding('CPU_CLOCK_FELL', { need: clockFall, have: fall, round, message })];
}

/** The share by which it fell, where that is more than the bound. */
function fallOf(change: Change | null): number | null {
  if (change === null || !(change.first > 0)) return null;
  const fall = 1 - change.last / change.first;
  return fall > clockFall ? fall : null;
}

const powerCap = 'software power cap';

function deviceFindings({ round }: RoundEvidence, watched: WatchedDevice): VerdictFinding[] {
  const { device, clock, temperature, throttling } = watched;
  const findings: VerdictFinding[] = [];
  for (const { reason, share } of throttling) {
    const message = `${device} was slowed down by ${reason} for ${formatPercent(share)} of the window.`;
    const code = reason === powerCap ? 'DEVICE_POWER_CAPPED' : 'DEVICE_THROTTLED';
    findings.push(finding(code, { need: 0, have: share, round, message }));
  }
  const fall = fallOf(clock);
  if (fall !== null) {
    const message = `The clock of ${device} fell by ${formatPercent(fall)} within the window.`;
    findings.push(finding('DEVICE_CLOCK_FELL', { need: clockFall, have: fall, round, message }));
  }
  const rise = temperature === null ? 0 : temperature.last - temperature.first;
  if (rise > temperatureRise) {
    const message = `${device} became ${formatNumber(Number(rise.toFixed(1)))} °C hotter within the window.`;
    findings.push(finding('TEMPERATURE_ROSE', { need: temperatureRise, have: rise, round, message }));
  }
  return findings;
}

/** An effect is real when its whole interval lies above zero. */
function observer({ figures: { observer: effect } }: Evidence): VerdictFinding[] {
  if (effect == null) return [];
  for (const [name, measured] of [
    ['p99', effect.p99],
    ['median', effect.p50],
  ] as const) {
    if (measured === null || !(measured.change > observerChange && measured.ci95[0] > 0)) continue;
    const [low, high] = measured.ci95.map(formatPercent);
    const message = `Sampling at ${formatNumber(effect.hertz)} Hz makes the ${name} ${formatPercent(measured.change)} longer (95 %: ${low} to ${high}).`;
    const nextStep = `Sample less often with \`--set policy.sampling_hertz=${Math.max(0.5, effect.hertz / 2)}\`.`;
    return [finding('OBSERVER_EFFECT', { need: observerChange, have: measured.change, message, nextStep })];
  }
  return [];
}

function governor({ environment }: Evidence): VerdictFinding[] {
  const { governor: have } = environment.cpu;
  if (have === null || have === 'performance') return [];
  const message = `The CPU frequency governor is "${have}": the clock follows the load.`;
  return [finding('GOVERNOR_NOT_PERFORMANCE', { need: 'performance', have, message })];
}

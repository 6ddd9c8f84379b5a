import type { IdenticalArms } from '../analysis/identical-arms.ts';
import { formatCount, formatPercent, formatSeconds } from '../units/format.ts';
import type { MeasuredMachine } from './measured-machine.ts';
import { wrapText } from './wrap-text.ts';

const width = 100;
const widthOfName = 10;
/** More of this belongs to others than should while something is measured. */
const mostForeignCores = 0.1;
const mostSteal = 0.01;
/** More queries late than this, and the load generator is what is measured (M9 of the measuring rules). */
const mostLate = 0.01;

/** What was measured of a machine, for a person: a paragraph a part, with what to do where something can be done. */
export function describeMachine(machine: MeasuredMachine): string {
  const parts: [string, readonly string[]][] = [
    ['Noise', noise(machine)],
    ['Load', load(machine)],
    ['Arrivals', arrivals(machine)],
    ['Timers', timers(machine)],
    ['Sampling', sampling(machine)],
    ['Cores', cores(machine)],
  ];
  const lines = parts.flatMap(([name, sentences]) =>
    wrapText(sentences.join(' '), width - widthOfName)
      .split('\n')
      .map((line, index) => `${(index === 0 ? name : '').padEnd(widthOfName)}${line}`),
  );
  return `${lines.join('\n')}\n\nMeasured in ${formatSeconds(machine.seconds)}.\n`;
}

function noise({ noise: found, reasons }: MeasuredMachine): string[] {
  if (found === null) return [missing(reasons.noise)];
  const { p50, throughput } = found;
  return [
    `On this machine a difference below ${rounded(p50.resolvable)} in the median latency, or below ${rounded(throughput.resolvable)} in throughput, cannot be seen with five rounds.`,
    `Two identical arms of ${p50.roundsPerArm} rounds came out ${armsApart(p50)} in the median and ${armsApart(throughput)} in throughput; the rounds of one arm spread by ${rounded(p50.spread)}.`,
  ];
}

function armsApart({ difference, ci95 }: IdenticalArms): string {
  const sign = difference > 0 ? '+' : '';
  return `${sign}${rounded(difference)} apart (95 %: ${rounded(ci95[0])} to ${rounded(ci95[1])})`;
}

function load({ foreignLoad, reasons }: MeasuredMachine): string[] {
  if (foreignLoad === null) return [missing(reasons.foreignLoad)];
  const { cores, busiest, stealRatio } = foreignLoad;
  const culprit = busiest === null ? '' : `, most of all ${busiest.name}`;
  const steal = Number.isNaN(stealRatio)
    ? ''
    : `; the hypervisor gave ${rounded(stealRatio)} of them to other machines`;
  return [
    `Meanwhile others kept ${digits(cores)} cores busy${cores >= mostForeignCores ? culprit : ''}${steal}.`,
    ...(cores >= mostForeignCores
      ? ['End other programs and measure again: their work is in all of these figures.']
      : []),
    ...(stealRatio > mostSteal ? ['Take a machine with dedicated cores for figures that are to be compared.'] : []),
  ];
}

function arrivals({ arrivals: found, reasons }: MeasuredMachine): string[] {
  if (found === null) return [missing(reasons.arrivals)];
  const { targetRate, lateShare, limitSeconds, p50, p99, worst } = found;
  return [
    `Of ${formatCount(targetRate)} arrivals a second, ${rounded(lateShare)} were sent more than ${formatSeconds(limitSeconds)} late: half within ${formatSeconds(p50)}${p99 === null ? '' : `, 99 % within ${formatSeconds(p99)}`}, the worst after ${formatSeconds(worst)}.`,
    ...(lateShare > mostLate
      ? [
          'That is more than 1 %: `server` scenarios would measure the load generator here. Free a core for it, or lower the rate.',
        ]
      : []),
  ];
}

function timers({ timers: found, reasons }: MeasuredMachine): string[] {
  if (found === null) return [missing(reasons.timers)];
  const { timer, blocked, spinning, clockStepSeconds } = found;
  const taken = ({ p50, p99 }: typeof timer): string => `${formatSeconds(p50)} (99 %: ${formatSeconds(p99)})`;
  return [
    `To wait ${formatSeconds(timer.askedSeconds)} takes ${taken(timer)} by setTimeout, ${taken(blocked)} asleep, ${taken(spinning)} spinning; the clock steps by ${formatSeconds(clockStepSeconds)}.`,
  ];
}

function sampling({ sampler: found, reasons }: MeasuredMachine): string[] {
  if (found === null) return [missing(reasons.sampler)];
  const { hertz, cores, secondsPerSample, collectors } = found;
  const what = `${hertz} times a second by ${collectors.join(', ')}`;
  if (cores === null || secondsPerSample === null)
    return [`To sample ${what} works; this system does not tell its CPU time.`];
  return [
    `To sample ${what} takes ${rounded(cores)} of one core, ${formatSeconds(secondsPerSample)} a sample. What that does to latencies is measured in every run that has the blocks for it.`,
  ];
}

function cores({ cores: { logical, allowed, available, governor } }: MeasuredMachine): string[] {
  const pinned =
    allowed < logical ? `this process is pinned to ${allowed} of them` : 'this process may run on all of them';
  const quota = available < allowed ? `, and the quota of the container pays for ${available}` : '';
  const clock = governor === null ? 'the kernel does not say how their clock is governed' : `governor "${governor}"`;
  return [
    `${logical} cores; ${pinned}${quota}; ${clock}.`,
    ...(governor === null || governor === 'performance' ? [] : ['Steady: sudo cpupower frequency-set -g performance']),
  ];
}

function missing(reason: MeasuredMachine['reasons'][string] | undefined): string {
  return `Not measured: ${reason?.message ?? 'the reason is not known'} (${reason?.code ?? 'UNKNOWN'})`;
}

/** Two digits: noise is not known better. */
function rounded(share: number): string {
  return formatPercent(Number(share.toPrecision(2))).replace(/(\.\d*?)0+ %$/, (_, fraction: string) =>
    fraction === '.' ? ' %' : `${fraction} %`,
  );
}

function digits(value: number): string {
  return String(Number(value.toPrecision(2)));
}

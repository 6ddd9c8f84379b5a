import type { Reason } from '../results/events.ts';
import type { ObserverEffect } from '../results/run.ts';

/**
 * What sampling did to the latency, in one line for people, such as `sampling at 10 Hz changes p50 by +0.2 % (95 %: −0.5 to 0.9 %)`. An interval
 * that holds 0 also says how great a change could hide in it.
 */
export function observerText(effect: ObserverEffect | Reason): string {
  if ('code' in effect) return `what sampling does to the latency is not known: ${reasonText(effect)}`;
  const parts = (['p50', 'p99'] as const).flatMap((figure) => {
    const change = effect[figure];
    return change === null ? [] : [`${figure} by ${changeText(change)}`];
  });
  return `sampling at ${Number(effect.hertz.toPrecision(3))} Hz changes ${parts.join(', ')}`;
}

function changeText({ change, ci95: [low, high] }: NonNullable<ObserverEffect['p50']>): string {
  const interval = `95 %: ${percent(low)} to ${percent(high)} %`;
  const sign = change > 0 ? '+' : '';
  if (low > 0 || high < 0) return `${sign}${percent(change)} % (${interval})`;
  return `${sign}${percent(change)} % (${interval}; less than ${percent(Math.max(-low, high))} % cannot be told from none)`;
}

/** Two digits: the interval is not known better. */
function percent(share: number): string {
  return String(Number((share * 100).toPrecision(2))).replace('-', '−');
}

function reasonText({ code, need, have }: Reason): string {
  if (code === 'NO_OBSERVER_BLOCKS') return 'sampling was not paused in blocks';
  if (code === 'TOO_FEW_BLOCKS')
    return `an interval needs ${need} blocks of it, with and without sampling, and there are ${have}`;
  if (code === 'TOO_FEW_SAMPLES') return `the blocks need ${need} queries on each side, and have ${have}`;
  return code;
}

import type { Reason } from '../results/events.ts';
import { RateSearchSteps } from '../scenarios/search-rate.ts';
import { percentileShares, samplesNeeded } from '../stats/percentile.ts';
import type { PlannedCase, Policy } from '../suite/plan.ts';
import type { LatencyLimit } from '../suite/probe-policy.ts';
import { formatNumber, formatSeconds } from '../units/format.ts';
import type { History, SearchHistory } from './history.ts';
import type { ReadyCase } from './prepare.ts';
import { CaseProbes, type Probe } from './rate-probes.ts';
import type { RunContext } from './run-context.ts';

/** More queries a second than any load generator lets go. */
const highestRate = 1e6;

/**
 * Looks for the rate of every `server` case that asks for the highest one within the latency limit, one case at a time; the others are handed on as
 * they are. Returns the cases that can be measured, with their rates. A case for which no rate keeps the limit is skipped: that is its answer.
 * What a former sitting tried is not tried again.
 */
export async function searchRates(
  context: RunContext,
  history: History,
  ready: readonly ReadyCase[],
): Promise<ReadyCase[]> {
  const { latency: limit } = context.plan.limits;
  const measurable: ReadyCase[] = [];
  for (const one of ready) {
    const { scenario } = one.case;
    if (scenario.kind !== 'server' || scenario.rate !== 'search' || limit === null) {
      measurable.push(one);
      continue;
    }
    if (context.stopped()) break;
    const former = history.searches.get(one.case.key);
    const outcome =
      former?.end == null
        ? await searchOne(context, former, one, limit)
        : { rate: former.end.rate, last: former.probes.at(-1) ?? null };
    if (outcome === null) continue;
    const { rate, last } = outcome;
    if (rate !== null) measurable.push({ ...one, case: { ...one.case, scenario: { ...scenario, rate } } });
    else skip(context, one.case, limit, last);
  }
  return measurable;
}

/** null: the search did not come to an end. `last`: the probe that it ended with. */
async function searchOne(
  context: RunContext,
  former: SearchHistory | undefined,
  one: ReadyCase,
  limit: LatencyLimit,
): Promise<{ readonly rate: number | null; readonly last: Probe } | null> {
  const { log, plan } = context;
  const probes = new CaseProbes(context, former, one, limit);
  const alone = await probes.oneAfterAnother();
  if (alone === null) return null;
  let last = alone;
  let rate: number | null = null;
  // Where the median is over the limit although nobody has to wait, it is so at every rate.
  if (alone.passed) {
    const needed = samplesNeeded(percentileShares[limit.percentile]);
    const steps = new RateSearchSteps({
      // Half of what is answered one after another: queries that come by chance have to wait at any rate.
      start: alone.rate / 2,
      // Below it, the longest window does not hold the samples that the percentile needs.
      lowest: Math.min(highestRate, needed / plan.policy.window.maxSeconds),
      highest: highestRate,
    });
    for (let next = steps.next; next !== null; next = steps.next) {
      const probe = await probes.atRate(next);
      if (probe === null) return null;
      steps.add(probe.passed);
      last = probe;
    }
    rate = steps.found;
  }
  const reason = rate === null ? noRate(limit, last) : null;
  log.append({ type: 'search.finished', key: one.case.key, rate, reason });
  return { rate, last };
}

function skip(
  { log, onProgress, plan }: RunContext,
  planned: PlannedCase,
  limit: LatencyLimit,
  last: Probe | null,
): void {
  const aim = `${limit.percentile} within ${formatSeconds(limit.seconds)}`;
  const message = `No rate keeps ${aim}: ${last === null ? 'none was tried' : whyLast(last, plan.policy)}`;
  log.append({ type: 'case.skipped', key: planned.key, reason: noRate(limit, last), message });
  onProgress({ type: 'skipped', case: planned, message });
}

function whyLast({ scenario, rate, latency, why }: Probe, { window }: Policy): string {
  const at = scenario === undefined ? `at ${formatNumber(rate)} queries/s` : 'with one query after another';
  const longer = 'Give the window more time with policy.window.max_duration.';
  if (why?.code === 'TOO_FEW_SAMPLES') {
    return `${at} a window of at most ${formatSeconds(window.maxSeconds)} holds ${why.have} of the ${why.need} queries that it needs. ${longer}`;
  }
  if (scenario !== undefined && typeof why?.have === 'number') {
    return `${at} the median is ${formatSeconds(why.have)}. Raise the limit, or choose a faster setting.`;
  }
  const took = latency === null ? `it failed (${why?.code})` : `it is ${formatSeconds(latency)}`;
  return `${at}, the lowest rate of which a window of at most ${formatSeconds(window.maxSeconds)} holds enough queries, ${took}. ${longer}`;
}

function noRate(limit: LatencyLimit, last: Probe | null): Reason {
  return { code: 'NO_RATE_WITHIN_LIMIT', need: limit.seconds, have: last?.latency ?? null };
}

import type { Reason } from '../results/events.ts';
import { kindOfHarness } from '../results/record.ts';
import type { ObserverEffect } from '../results/run.ts';
import { samplesNeeded } from '../stats/percentile.ts';
import { hodgesLehmann } from '../stats/signed-rank.ts';
import type { ObserverBlock, ObserverBlocks } from './observer-blocks.ts';
import { GroupedRatios } from './paired-ratios.ts';
import type { SampleChunk, SampleVisitor } from './scan-samples.ts';

/**
 * The start of a block, as a share of it, that is left out: in one without sampling, the last tick before it may still be at work in another
 * thread. Of blocks with sampling as much is left out, because percentiles of fewer queries lie elsewhere: without an effect, both sides of a
 * pair must be alike in everything.
 */
const shareToSettle = 0.1;

/** Queries that a percentile of one side of a group rests on, at least, and of all groups together. */
const figures = [
  { name: 'p50', p: 0.5, inGroup: samplesNeeded(0.5), inAll: samplesNeeded(0.5) },
  // A group has the 100 queries that one in a hundred is of; all of a side together have what p99 needs to stand (M4 of the measuring rules).
  { name: 'p99', p: 0.99, inGroup: 100, inAll: samplesNeeded(0.99) },
] as const;

type Figure = (typeof figures)[number]['name'];

export type ObserverReasons = Readonly<Partial<Record<Figure, Reason>>>;

/** Means of more pairs than these would take long to sort: beyond, neighbours are joined to their mean. */
const mostRatios = 1000;

/**
 * Tells the queries of one round that ran with sampling from those without: each belongs to the block that it was sent and completed in, and
 * those that an edge cuts belong to none. Their time is completion − sent, whatever the scenario. Of a pair of blocks it keeps the ratio of
 * the percentiles and not the queries, so that memory does not grow with the round.
 */
export class ObserverVisitor implements SampleVisitor {
  readonly hertz: number;
  readonly ratios = { p50: new GroupedRatios(figures[0]), p99: new GroupedRatios(figures[1]) };
  /** Pairs of blocks with queries on both sides. */
  pairs = 0;
  readonly #blocks: readonly ObserverBlock[];
  #at = 0;
  #on: number[] = [];
  #off: number[] = [];

  constructor({ hertz, blocks }: ObserverBlocks) {
    this.hertz = hertz;
    // What ended before the window has no queries.
    this.#blocks = blocks.filter(({ to }) => to > 0);
  }

  visit({ rows, kind, sent, completed }: SampleChunk): void {
    for (let row = 0; row < rows; row++) {
      if (kind[row] !== kindOfHarness) continue;
      this.#take(sent[row] ?? Number.NaN, completed[row] ?? Number.NaN);
    }
  }

  /** Takes in the last pair. Call it after the last row. */
  end(): void {
    this.#endPair();
    this.#at = this.#blocks.length;
  }

  #take(sent: number, completed: number): void {
    // Queries come in the order of completion: the block that one is completed in lies never before that of the one before.
    let block = this.#blocks[this.#at];
    while (block !== undefined && completed > block.to) {
      const next = this.#blocks[++this.#at];
      if (next === undefined || pairOf(next) !== pairOf(block)) this.#endPair();
      block = next;
    }
    if (block === undefined) return;
    if (sent < block.from + (block.to - block.from) * shareToSettle) return;
    (block.on ? this.#on : this.#off).push(completed - sent);
  }

  #endPair(): void {
    if (this.#on.length > 0 && this.#off.length > 0) {
      this.pairs++;
      for (const { name } of figures) this.ratios[name].add(this.#on, this.#off);
    }
    this.#on = [];
    this.#off = [];
  }
}

function pairOf({ block }: ObserverBlock): number {
  return Math.floor(block / 2);
}

/**
 * What sampling did to the latency of a case, over all its rounds: how far the median and the 99th percentile with sampling lie above those
 * without, with a 95 % interval. In each pair of neighbouring blocks, or group of pairs where queries are few, the logarithm of the ratio of the
 * two; over all groups the estimate of Hodges and Lehmann, whose interval is exact here: chance alone decided which block of a pair was
 * sampled, so without an effect each of these differences is as likely as its opposite. Of rounds at several rates, those at the rate that
 * most pairs are of. A reason instead where there are too few pairs for an interval of either.
 */
export function observerEffect(visitors: readonly ObserverVisitor[]): ObserverEffect | Reason {
  return observerEffectOfRun([visitors]);
}

/** The same of a whole run, from the visitors of each of its cases: ratios may be pooled over cases, queries may not. */
export function observerEffectOfRun(cases: readonly (readonly ObserverVisitor[])[]): ObserverEffect | Reason {
  const { hertz, pairs, ratios } = atUsualRate(cases);
  if (hertz === null) return { code: 'NO_OBSERVER_BLOCKS', need: null, have: null };
  const [p50, p99] = figures.map((figure) => changeOf(ratios[figure.name], figure));
  if (p50 === undefined || p99 === undefined || ('code' in p50 && 'code' in p99)) {
    return p50 !== undefined && 'code' in p50 ? p50 : { code: 'TOO_FEW_BLOCKS', need: null, have: pairs * 2 };
  }
  return {
    blocks: { on: pairs, off: pairs },
    hertz,
    p50: 'code' in p50 ? null : p50,
    p99: 'code' in p99 ? null : p99,
  };
}

/** Why a change is missing in what `observerEffect` answers for these visitors. */
export function observerReasons(visitors: readonly ObserverVisitor[]): ObserverReasons {
  return observerReasonsOfRun([visitors]);
}

/** Why a change is missing in what `observerEffectOfRun` answers. */
export function observerReasonsOfRun(cases: readonly (readonly ObserverVisitor[])[]): ObserverReasons {
  const { ratios } = atUsualRate(cases);
  return Object.fromEntries(
    figures.flatMap((figure) => {
      const change = changeOf(ratios[figure.name], figure);
      return 'code' in change ? [[figure.name, change]] : [];
    }),
  );
}

interface Pooled {
  readonly hertz: number | null;
  readonly pairs: number;
  readonly ratios: Readonly<Record<Figure, readonly GroupedRatios[]>>;
}

function atUsualRate(cases: readonly (readonly ObserverVisitor[])[]): Pooled {
  const pairsAt = new Map<number, number>();
  for (const visitor of cases.flat()) {
    visitor.end();
    pairsAt.set(visitor.hertz, (pairsAt.get(visitor.hertz) ?? 0) + visitor.pairs);
  }
  const [hertz = null] = [...pairsAt].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [];
  const chosen = cases.map((visitors) => visitors.filter((visitor) => visitor.hertz === hertz));
  const joined = (figure: (typeof figures)[number]): GroupedRatios[] =>
    chosen.map((visitors) =>
      GroupedRatios.join(
        visitors.map(({ ratios }) => ratios[figure.name]),
        figure,
      ),
    );
  return {
    hertz,
    pairs: hertz === null ? 0 : (pairsAt.get(hertz) ?? 0),
    ratios: { p50: joined(figures[0]), p99: joined(figures[1]) },
  };
}

type Change = NonNullable<ObserverEffect['p50']>;

function changeOf(
  ratios: readonly GroupedRatios[],
  { inAll, inGroup }: { readonly inAll: number; readonly inGroup: number },
): Change | Reason {
  const logarithms = ratios.flatMap((one) => one.logarithms);
  const queries = ratios.reduce((sum, one) => sum + Math.min(one.queries.on, one.queries.off), 0);
  const location = hodgesLehmann(joinedToMeans(logarithms, mostRatios));
  if ('code' in location) {
    // Of short blocks or slow queries, several pairs make one group.
    const pairs = ratios.reduce((sum, one) => sum + one.pairs, 0);
    return pairs < location.need
      ? { code: 'TOO_FEW_BLOCKS', need: location.need * 2, have: pairs * 2 }
      : { code: 'TOO_FEW_SAMPLES', need: Math.max(inAll, location.need * inGroup), have: queries };
  }
  if (queries < inAll) return { code: 'TOO_FEW_SAMPLES', need: inAll, have: queries };
  const { value, low, high } = location;
  return { change: Math.expm1(value), ci95: [Math.expm1(low), Math.expm1(high)] };
}

/** At most `most` values: equal stretches of them as their means. */
function joinedToMeans(values: readonly number[], most: number): readonly number[] {
  const stretch = Math.ceil(values.length / most);
  if (stretch <= 1) return values;
  return Array.from({ length: Math.floor(values.length / stretch) }, (_, index) => {
    const part = values.slice(index * stretch, (index + 1) * stretch);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

import type { SealedFile } from '../results/events.ts';
import type { Columns } from '../results/segment-file.ts';
import type { ReadChunks } from './scan-samples.ts';

/** A stretch of a round with sampling (`on`) or without. Blocks 2k and 2k + 1 are a pair, one of them on. */
export interface ObserverBlock {
  /** Number within the round. */
  readonly block: number;
  readonly on: boolean;
  /** Seconds from the start of the window; those before it are negative. */
  readonly from: number;
  readonly to: number;
}

/** The blocks of a round. */
export interface ObserverBlocks {
  /** How often it was sampled within the blocks that are on. */
  readonly hertz: number;
  readonly blocks: readonly ObserverBlock[];
}

/** The columns of telemetry that the blocks are read from; telemetry without blocks lacks all but the first. */
const observerColumns = ['time', 'sampler.block', 'sampler.on', 'sampler.hertz'] as const;

/** In a stretch this long the sampler stood still or was stopped itself: what it did then is not known. */
const longestBlockSeconds = 3;

/**
 * Reads from the telemetry of a round when it was sampled and when not: each block begins with a row that names it, and ends where the next
 * one begins. `windowStart` is the start of the window on the clock of the telemetry. null where the round has no blocks.
 */
export function observerBlocks(columns: Columns, windowStart: number): ObserverBlocks | null {
  const [time, block, on, hertz] = observerColumns.map((name) => columns[name]);
  if (time === undefined || block === undefined || on === undefined || hertz === undefined) return null;
  const blocks: ObserverBlock[] = [];
  let first = 0;
  for (let row = 1; row <= time.length; row++) {
    const isLast = row === time.length;
    if (!isLast && block[row] === block[first]) continue;
    const from = (time[first] ?? Number.NaN) - windowStart;
    // The last block ends with the last row, which lies behind the end of what was measured.
    const to = (time[isLast ? row - 1 : row] ?? Number.NaN) - windowStart;
    if (to > from && to - from <= longestBlockSeconds) {
      blocks.push({ block: block[first] ?? Number.NaN, on: on[first] === 1, from, to });
    }
    first = row;
  }
  return { hertz: hertz[0] ?? Number.NaN, blocks };
}

/** The blocks of a round from its telemetry; null where it has none. Throws what `readChunks` throws. */
export async function readObserverBlocks(
  telemetry: SealedFile | null,
  readChunks: ReadChunks,
  windowStart: number,
): Promise<ObserverBlocks | null> {
  if (telemetry === null) return null;
  const columns: Record<string, Float64Array> = {};
  for await (const chunk of readChunks(telemetry, observerColumns)) {
    for (const [name, values] of Object.entries(chunk)) {
      columns[name] = Float64Array.from([...(columns[name] ?? []), ...values]);
    }
  }
  return observerBlocks(columns, windowStart);
}

/** The stretches of a round in which sampling was paused on purpose: a gap between samples there is none that was lost. */
export function pausesOf(columns: Columns, windowStart: number): readonly ObserverBlock[] {
  return observerBlocks(columns, windowStart)?.blocks.filter(({ on }) => !on) ?? [];
}

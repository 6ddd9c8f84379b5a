import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../collectors/collector.ts';
import { monotonicSeconds } from '../kernel/clock.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import { withTimeout } from '../kernel/lifecycle.ts';
import { type SegmentColumn, SegmentWriter } from '../results/segment-file.ts';
import type { Sampled } from './sampled.ts';
import type { Block } from './sampling-blocks.ts';

/** Something that went wrong while sampling. The columns of that collector (of all, when null) are NaN from then to the end of the round. */
export interface SamplingProblem {
  readonly collector: string | null;
  readonly code: string;
  readonly reason: string;
}

/** How long a collector may take to open or close before it is left out of a round. */
const secondsToOpen = 3;
/** How long the last row of a round waits for collectors in other threads. */
const secondsForLastRow = 0.2;
/** How long the end of a round waits for sources that report when they like. */
const secondsToSettle = 2;

interface Part {
  readonly collector: Sampled;
  /** Index of its first column in a row. */
  readonly offset: number;
  working: boolean;
}

/** What blocks a round is sampled in, and how often within those that are sampled. */
export interface BlockTick extends Block {
  readonly hertz: number;
}

/**
 * Columns of a round that is sampled in blocks: the number of the block that a row is in, or begins; whether it is sampled (1) or not (0); how
 * often.
 */
export const blockColumns: readonly SegmentColumn[] = ['block', 'on', 'hertz'].map((name) => ({
  name: `sampler.${name}`,
  type: 'float64',
}));

interface Window {
  readonly writer: SegmentWriter;
  readonly origin: number;
  tick: number;
  /** The block that the last row is in; null where the round has none. */
  block: Block | null;
  /** The row of the last tick waits for its answers and is not written yet. */
  pending: boolean;
  /** The file could not be written: nothing more is sampled in this window. */
  broken: boolean;
}

/** Columns of a telemetry file: `time` in seconds since the origin, then `collector.column` for each. */
export function telemetryColumns(collectors: readonly Sampled[]): readonly SegmentColumn[] {
  const sampled = collectors.flatMap(({ name, columns }) =>
    columns.map((column) => ({ name: `${name}.${column.name}`, unit: column.unit })),
  );
  return [{ name: 'time', unit: 's' }, ...sampled].map((column) => ({ ...column, type: 'float64' }));
}

/**
 * Samples all collectors into one row at each tick. A collector that throws or hangs loses its own columns for the rest of the round
 * and is reported once; the others go on.
 */
export class Sampling {
  readonly #columns: readonly SegmentColumn[];
  readonly #parts: readonly Part[];
  readonly #row: Float64Array;
  readonly #rowWithBlock: Float64Array;
  readonly #report: (problem: SamplingProblem) => void;
  readonly #now: () => number;
  #window: Window | null = null;

  constructor(
    collectors: readonly Sampled[],
    report: (problem: SamplingProblem) => void,
    now: () => number = monotonicSeconds,
  ) {
    this.#columns = telemetryColumns(collectors);
    // One buffer, so that a row with the columns of blocks is the row and what stands behind it.
    this.#rowWithBlock = new Float64Array(this.#columns.length + blockColumns.length);
    this.#row = this.#rowWithBlock.subarray(0, this.#columns.length);
    this.#report = report;
    this.#now = now;
    let offset = 1;
    this.#parts = collectors.map((collector) => {
      const part = { collector, offset, working: false };
      offset += collector.columns.length;
      return part;
    });
  }

  /**
   * Opens the file, then the collectors: the early phase first. `inBlocks`: each tick says its block. Throws what the file throws, and
   * `SAMPLING_OPEN` when one is open.
   */
  async open(target: Target, file: string, origin: number, inBlocks = false): Promise<void> {
    if (this.#window !== null) {
      throw new DynoError('SAMPLING_OPEN', 'Samples are being taken already: close that file before opening another.');
    }
    const writer = new SegmentWriter(file, inBlocks ? [...this.#columns, ...blockColumns] : this.#columns);
    for (const part of this.#inOrder('early', 'late')) {
      part.working = true;
      await this.#attempt(part, 'open', () => part.collector.open(target));
    }
    this.#window = { writer, origin, tick: 0, block: null, pending: false, broken: false };
  }

  /**
   * A tick of a round in blocks: one at each edge, and those within blocks that are sampled. The collectors rest from the tick at the beginning
   * of a block without sampling to just before that of the next one with it.
   */
  tickInBlock(tick: BlockTick): void {
    const window = this.#window;
    if (window === null) return;
    const wasOn = window.block?.on ?? true;
    window.block = tick;
    if (tick.on && !wasOn) this.#each('resume');
    this.#writePending(window);
    this.#rowWithBlock.set([tick.block, Number(tick.on), tick.hertz], this.#row.length);
    this.tick();
    if (!tick.on && wasOn) this.#each('pause');
  }

  /** Lets collectors that rest go on: what comes now is behind the blocks. */
  endBlocks(): void {
    const window = this.#window;
    if (window?.block?.on !== false) return;
    window.block = { ...window.block, on: true };
    this.#each('resume');
  }

  /** Writes the row of the tick before and begins the next one. Does nothing while no file is open. */
  tick(): void {
    const window = this.#window;
    if (window === null || window.broken) return;
    this.#writePending(window);
    window.tick++;
    const now = this.#now();
    this.#row.fill(Number.NaN);
    this.#row[0] = now - window.origin;
    for (const part of this.#parts) {
      if (!part.working) continue;
      try {
        part.collector.begin(this.#row, part.offset, window.tick);
      } catch (error) {
        this.#row.fill(Number.NaN, part.offset, part.offset + part.collector.columns.length);
        this.#fail(part, error);
      }
    }
    window.pending = true;
    this.#write(window, () => window.writer.flushIfDue(now));
  }

  /**
   * Waits until sources that report when they like have reported once more, for two seconds at most: then a tick is behind the end of what
   * was measured. One that does not is no failure: its samples end where they end, and whoever reads them sees that. Answers whether there
   * are such sources.
   */
  async settle(): Promise<boolean> {
    if (this.#window === null) return false;
    const working = this.#parts.filter((part) => part.working && part.collector.settles);
    await Promise.all(
      working.map(({ collector }) =>
        withTimeout(collector.settle(), secondsToSettle, `last report of the collector "${collector.name}"`).catch(
          () => {},
        ),
      ),
    );
    return working.length > 0;
  }

  /** Ends what the collectors keep over rounds. */
  async end(): Promise<void> {
    await Promise.all(
      this.#parts.map(({ collector }) =>
        withTimeout(collector.end(), secondsToOpen, `end of the collector "${collector.name}"`).catch(() => {}),
      ),
    );
  }

  /** Closes the collectors, late phase first, and the file. Returns how many rows it holds; 0 when none was open. */
  async close(): Promise<number> {
    const window = this.#window;
    if (window === null) return 0;
    const deadline = this.#now() + secondsForLastRow;
    while (window.pending && !this.#allReady(window.tick) && this.#now() < deadline) await sleep(5);
    this.#writePending(window);
    this.#window = null;
    for (const part of this.#inOrder('late', 'early')) {
      if (part.working) await this.#attempt(part, 'close', () => part.collector.close());
      part.working = false;
    }
    this.#write(window, () => window.writer.close());
    return window.writer.rows;
  }

  #writePending(window: Window): void {
    if (!window.pending) return;
    window.pending = false;
    for (const part of this.#parts) {
      if (part.working) part.collector.finish(this.#row, part.offset, window.tick);
    }
    this.#write(window, () => window.writer.append(this.#rowWithBlock));
  }

  #each(what: 'pause' | 'resume'): void {
    for (const part of this.#parts) {
      if (!part.working) continue;
      try {
        part.collector[what]();
      } catch (error) {
        this.#fail(part, error);
      }
    }
  }

  #write(window: Window, work: () => void): void {
    if (window.broken) return;
    try {
      work();
    } catch (error) {
      window.broken = true;
      this.#report({ collector: null, code: codeOf(error, 'TELEMETRY_NOT_WRITTEN'), reason: errorText(error) });
    }
  }

  async #attempt(part: Part, what: string, work: () => Promise<void>): Promise<void> {
    try {
      await withTimeout(work(), secondsToOpen, `${what} of the collector "${part.collector.name}"`);
    } catch (error) {
      this.#fail(part, error);
    }
  }

  #fail(part: Part, error: unknown): void {
    part.working = false;
    this.#report({
      collector: part.collector.name,
      code: codeOf(error, 'COLLECTOR_FAILED'),
      reason: errorText(error),
    });
  }

  #allReady(tick: number): boolean {
    return this.#parts.every(({ collector, working }) => !working || collector.ready(tick));
  }

  #inOrder(first: 'early' | 'late', second: 'early' | 'late'): Part[] {
    const of = (phase: 'early' | 'late'): Part[] => this.#parts.filter(({ collector }) => collector.phase === phase);
    return [...of(first), ...of(second)];
  }
}

function codeOf(error: unknown, otherwise: string): string {
  if (!(error instanceof DynoError)) return otherwise;
  return error.code === 'TIMED_OUT' ? 'COLLECTOR_HUNG' : error.code;
}

/** The most that this machine does of one kind, measured. A bound for what any model can reach here. */
export interface Ceiling {
  /**
   * `gemm`: operations of a dense matrix product, a multiply-add being two. `read`: bytes of weights that a matrix–vector product takes from
   * memory. `copy`: bytes that copying moves, those read and those written. `launch`: seconds of a call that computes next to nothing.
   */
  readonly name: 'gemm' | 'read' | 'copy' | 'launch';
  readonly unit: 'operations/s' | 'bytes/s' | 's';
  /** Of `gemm`: what it was asked to compute in. */
  readonly precision: string | null;
  /** Of `gemm`: what the engine's graph computes in, read from its dump; null: the backend dumps none. */
  readonly computedIn: string | null;
  /** Threads that worked. */
  readonly threads: number;
  /** From the median call at the size that was best; null: not measured, and why. */
  readonly value: number | null;
  /** From the fastest call. */
  readonly best: number | null;
  /** From the calls at the quartiles: half of all calls lie between. */
  readonly quartiles: readonly [low: number, high: number] | null;
  readonly calls: number;
  /** What was calculated or moved, such as `1024 × 1024 × 1024`. */
  readonly size: string | null;
  readonly reason: string | null;
}

/** How long each figure is measured. */
export interface CeilingTiming {
  readonly seconds: number;
  readonly warmupSeconds: number;
}

type Figures = Pick<Ceiling, 'value' | 'best' | 'quartiles' | 'calls'>;

/** Figures of a rate: `work` divided by the seconds of the calls. */
export function rateOf(work: number, seconds: Float64Array): Figures {
  const sorted = seconds.toSorted();
  const at = (share: number): number => work / (sorted[Math.floor(sorted.length * share)] ?? Number.NaN);
  return { value: at(0.5), best: at(0), quartiles: [at(0.75), at(0.25)], calls: sorted.length };
}

/** Figures of a time: the seconds of the calls. */
export function timeOf(seconds: Float64Array): Figures {
  const sorted = seconds.toSorted();
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { value: at(0.5), best: at(0), quartiles: [at(0.25), at(0.75)], calls: sorted.length };
}

/** Nothing was measured. */
export const noFigures: Figures = { value: null, best: null, quartiles: null, calls: 0 };

import type { SettledStudy } from './study-schema.ts';

/** A throughput that a source gave, of a whole machine. */
export interface FoundThroughput {
  readonly provenance: 'measured' | 'published' | 'projected';
  /** Items/s. */
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly shape: 'triangular' | 'lognormal';
  readonly source: string;
  readonly caveats: readonly string[];
  /** What its items are, where the source says so: what decoders write is counted in tokens or in whole answers. */
  readonly items?: 'tokens' | 'samples';
}

/** Why there is none, in words that go on after the place of the throughput in the file. */
export interface NoThroughput {
  readonly refused: string;
}

/** What is asked of a throughput beside where it is from. */
export interface ThroughputNeed {
  /** Null: the study states none. */
  readonly limitMilliseconds: number | null;
  readonly percentile: NonNullable<SettledStudy['demand']['latency_percentile']>;
  readonly acceptsDegraded: boolean;
  readonly acceptsLooserLimit: boolean;
  /** Of one item alone, where the study states it itself; null: as the source knows it. */
  readonly leastMilliseconds: number | null;
  /** In one machine: figures of one accelerator are multiplied by it. */
  readonly accelerators: number;
}

import type { AnswersRecord } from '../results/events.ts';
import type { MetricKind, MetricRole } from './metric.ts';

/** A figure as a process told it, in base units. */
export interface Figure {
  readonly metric: string;
  /** null: tried and not known. */
  readonly value: number | null;
  readonly unit: string;
  /** What was said of how to compare it; null: nothing. */
  readonly better: 'lower' | 'higher' | null;
  readonly role: MetricRole | null;
  readonly kind: MetricKind | null;
}

/** What one process told of one scenario. */
export type Reading =
  | {
      readonly outcome: 'measured';
      readonly figures: readonly Figure[];
      /** SHA-256 of the answers; null: none were told. */
      readonly outputs: string | null;
      /** The answers item by item, so that a tie is no difference. Left out: they are told by their hash alone. */
      readonly answers?: AnswersRecord;
      /** Of head, against base: where `outputs` are of other answers and it is known of how many items. */
      readonly differing?: Differing;
      readonly stages: Readonly<Record<string, number>>;
    }
  | { readonly outcome: 'failed'; readonly code: string; readonly message: string };

/** Items that two versions answered otherwise. */
export interface Differing {
  readonly items: number;
  readonly of: number;
}

/** By scenario, in the order in which they were told. */
export type Readings = ReadonlyMap<string, Reading>;

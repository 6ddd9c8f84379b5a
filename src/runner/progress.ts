import type { VariantSettings } from '../compress/variant.ts';
import type { Cause } from '../results/events.ts';
import type { PlannedCase } from '../suite/plan.ts';

/** What a run tells while it goes on. It is told between windows, never within one. */
export type Progress =
  | { readonly type: 'preparing'; readonly workload: string }
  | {
      readonly type: 'variant';
      readonly workload: string;
      readonly settings: VariantSettings;
      readonly done: number;
      readonly of: number;
    }
  | { readonly type: 'proving'; readonly case: PlannedCase; readonly done: number; readonly of: number }
  /** A probe of the search for a rate begins; `rate` null: queries one after another. */
  | { readonly type: 'search'; readonly case: PlannedCase; readonly probe: number; readonly rate: number | null }
  | {
      readonly type: 'round';
      readonly case: PlannedCase;
      readonly round: number;
      readonly done: number;
      readonly of: number;
      readonly secondsLeft: number;
    }
  | { readonly type: 'failed'; readonly what: string; readonly cause: Cause }
  | { readonly type: 'skipped'; readonly case: PlannedCase; readonly message: string }
  | { readonly type: 'note'; readonly message: string };

export type OnProgress = (progress: Progress) => void;

/** Seconds that rounds are likely to take, from those that are done. */
export class RoundTimes {
  readonly #done: { readonly case: PlannedCase; readonly seconds: number }[] = [];

  add(planned: PlannedCase, seconds: number): void {
    this.#done.push({ case: planned, seconds });
  }

  /** The mean of what is most alike: the case itself, its workload at its batch size, its workload; else `fallback`. */
  estimate(planned: PlannedCase, fallback: number): number {
    const alike = [
      (other: PlannedCase) => other.key === planned.key,
      (other: PlannedCase) => other.workload === planned.workload && other.axes.batchSize === planned.axes.batchSize,
      (other: PlannedCase) => other.workload === planned.workload,
    ];
    for (const isAlike of alike) {
      const times = this.#done.filter((one) => isAlike(one.case)).map(({ seconds }) => seconds);
      if (times.length > 0) return times.reduce((sum, seconds) => sum + seconds, 0) / times.length;
    }
    return fallback;
  }
}

/** What a variant is made with: such as `int8 fusion on`, or `fp32 hygiene on` where nothing else is done. */
export function variantText({ precision, hygiene, fusion, domains }: VariantSettings): string {
  if (!fusion) return hygiene === 'on' && precision === 'fp32' ? `${precision} hygiene on` : precision;
  const words = [precision, 'fusion on', ...(hygiene === 'on' ? [] : ['hygiene off'])];
  return [...words, ...(domains.length === 0 ? [] : [`with operators of ${domains.join(', ')}`])].join(' ');
}

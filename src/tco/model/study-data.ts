import type { StudyModel } from './bound-study.ts';
import type { Distribution } from './distribution.ts';

/**
 * A study that has been read and checked, as plain data: what Node computes with is written into the report, where the same code computes
 * with what the reader changes.
 */
export interface StudyData {
  readonly name: string;
  readonly currency: string;
  /** Of the prices that do not say another. */
  readonly date: string;
  readonly horizonYears: number;
  readonly model: StudyModel;
  /** All figures; those without a source first, each group in the order of the model. */
  readonly assumptions: readonly Assumption[];
  /** By option: where its throughput is from. */
  readonly throughputs: Readonly<Record<string, ThroughputOrigin>>;
  /** The option that the others are an investment against. */
  readonly baseline: string;
  /** What is outside the boundary of the study: what nobody stated is not counted. */
  readonly leftOut: readonly LeftOut[];
  /** Null: no limit was stated. */
  readonly latencyLimitSeconds: number | null;
  /** What the simulation is drawn with unless its caller says otherwise. */
  readonly simulation: { readonly draws: number; readonly seed: number };
}

/** A figure that the study rests on. */
export interface Assumption {
  /** Its place in the file, such as `options[0].machine.accelerator_price`. */
  readonly name: string;
  /** In words, such as `price of an accelerator`; whose it is, stands in `owner`. */
  readonly title: string;
  /** The option or the facility that it is of; null: of the whole study. */
  readonly owner: string | null;
  /** Of the value: `USD`, `W`, `items/s`; `` for a share, a ratio or a count. */
  readonly unit: string;
  /** A share that people read in percent. */
  readonly isShare: boolean;
  /** `file:line:column`. */
  readonly where: string;
  readonly value: number;
  /** The range that the model allows. */
  readonly least: number;
  readonly most: number;
  /** null: taken as certain. */
  readonly distribution: Distribution | null;
  readonly low: number | null;
  readonly high: number | null;
  /** null: a guess of whoever wrote the study. */
  readonly source: string | null;
  /** Of a price; null: no money. */
  readonly date: string | null;
  /** Where it stands in the model; several where options share it. */
  readonly places: readonly (readonly string[])[];
}

export interface ThroughputOrigin {
  readonly provenance: 'measured' | 'published' | 'projected' | 'given';
  readonly source: string;
  /** What weakens it, a sentence, such as that the measurement is not valid; left out where nothing does. */
  readonly caveat?: string;
}

/** A part of the costs that an option does not count. */
export interface LeftOut {
  readonly option: string;
  /** In words, such as `staff` or `network equipment`. */
  readonly what: string;
}

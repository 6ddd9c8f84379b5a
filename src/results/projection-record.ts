/** What was asked for in the words of published figures; null where a case has no counterpart among them. */
export interface ProjectionAsked {
  /** The name of the model among published figures, or that of the workload whose graph was counted. */
  readonly model: string;
  /** Whether its cost is that of the published model of this name, or counted from the workload's own graph; null: it is not known. */
  readonly cost: 'published' | 'graph' | null;
  readonly scenario: string | null;
  readonly precision: string;
  readonly unit: string | null;
}

/** SHA-256 of what a projection rests on: all published figures (and those of results that were named), the profile, the cost of the model (null: not known), and of the three with what was asked. */
export interface ProjectionInputs {
  readonly evidence: string;
  readonly profile: string;
  readonly cost: string | null;
  readonly sha256: string;
  /** Rows of its stack that were measured in results of one's own, which `--results` named; left out where there are none. */
  readonly ownRows?: number;
}

/** The figure with its interval, or why there is none and what would help. */
export type ProjectionOutcome =
  | {
      readonly value: number;
      readonly low: number;
      readonly high: number;
      /** Share of published figures that the interval is to hold. */
      readonly level: number;
      readonly unit: string;
      /** How near the nearest figures are that it rests on: `device`, `architecture`, `maker`, `none`. */
      readonly nearest: string;
      /** Devices that it rests on figures of this model of. */
      readonly modelDevices: number;
    }
  | { readonly refused: string; readonly code: string };

/** What a case would do on hardware that is not here, as the events tell it. */
export interface ProjectionRecord {
  readonly id: string;
  readonly key: string;
  /** Keys of the planned cases that it stands beside: they differ in axes that mean nothing on the target. */
  readonly beside: readonly string[];
  readonly profile: string;
  /** null: no stack has support, and none was named. */
  readonly stack: string | null;
  readonly asked: ProjectionAsked;
  readonly inputs: ProjectionInputs;
  readonly outcome: ProjectionOutcome;
}

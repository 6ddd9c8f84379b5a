/** How a figure is compared: repeated and noisy, or the same in every process of one version and so compared exactly. */
export type MetricKind = 'sampled' | 'exact';

/** Only `gating` rows can fail a gate; `informational` ones are compared and shown. */
export type MetricRole = 'gating' | 'informational';

/** A figure of a scenario that is compared between base and head. */
export interface Metric {
  readonly scenario: string;
  readonly metric: string;
  /** A base unit as in src/units (`s`, `bytes`, `items/s`, `J/item`, `count`, `ratio`) or whatever the user's command calls it. */
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /**
   * By how much worse, as a share, it may become before it counts: 0.05 lets a latency be 1.05 times as long, and a throughput 1.05
   * times as small. Above 0 for sampled metrics; an exact one has 0, unless a change is to be named without failing.
   */
  readonly margin: number;
  /** Smaller changes never count, whatever their share. In the metric's unit, at least 0. */
  readonly floor: number;
  readonly role: MetricRole;
  readonly kind: MetricKind;
}

/** Names a row in maps and messages; a scenario has each metric once. */
export function rowKey({ scenario, metric }: Pick<Metric, 'scenario' | 'metric'>): string {
  return JSON.stringify([scenario, metric]);
}

/** What the kernels of an operator, or of one node of it, take in one version. */
export interface OperatorTime {
  /** Seconds a query: the median over the profiles of that version. */
  readonly seconds: number;
  /** Of the time of all kernels in that version, 0 … 1. */
  readonly share: number;
  /** Kernel calls a query; null: the command told none. */
  readonly count: number | null;
  /** Seconds a query by execution provider, such as `CPUExecutionProvider`; empty: the command told none. */
  readonly providers: Readonly<Record<string, number>>;
}

/** An operator in both versions, or one node of it. Explains a change and judges nothing. */
export interface OperatorChange {
  /** Its type, such as `Conv`. */
  readonly operator: string;
  /** Name of the node; null: all nodes of the type together. */
  readonly node: string | null;
  /** null: that version has none. */
  readonly base: OperatorTime | null;
  readonly head: OperatorTime | null;
  /** head − base in seconds a query, an operator that one version lacks taken as 0. */
  readonly difference: number;
  /** How far the profiles of the same version lie apart, in seconds a query: a smaller difference says nothing. */
  readonly noise: number;
}

/** What the profiles of both versions tell of a scenario. */
export interface OperatorExplanation {
  readonly operators: readonly OperatorChange[];
  /** Sentences on what was not to be had, or only in part. */
  readonly warnings: readonly string[];
}

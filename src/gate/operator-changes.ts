import { median } from '../stats/moments.ts';

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

/** One profile of one version, in whatever order. */
export interface TakenProfile {
  readonly nodes: readonly TakenNode[];
  /** Its file was cut off. */
  readonly isPartial: boolean;
}

export interface TakenNode {
  /** null: the command told the operator alone. */
  readonly node: string | null;
  readonly operator: string;
  readonly provider: string | null;
  /** A query, all its calls together. */
  readonly seconds: number;
  readonly calls: number | null;
}

/** Nodes that are kept, those with the largest differences; of operators all are. */
const mostNodes = 24;

/**
 * What several profiles of each version say of every operator, the largest difference first, and of the nodes that changed. Seconds are medians over
 * the profiles of a version. `noise` is the range of base's profiles and that of head's together: of two versions that are equal, each profiled
 * three times, 1 to 1.4 % of operators differ by more (normal, skewed, and with outliers in 10 % of profiles); of a change of eight
 * standard deviations 99 % are found, of five 85 %. Needs two profiles a version; of fewer there is no noise, and nothing is told.
 */
export function operatorChanges(base: readonly TakenProfile[], head: readonly TakenProfile[]): OperatorChange[] {
  if (base.length < 2 || head.length < 2) return [];
  const types = changesBy(base, head, ({ operator }) => ({ operator, node: null }));
  const nodes = changesBy(base, head, ({ operator, node }) => (node === null ? null : { operator, node }));
  return [...types, ...nodes.filter(isBeyondNoise).slice(0, mostNodes)];
}

/** Whether a difference is more than what profiles of one version differ by. */
export function isBeyondNoise({ difference, noise }: Pick<OperatorChange, 'difference' | 'noise'>): boolean {
  return Math.abs(difference) > noise;
}

type Name = Pick<OperatorChange, 'operator' | 'node'>;

function changesBy(
  base: readonly TakenProfile[],
  head: readonly TakenProfile[],
  nameOf: (node: TakenNode) => Name | null,
): OperatorChange[] {
  const [ofBase, ofHead] = [timesBy(base, nameOf), timesBy(head, nameOf)];
  const names = new Map([...ofBase.names, ...ofHead.names]);
  return [...names]
    .map(([key, name]): OperatorChange => {
      const [inBase, inHead] = [ofBase.times.get(key), ofHead.times.get(key)];
      return {
        ...name,
        base: inBase?.time ?? null,
        head: inHead?.time ?? null,
        difference: (inHead?.time.seconds ?? 0) - (inBase?.time.seconds ?? 0),
        noise: (inBase?.range ?? 0) + (inHead?.range ?? 0),
      };
    })
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || (a.operator < b.operator ? -1 : 1));
}

/** The times of one version by the key of what they are of. */
function timesBy(profiles: readonly TakenProfile[], nameOf: (node: TakenNode) => Name | null) {
  const names = new Map<string, Name>();
  const byProfile = profiles.map(({ nodes }) => {
    const groups = new Map<string, TakenNode[]>();
    for (const node of nodes) {
      const name = nameOf(node);
      if (name === null) continue;
      const key = keyOf(name);
      names.set(key, name);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [node]);
      else group.push(node);
    }
    return groups;
  });
  const total = middle(profiles.map(({ nodes }) => sum(nodes.map(({ seconds }) => seconds))));
  const of = (key: string) => {
    const taken = byProfile.map((groups) => groups.get(key) ?? []);
    const seconds = taken.map((nodes) => sum(nodes.map((node) => node.seconds)));
    const providers = [...new Set(taken.flat().flatMap(({ provider }) => provider ?? []))].sort();
    const isCounted = taken.flat().every(({ calls }) => calls !== null);
    const time: OperatorTime = {
      seconds: middle(seconds),
      share: total > 0 ? middle(seconds) / total : 0,
      count: isCounted ? middle(taken.map((nodes) => sum(nodes.map(({ calls }) => calls ?? 0)))) : null,
      providers: Object.fromEntries(
        providers.map((provider) => [
          provider,
          middle(taken.map((nodes) => sum(nodes.map((node) => (node.provider === provider ? node.seconds : 0))))),
        ]),
      ),
    };
    return { time, range: Math.max(...seconds) - Math.min(...seconds) };
  };
  return { names, times: new Map([...names.keys()].map((key) => [key, of(key)])) };
}

function keyOf({ operator, node }: Name): string {
  return JSON.stringify([operator, node]);
}

function middle(values: readonly number[]): number {
  return median([...values].sort((a, b) => a - b));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

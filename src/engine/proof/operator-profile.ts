import { median } from '../../stats/moments.ts';
import { type ProfileEvent, readProfileEvents } from './profile-events.ts';

/** How often the kernels of each execution provider ran, by the provider's name, such as `CPUExecutionProvider`. */
export type ProviderCalls = Readonly<Record<string, number>>;

/** What an operator profile of ONNX Runtime tells of a run of its session. */
export interface OperatorProfile {
  /** Runs that the times are medians of. */
  readonly runs: number;
  /** The file was cut off, or its writer reached the most events that it writes: what is missing was not measured. */
  readonly isPartial: boolean;
  /** In the order in which they ran. */
  readonly nodes: readonly NodeTime[];
}

export interface NodeTime {
  /** In the optimised graph, without what makes it look like a path: `layer1/conv1/Conv` of `/layer1/conv1/Conv`. */
  readonly name: string;
  /** Its type, without the domain. */
  readonly operator: string;
  /** null: not told. */
  readonly provider: string | null;
  /** A run, all calls together. */
  readonly seconds: number;
  readonly calls: number;
}

/** Counts the kernel calls in an operator profile of ONNX Runtime: events of category `Node` named `…_kernel_time`. */
export function providerCalls(profilePath: string): ProviderCalls {
  const calls: Record<string, number> = {};
  for (const { args } of kernels(readProfileEvents(profilePath).events)) {
    if (args?.provider === undefined) continue;
    calls[args.provider] = (calls[args.provider] ?? 0) + 1;
  }
  return calls;
}

/**
 * Seconds of each node in a run, the median over the runs of the session but for the first, which is cold. A kernel belongs to the run (`model_run`) within
 * whose time it began; those of a run that was not recorded to its end are left out. null: no run was recorded.
 * @throws DynoError `PROFILE_INVALID` when the file is no profile.
 */
export function operatorProfile(profilePath: string): OperatorProfile | null {
  const { events, isCut } = readProfileEvents(profilePath);
  const all = kernels(events);
  const whole = runsOf(events, all);
  const runs = whole.length > 1 ? whole.slice(1) : whole;
  if (runs.length === 0) return null;
  const names = new Map<string, ProfileEvent>();
  for (const kernel of runs.flat()) if (!names.has(keyOf(kernel))) names.set(keyOf(kernel), kernel);
  const byRun = runs.map((run) => {
    const sums = new Map<string, { seconds: number; calls: number }>();
    for (const kernel of run) {
      const { seconds, calls } = sums.get(keyOf(kernel)) ?? { seconds: 0, calls: 0 };
      sums.set(keyOf(kernel), { seconds: seconds + microseconds(kernel.dur) / 1e6, calls: calls + 1 });
    }
    return sums;
  });
  const middle = (values: readonly number[]) => median([...values].sort((a, b) => a - b));
  return {
    runs: runs.length,
    isPartial: isCut,
    nodes: [...names].map(([key, { name = '', args }]) => ({
      name: name.replace(/_kernel_time$/, '').replace(/^\/+/, ''),
      operator: args?.op_name ?? '',
      provider: args?.provider ?? null,
      seconds: middle(byRun.map((sums) => sums.get(key)?.seconds ?? 0)),
      calls: middle(byRun.map((sums) => sums.get(key)?.calls ?? 0)),
    })),
  };
}

function kernels(events: readonly ProfileEvent[]): ProfileEvent[] {
  return events.filter(({ cat, name }) => cat === 'Node' && name?.endsWith('_kernel_time') === true);
}

/** The kernels of each run, in the order of the runs. The event of a run is written when it ends. */
function runsOf(events: readonly ProfileEvent[], all: readonly ProfileEvent[]): ProfileEvent[][] {
  const runs = events
    .filter(({ cat, name }) => cat === 'Session' && name === 'model_run')
    .map(({ ts, dur }) => ({ from: microseconds(ts), to: microseconds(ts) + microseconds(dur) }))
    .sort((a, b) => a.from - b.from);
  return runs
    .map(({ from, to }) => all.filter(({ ts }) => microseconds(ts) >= from && microseconds(ts) <= to))
    .filter((run) => run.length > 0);
}

/** A name may stand in a graph twice, in bodies of loops and branches, or not at all. */
function keyOf({ name, args }: ProfileEvent): string {
  return JSON.stringify([name, args?.node_index, args?.op_name, args?.provider]);
}

/** Numbers are texts in some versions. */
function microseconds(value: number | string | undefined): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}

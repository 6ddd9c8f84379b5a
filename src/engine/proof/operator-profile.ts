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
  /** A run, all calls together; of a loop or a branch without the nodes of its own graphs, which are told themselves. */
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
    const inner = innerTimes(run);
    for (const kernel of run) {
      const { seconds, calls } = sums.get(keyOf(kernel)) ?? { seconds: 0, calls: 0 };
      const own = Math.max(0, microseconds(kernel.dur) - (inner.get(kernel) ?? 0));
      sums.set(keyOf(kernel), { seconds: seconds + own / 1e6, calls: calls + 1 });
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

/**
 * The kernels of each run, in the order of the runs. The event of a run is written when it ends. Of runs that overlap, a kernel belongs to the one that
 * began last.
 */
function runsOf(events: readonly ProfileEvent[], all: readonly ProfileEvent[]): ProfileEvent[][] {
  const runs = events
    .filter(({ cat, name }) => cat === 'Session' && name === 'model_run')
    .map((run) => ({ from: microseconds(run.ts), to: endOf(run), kernels: [] as ProfileEvent[] }))
    .sort((a, b) => a.from - b.from);
  for (const kernel of all) {
    const ts = microseconds(kernel.ts);
    const run = runs[lastIndexUpTo(runs, ts)];
    if (run !== undefined && ts <= run.to) run.kernels.push(kernel);
  }
  return runs.map((run) => run.kernels).filter((run) => run.length > 0);
}

/** Index of the last run that began at `ts` or before, -1 where none did: a profile has up to a million kernels, in thousands of runs. */
function lastIndexUpTo(runs: readonly { readonly from: number }[], ts: number): number {
  let [low, high] = [-1, runs.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((runs[middle]?.from ?? 0) <= ts) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Operators that run graphs of their own. */
const outerOperators = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);

/** Microseconds that the kernels right within the branches and bodies of each operator take: they are in its time, too. */
function innerTimes(run: readonly ProfileEvent[]): ReadonlyMap<ProfileEvent, number> {
  const inner = new Map<ProfileEvent, number>();
  const isOuter = ({ args }: ProfileEvent) => outerOperators.has(args?.op_name ?? '');
  if (!run.some(isOuter)) return inner;
  const byStart = run.toSorted(
    (a, b) =>
      microseconds(a.ts) - microseconds(b.ts) ||
      microseconds(b.dur) - microseconds(a.dur) ||
      Number(isOuter(b)) - Number(isOuter(a)),
  );
  const around: ProfileEvent[] = [];
  for (const kernel of byStart) {
    // Start and duration are cut off to whole microseconds each: an end may look one later than it is.
    while (endOf(kernel) > endOf(around.at(-1) ?? kernel) + 1) around.pop();
    const outer = around.at(-1);
    if (outer !== undefined) inner.set(outer, (inner.get(outer) ?? 0) + microseconds(kernel.dur));
    if (isOuter(kernel)) around.push(kernel);
  }
  return inner;
}

function endOf({ ts, dur }: ProfileEvent): number {
  return microseconds(ts) + microseconds(dur);
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

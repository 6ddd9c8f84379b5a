import { graphIsFused, isConverted } from './axes.ts';
import { scheduledLoad } from './estimate-load.ts';
import type { Limits, Plan, PlannedCase, Policy } from './plan.ts';
import { probePolicy } from './probe-policy.ts';

/** A span of seconds that something is expected to take. */
export interface TimeRange {
  readonly lowSeconds: number;
  readonly highSeconds: number;
}

/**
 * Nominal rates that the estimate rests on, wide enough for the CPUs of ten years: ResNet-50 ran at 47 to 85 G multiply-adds a second
 * and thread on a current server core, depending on fusion.
 */
const multiplyAddsPerThreadSecond = { slow: 25e9, fast: 100e9 };
/** Of a whole device: from a small one that works on one item to a large one that is full. */
const multiplyAddsPerAcceleratorSecond = { slow: 0.5e12, fast: 100e12 };
/** A 500×375 JPEG takes about 6 ms to become a tensor. */
const preprocessSecondsPerItem = { slow: 0.01, fast: 0 };
const startSeconds = { slow: 2, fast: 0.5 };
const proofSeconds = { slow: 15, fast: 2 };
/** Once for each; after that it lies in the cache. Quantising BERT-base takes the slow end. */
const variantSeconds = { rewritten: { slow: 5, fast: 0.5 }, converted: { slow: 20, fast: 0.5 } };
/** Rates that a search tries: a few to find one that is too high, then halves until the step is below 1 %. */
const probes = { slow: 14, fast: 8 };

export const estimateAssumption =
  'nominal 25 to 100 G multiply-adds a second and thread, or 0.5 to 100 T of an accelerator where the suite is about them, up to 10 ms an item for preprocessing, 0.5 to 2 s for a process to start, ' +
  '0.5 to 5 s for a model to be rewritten, up to 20 s to be converted, 2 to 15 s for a proof; a warm-up that waits for a plateau, and the window of a model whose multiply-adds are not known, take from their ' +
  'minimum to their maximum; without what engines need that compile, such as TensorRT and torch.compile: seconds to minutes a case';

/**
 * Seconds of one query of a case: what the engine takes, or, where that is longer, the gap until the next one is due. `multiplyAdds` is for
 * one item; null: not known, then from nothing to as long as the window allows if it is to hold its queries.
 */
export function querySeconds(planned: PlannedCase, multiplyAdds: number | null, { window }: Policy): TimeRange {
  const service = serviceSeconds(planned, multiplyAdds);
  const load = scheduledLoad(planned.scenario);
  if (load !== null) {
    return {
      lowSeconds: Math.max(service?.lowSeconds ?? 0, 1 / load.highRate),
      highSeconds: Math.max(service?.highSeconds ?? 0, load.longestGap(window.minQueries)),
    };
  }
  return service ?? { lowSeconds: 0, highSeconds: window.maxSeconds / window.minQueries };
}

/** Seconds that the engine takes for one query; null: the model's multiply-adds are not known. */
export function serviceSeconds(
  { axes, scope, scenario, device }: Pick<PlannedCase, 'axes' | 'scope' | 'scenario' | 'device'>,
  multiplyAdds: number | null,
): TimeRange | null {
  if (multiplyAdds === null) return null;
  const items = scenario.kind === 'multi_stream' ? scenario.itemsPerQuery : axes.batchSize;
  const at = (speed: 'slow' | 'fast'): number => {
    const rate =
      device === 'accelerator'
        ? multiplyAddsPerAcceleratorSecond[speed]
        : multiplyAddsPerThreadSecond[speed] * axes.threads;
    const inference = multiplyAdds / rate;
    return items * (inference + (scope === 'request' ? preprocessSecondsPerItem[speed] : 0));
  };
  return { lowSeconds: at('fast'), highSeconds: at('slow') };
}

/** Seconds of all rounds of a case: processes started, warmed up and measured; the pauses between them are the plan's. */
export function caseSeconds(query: TimeRange, { rounds, warmup, window }: Policy): TimeRange {
  const round = (perQuery: number, start: number, mayWait: boolean): number => {
    const minimum = Math.max(warmup.minSeconds, warmup.minQueries * perQuery);
    const warm = mayWait && warmup.until === 'plateau' ? Math.max(minimum, warmup.maxSeconds) : minimum;
    // The query that is under way when the window closes is waited for.
    const measured = Math.min(Math.max(window.minSeconds, window.minQueries * perQuery), window.maxSeconds + perQuery);
    return start + warm + measured;
  };
  return {
    lowSeconds: rounds * round(query.lowSeconds, startSeconds.fast, false),
    highSeconds: rounds * round(query.highSeconds, startSeconds.slow, true),
  };
}

/** Seconds of the search for the rate of a case; none where its rate is given. `query`: of the engine alone, at the slowest rate of interest. */
export function searchSeconds({ scenario }: PlannedCase, query: TimeRange, policy: Policy, limits: Limits): TimeRange {
  const { latency } = limits;
  if (scenario.kind !== 'server' || scenario.rate !== 'search' || latency === null) {
    return { lowSeconds: 0, highSeconds: 0 };
  }
  const probe = caseSeconds(query, probePolicy(policy, latency));
  return { lowSeconds: probes.fast * probe.lowSeconds, highSeconds: probes.slow * probe.highSeconds };
}

/** Seconds of the whole plan: cases, pauses, and what is done once for several of them: variants and proofs; not more than `max_time`. */
export function planSeconds(plan: Plan, cases: readonly TimeRange[]): TimeRange {
  const { policy } = plan;
  const total = (pick: (range: TimeRange) => number, speed: 'slow' | 'fast'): number => {
    const pauses = policy.cooldownSeconds * Math.max(0, policy.rounds * plan.cases.length - 1);
    const seconds = cases.reduce((sum, range) => sum + pick(range), pauses + preparationSeconds(plan, speed));
    return Math.min(seconds, policy.maxTimeSeconds ?? Number.POSITIVE_INFINITY);
  };
  return {
    lowSeconds: total((range) => range.lowSeconds, 'fast'),
    highSeconds: total((range) => range.highSeconds, 'slow'),
  };
}

/** How many whole rounds of all cases `max_time` leaves room for; null where there is no limit. Searches are counted as parts of the rounds. */
export function roundsInTime(
  plan: Plan,
  cases: readonly TimeRange[],
): { readonly slow: number; readonly fast: number } | null {
  const { rounds, maxTimeSeconds, cooldownSeconds } = plan.policy;
  if (maxTimeSeconds === null) return null;
  const fitting = (pick: (range: TimeRange) => number, speed: 'slow' | 'fast'): number => {
    const left = maxTimeSeconds - preparationSeconds(plan, speed);
    const round = cases.reduce((sum, range) => sum + pick(range) / rounds + cooldownSeconds, 0);
    return Math.min(rounds, Math.max(0, Math.floor(left / round)));
  };
  return {
    slow: fitting(({ highSeconds }) => highSeconds, 'slow'),
    fast: fitting(({ lowSeconds }) => lowSeconds, 'fast'),
  };
}

/** Seconds until the first round: models are rewritten and converted, configurations proven. */
function preparationSeconds(plan: Plan, speed: 'slow' | 'fast'): number {
  const { rewritten, converted } = variantsOf(plan);
  const variants = rewritten * variantSeconds.rewritten[speed] + converted * variantSeconds.converted[speed];
  return variants + proofsOf(plan) * proofSeconds[speed];
}

/** Files that hygiene, Dyno's fusion and precision make of the models: each once, however many cases load it. An operator has no graph. */
function variantsOf({ workloads, cases }: Plan): { readonly rewritten: number; readonly converted: number } {
  const rewritten = new Set<string>();
  const converted = new Set<string>();
  for (const { workload, axes } of cases) {
    if (workloads.find(({ name }) => name === workload)?.kind === 'operator') continue;
    const { backend, precision, hygiene, fusion } = axes;
    const settings = [workload, hygiene, graphIsFused(fusion)];
    if (isConverted(precision)) converted.add(JSON.stringify([...settings, precision]));
    // `graph` may use operators that only this backend has.
    else if (hygiene === 'on' || graphIsFused(fusion))
      rewritten.add(JSON.stringify([...settings, fusion === 'graph' ? backend : null]));
  }
  return { rewritten: rewritten.size, converted: converted.size };
}

/** One for each configuration of a workload: batch sizes, threads and scenarios share it. */
function proofsOf({ policy, cases }: Plan): number {
  const proven = cases.map(({ workload, axes: { backend, precision, hygiene, fusion, layout } }) =>
    JSON.stringify([workload, backend, precision, hygiene, fusion, layout]),
  );
  return policy.proof ? new Set(proven).size : 0;
}

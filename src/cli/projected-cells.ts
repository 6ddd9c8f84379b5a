import type { Plan, PlannedCase } from '../suite/plan.ts';

/** A case of the plan on hardware that is not here, before it is known which stacks have support. */
export interface ProjectedCell {
  /** Id of the profile. */
  readonly profile: string;
  readonly workload: string;
  readonly precision: string;
  readonly scenario: PlannedCase['scenario']['kind'];
  /** Items of a query that stands on its own; null where many wait, and the stack decides how many it takes at once. */
  readonly batchSize: number | null;
  /** The scenario of published figures; null: none is like it, and `why` says in which way. */
  readonly published: 'SingleStream' | 'Offline' | 'Server' | null;
  readonly why: string | null;
  /** Keys of the cases that it stands beside: they differ in what means nothing on the target. */
  readonly beside: readonly string[];
}

/** What a plan asks of hardware that is not here: each absent profile × each case that differs in what means something there. */
export function projectedCells({ cases, profiles }: Pick<Plan, 'cases' | 'profiles'>): ProjectedCell[] {
  const absent = profiles.filter(({ present }) => !present);
  return absent.flatMap(({ id }) => {
    const cells = new Map<string, ProjectedCell>();
    for (const planned of cases) {
      const cell = cellOf(planned, id);
      const { workload, precision, scenario, batchSize, why } = cell;
      const name = JSON.stringify([workload, precision, scenario, batchSize, why]);
      const known = cells.get(name);
      cells.set(name, known === undefined ? cell : { ...known, beside: [...known.beside, planned.key] });
    }
    return [...cells.values()];
  });
}

function cellOf({ key, workload, axes, scenario }: PlannedCase, profile: string): ProjectedCell {
  const { published, why } = counterpart(scenario, axes.batchSize);
  const isAlone = published === null || published === 'SingleStream';
  return {
    profile,
    workload,
    precision: axes.precision,
    scenario: scenario.kind,
    batchSize: isAlone ? axes.batchSize : null,
    published,
    why,
    beside: [key],
  };
}

/** Published scenarios: one item after the other, all items at once, items that arrive under a bound of the latency. */
function counterpart(scenario: PlannedCase['scenario'], batchSize: number): Pick<ProjectedCell, 'published' | 'why'> {
  const none = (what: string) => ({
    published: null,
    why: `${what}; published are the latency of one item after the other (single_stream at batch 1) and the throughput of offline and server`,
  });
  switch (scenario.kind) {
    case 'offline':
      return { published: 'Offline', why: null };
    case 'server':
      return { published: 'Server', why: null };
    case 'single_stream':
      if (batchSize === 1) return { published: 'SingleStream', why: null };
      return none(`no latency of a batch of ${batchSize} items is published`);
    default:
      return none(`nothing is published of the scenario ${scenario.kind}`);
  }
}

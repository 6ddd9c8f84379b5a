import { loadCatalogue } from '../hardware/catalogue.ts';
import type { HardwareProfile } from '../hardware/profile.ts';
import { loadPublished } from '../hardware/published.ts';
import { canonicalJson, sha256 } from '../kernel/content-hash.ts';
import type { Registry } from '../kernel/registry.ts';
import type { ProjectionAsked, ProjectionOutcome, ProjectionRecord } from '../results/projection-record.ts';
import { confidence } from '../roofline/efficiency-model.ts';
import { type Evidence, sortEvidence } from '../roofline/evidence.ts';
import { modelCostOf } from '../roofline/graph-cost.ts';
import { knownModel, knownModels, type ModelCost } from '../roofline/known-models.ts';
import type { OwnEvidence } from '../roofline/own-evidence.ts';
import { type Projection, Projector } from '../roofline/project.ts';
import type { GraphCount } from '../runner/job.ts';
import type { Projections } from '../runner/run-context.ts';
import type { Plan } from '../suite/plan.ts';
import type { Workload } from '../workloads/workload.ts';
import { type ResultPlaces, readOwnEvidence } from './own-results.ts';
import { type ProjectedCell, projectedCells } from './projected-cells.ts';
import type { ProjectedRow } from './projected-table.ts';

/** What projections are computed from: profiles, and what was published, or measured by oneself before. */
export interface ProjectionBasis {
  readonly profiles: readonly HardwareProfile[];
  readonly evidence: readonly Evidence[];
  /** What results of one's own came to, whose rows are in `evidence`; left out where none were named. */
  readonly own?: OwnEvidence;
}

/** Reads the profiles, the published figures, and results of one's own where they are named. Throws what reading them throws. */
export function projectionBasis(
  folder: string | undefined,
  results?: { readonly places: ResultPlaces; readonly hub: Registry<Workload> },
): ProjectionBasis {
  const { profiles } = loadCatalogue({ own: folder });
  const published = sortEvidence(loadPublished(), profiles).evidence;
  if (results === undefined) return { profiles, evidence: published };
  const own = readOwnEvidence(results.places, profiles, results.hub);
  return { profiles, evidence: [...published, ...own.evidence], own };
}

/**
 * The cases of a plan on hardware that is not here: computed from the cost of the model, the profile and what was published of a stack,
 * or measured with it in earlier results that were named. No figure of the run goes into them.
 */
export class CaseProjections implements Projections {
  readonly graphs: ReadonlySet<string>;
  readonly #cells: readonly ProjectedCell[];
  readonly #publishedAs: ReadonlyMap<string, string>;
  readonly #operators: ReadonlySet<string>;
  readonly #stacks: readonly string[] | null;
  readonly #evidence: readonly Evidence[];
  readonly #projector: Projector;
  readonly #evidenceSha256: string;
  readonly #profileSha256: ReadonlyMap<string, string>;

  /** `publishedAs`: names of the plan's workloads among published figures, as `publishedNames` finds them. */
  constructor(
    plan: Plan,
    { profiles, evidence }: ProjectionBasis,
    stacks: readonly string[] | null,
    publishedAs: ReadonlyMap<string, string>,
  ) {
    this.#cells = projectedCells(plan);
    this.#publishedAs = publishedAs;
    this.#operators = new Set(plan.workloads.filter(({ kind }) => kind === 'operator').map(({ name }) => name));
    this.graphs = new Set(this.#cells.filter((cell) => this.#needsGraph(cell)).map(({ workload }) => workload));
    this.#stacks = stacks;
    this.#evidence = evidence;
    this.#projector = new Projector(profiles, evidence);
    this.#evidenceSha256 = hashOf(evidence.map(({ figure, logEfficiency }) => ({ figure, logEfficiency })));
    this.#profileSha256 = new Map(
      // Where it was read on this machine is no part of what it says.
      profiles.map(({ file: _file, replaces: _replaces, ...profile }) => [profile.id, hashOf(profile)]),
    );
  }

  records(graphs: ReadonlyMap<string, GraphCount>, done: readonly ProjectionRecord[]): ProjectionRecord[] {
    const cellName = (one: Pick<ProjectedCell, 'profile' | 'beside'>) => `${one.profile} ${one.beside[0]}`;
    const [cells, keys] = [new Set(done.map(cellName)), new Set(done.map(({ key }) => key))];
    return (
      this.#cells
        // What an earlier sitting could project, it did; a workload that has nothing left to run is not read again.
        .filter((cell) => !(cells.has(cellName(cell)) && this.#needsGraph(cell) && !graphs.has(cell.workload)))
        .flatMap((cell) => this.#recordsOf(cell, graphs.get(cell.workload) ?? notRead))
        .filter(({ key }) => !keys.has(key))
    );
  }

  /** The rows as they are known before anything is made ready: what needs the graph of a model has no outcome yet. */
  planned(): ProjectedRow[] {
    return this.#cells.flatMap((cell): ProjectedRow[] => {
      const { workload, profile, precision, scenario, batchSize } = cell;
      const row = { workload, profile, precision, scenario, batchSize };
      if (this.#needsGraph(cell)) {
        const stacks = this.#stacks ?? [null];
        return stacks.map((stack) => ({ ...row, id: idOf(cell, stack), stack, cost: 'graph', outcome: null }));
      }
      const records = this.#recordsOf(cell, notRead);
      return records.map(({ id, stack, asked, outcome }) => ({ ...row, id, stack, cost: asked.cost, outcome }));
    });
  }

  #needsGraph({ workload, published, precision }: ProjectedCell): boolean {
    const isAnswered = published === null || precision === 'int8_dynamic' || this.#operators.has(workload);
    return !isAnswered && !this.#publishedAs.has(workload);
  }

  #recordsOf(cell: ProjectedCell, graph: GraphCount): ProjectionRecord[] {
    const cost = this.#costOf(cell, graph);
    const record = (stack: string | null, outcome: ProjectionOutcome): ProjectionRecord => {
      const known = 'code' in cost ? null : cost;
      const asked = this.#asked(cell, known === null ? null : known.from);
      const parts = {
        evidence: this.#evidenceSha256,
        profile: this.#profileSha256.get(cell.profile) ?? '',
        cost: known === null ? null : hashOf(known.cost),
      };
      const own = this.#evidence.filter((one) => one.measured !== undefined && one.stack === stack).length;
      const { profile, beside } = cell;
      const sha256 = hashOf({ ...parts, asked, stack });
      const inputs = { ...parts, sha256, ...(own === 0 ? {} : { ownRows: own }) };
      const key = hashOf({ profile, beside, stack });
      return { id: idOf(cell, stack), key, beside, profile, stack, asked, inputs, outcome };
    };
    if ('code' in cost) return (this.#stacks ?? [null]).map((stack) => record(stack, refusal(cost)));
    const { profile, precision, published } = cell;
    const outcomes = (this.#stacks ?? stacksOf(this.#evidence, cell)).map((stack) => {
      const request = { accelerator: profile, cost: cost.cost, scenario: published ?? '', precision, stack };
      return { stack, outcome: outcomeOf(this.#projector.project(request)) };
    });
    if (this.#stacks !== null) return outcomes.map(({ stack, outcome }) => record(stack, outcome));
    const supported = outcomes.filter(({ outcome }) => !('refused' in outcome));
    if (supported.length > 0) return supported.map(({ stack, outcome }) => record(stack, outcome));
    return [record(null, noneOf(outcomes, precision))];
  }

  #asked({ workload, published, precision }: ProjectedCell, cost: ProjectionAsked['cost']): ProjectionAsked {
    const unit =
      published === null
        ? null
        : ({
            SingleStream: 'ms (p90)',
            Server: 'queries/s per accelerator',
            Offline: 'samples/s per accelerator',
          }[published] ?? null);
    return { model: this.#publishedAs.get(workload) ?? workload, cost, scenario: published, precision, unit };
  }

  /** What the model costs, or why nothing can be said of the cell. */
  #costOf(cell: ProjectedCell, graph: GraphCount): KnownCost | Unknown {
    const { workload, why, precision } = cell;
    if (this.#operators.has(workload)) return { code: 'NO_MODEL', message: 'it is an operator, not a model' };
    if (why !== null) return { code: 'NO_COUNTERPART', message: why };
    if (precision === 'int8_dynamic') {
      return {
        code: 'NO_PEAK',
        message:
          'what is published of 8-bit integers has its scales worked out beforehand, not as it runs; --precision int8 can be projected',
      };
    }
    const name = this.#publishedAs.get(workload);
    if (name !== undefined) {
      const cost = knownModel(name);
      if (cost !== null) return { cost, from: 'published' };
      const ids = knownModels.map(({ id }) => id).join(', ');
      return {
        code: 'UNKNOWN_MODEL',
        message: `the workload says that it is published as "${name}", of which nothing is known; known: ${ids}`,
      };
    }
    if ('code' in graph) return graph;
    const cost = modelCostOf(graph.work, {
      id: workload,
      ...(graph.parameters === null ? {} : { parameters: graph.parameters }),
    });
    if ('unknown' in cost)
      return { code: 'UNKNOWN_MODEL', message: `what it costs cannot be counted: ${cost.unknown}` };
    return { cost, from: 'graph' };
  }
}

interface KnownCost {
  readonly cost: ModelCost;
  readonly from: 'published' | 'graph';
}

interface Unknown {
  readonly code: string;
  readonly message: string;
}

const notRead: GraphCount = {
  code: 'WORKLOAD_NOT_PREPARED',
  message:
    'its graph was not read, because the workload was not made ready; what kept its cases from running stands there',
};

/** The names of workloads of a plan among published figures, as the hub tells them. */
export function publishedNames({ workloads }: Plan, hub: Registry<Workload>): ReadonlyMap<string, string> {
  return new Map(
    workloads.flatMap(({ name, kind, images }) => {
      const inHub = kind === 'hub' ? name : images?.workload;
      const published = inHub === undefined || !hub.has(inHub) ? undefined : hub.get(inHub).publishedAs;
      return published === undefined ? [] : [[name, published] as const];
    }),
  );
}

/** `resnet50/nvidia-a100-sxm4-80gb/mlperf/b1/int8/single_stream`. */
function idOf({ workload, profile, batchSize, precision, scenario }: ProjectedCell, stack: string | null): string {
  const batch = batchSize === null ? [] : [`b${batchSize}`];
  return [workload, profile, stack ?? 'no-stack', ...batch, precision, scenario].join('/');
}

function outcomeOf(projection: Projection): ProjectionOutcome {
  if ('refused' in projection) return { refused: projection.refused, code: projection.code };
  const { value, low, high, unit, nearest, modelDevices } = projection;
  return { value, low, high, level: confidence, unit, nearest, modelDevices };
}

function refusal({ code, message }: Unknown): ProjectionOutcome {
  return { refused: message, code };
}

/** Why no stack has support: what they agree in, else what keeps the one of which most is known, and which others there are. */
function noneOf(
  outcomes: readonly { readonly stack: string; readonly outcome: ProjectionOutcome }[],
  precision: string,
): ProjectionOutcome {
  const refused = outcomes.flatMap(({ stack, outcome }) => ('refused' in outcome ? [{ stack, ...outcome }] : []));
  const [first] = refused;
  if (first === undefined) {
    return {
      refused: `no stack has a published figure in ${precision} under this scenario; one of any model would help`,
      code: 'NO_SUPPORT',
    };
  }
  const { code, stack } = first;
  if (refused.every((one) => one.refused === first.refused)) return { refused: first.refused, code };
  const others = refused.slice(1).map((one) => one.stack);
  return { refused: `no stack has support. ${stack}: ${first.refused}. Nor have ${others.join(', ')}`, code };
}

/** Stacks that have run this precision under this scenario, that of which most is known first: what one does where it was never seen is a guess. */
function stacksOf(evidence: readonly Evidence[], { precision, published }: ProjectedCell): string[] {
  const counts = new Map<string, number>();
  for (const one of evidence)
    if (one.precision === precision && one.scenario === published)
      counts.set(one.stack, (counts.get(one.stack) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([stack]) => stack);
}

function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

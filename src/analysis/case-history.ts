import { DynoError } from '../kernel/errors.ts';
import type {
  Cause,
  CollectorState,
  ModelRecord,
  Proof,
  Reason,
  RunEvent,
  SealedFile,
  VariantRecord,
} from '../results/events.ts';
import type { Case } from '../results/run.ts';
import type { CaseSnapshot, Measured } from '../results/snapshot.ts';

/** What the events tell of one case. */
export interface CaseHistory {
  readonly planned: CaseSnapshot;
  readonly model: ModelRecord | null;
  /** What was made of the model for it; null: nothing, or it did not come to that. */
  readonly variant: VariantRecord | null;
  readonly data: Case['data'];
  /** Why it failed: what befell the case itself, else its workload. */
  readonly cause: Cause | null;
  readonly skipped: Reason | null;
  /** The proof of its configuration, and the case whose process took it: cases that differ in other axes share a proof. */
  readonly proof: { readonly proof: Proof; readonly of: CaseSnapshot } | null;
  /** The search for its rate; null: none was begun. */
  readonly search: SearchEvents | null;
  /** Every attempt at a round, in the order in which they were made. */
  readonly attempts: readonly Attempt[];
}

/** What the events tell of the search for the rate of a `server` case. */
export interface SearchEvents {
  readonly probes: readonly EventOf<'probe.finished'>[];
  /** null: the search has not ended. */
  readonly end: EventOf<'search.finished'> | null;
}

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** One process of a round. A round that was cut and run again has two. */
export interface Attempt {
  readonly round: number;
  /** null: the process could not even be started. */
  readonly order: number | null;
  readonly seed: number | null;
  /** An attempt that has no end in the events was interrupted: its runner was killed. */
  readonly end:
    | {
        readonly status: 'ok';
        readonly samples: SealedFile;
        readonly telemetry: SealedFile | null;
        readonly measured: Measured;
      }
    | {
        readonly status: 'failed' | 'interrupted';
        readonly samples: SealedFile | null;
        readonly telemetry: SealedFile | null;
      };
  /** What the sampler of its sitting could sample; empty when there was no sampler. */
  readonly collectors: readonly CollectorState[];
  /** The measurement of its sitting at rest; null: it took none. */
  readonly idle: EventOf<'idle.measured'> | null;
  /** The power limit that its sitting set; null: it set none. */
  readonly limited: EventOf<'power.limited'> | null;
  /** What the sampler lost while it ran. */
  readonly problems: readonly TelemetryProblem[];
}

/** A collector, or with null the whole sampler, that was lost. */
export type TelemetryProblem = Omit<EventOf<'telemetry.problem'>, 'at' | 't' | 'type'>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type DraftAttempt = Mutable<Omit<Attempt, 'problems'>> & { problems: TelemetryProblem[] };
type Draft = Mutable<Omit<CaseHistory, 'attempts'>> & {
  attempts: DraftAttempt[];
  /** Kept apart from the causes of the case itself: only this one ends when the workload is prepared after all. */
  workloadCause: Cause | null;
};

/** The history of each case of the plan, in the plan's order. Throws `EVENTS_CORRUPT` for an event of a case that the plan does not have. */
export function caseHistories(events: readonly RunEvent[], planned: readonly CaseSnapshot[]): CaseHistory[] {
  const drafts = new Map(planned.map((one) => [one.key, draftOf(one)]));
  const draftFor = (key: string): Draft => {
    const draft = drafts.get(key);
    if (draft === undefined) {
      throw new DynoError(
        'EVENTS_CORRUPT',
        `The events name a case ${key} that is not in the plan of their run. Was the log put together from two runs?`,
      );
    }
    return draft;
  };
  const ofWorkload = (name: string) => [...drafts.values()].filter((draft) => draft.planned.workload === name);

  let collectors: readonly CollectorState[] = [];
  let idle: Attempt['idle'] = null;
  let limited: Attempt['limited'] = null;
  /** Rounds run one at a time: what is lost is lost in this one. */
  let running: DraftAttempt | null = null;
  for (const event of events) {
    switch (event.type) {
      case 'run.resumed':
        [collectors, idle, limited, running] = [[], null, null, null];
        break;
      case 'sampler.started':
        collectors = event.collectors;
        break;
      case 'idle.measured':
        idle = event;
        break;
      case 'power.limited':
        limited = event;
        break;
      case 'telemetry.problem': {
        const { collector, code, reason } = event;
        running?.problems.push(code === undefined ? { collector, reason } : { collector, code, reason });
        break;
      }
      case 'workload.prepared':
        // A resumed run prepares again, and may succeed where the first sitting failed.
        for (const draft of ofWorkload(event.workload)) {
          const data = { sha256: event.dataSha256, items: event.items };
          Object.assign(draft, { model: event.model, data, workloadCause: null });
        }
        break;
      case 'variant.prepared':
        for (const key of event.keys) draftFor(key).variant = event.variant;
        break;
      case 'workload.failed':
        for (const draft of ofWorkload(event.workload)) draft.workloadCause = event.cause;
        break;
      case 'case.skipped':
        draftFor(event.key).skipped = event.reason;
        break;
      case 'case.failed':
        draftFor(event.key).cause = event.cause;
        break;
      case 'proof.finished': {
        const [first] = event.keys;
        if (first === undefined) break;
        const of = draftFor(first).planned;
        for (const key of event.keys) draftFor(key).proof = { proof: event.proof, of };
        break;
      }
      case 'proof.failed':
        for (const key of event.keys) draftFor(key).cause = event.cause;
        break;
      case 'probe.finished': {
        const draft = draftFor(event.key);
        draft.search = { probes: [...(draft.search?.probes ?? []), event], end: null };
        break;
      }
      case 'search.finished': {
        const draft = draftFor(event.key);
        draft.search = { probes: draft.search?.probes ?? [], end: event };
        break;
      }
      case 'round.started':
        running = {
          round: event.round,
          order: event.order,
          seed: event.seed,
          end: cutOff,
          collectors,
          idle,
          limited,
          problems: [],
        };
        draftFor(event.key).attempts.push(running);
        break;
      case 'round.finished':
        openAttempt(draftFor(event.key), event.round).end = {
          status: 'ok',
          samples: event.samples,
          telemetry: event.telemetry,
          measured: event.measured,
        };
        break;
      case 'round.failed':
        openAttempt(draftFor(event.key), event.round).end = ended('failed', event);
        draftFor(event.key).cause = event.cause;
        break;
      case 'round.interrupted':
        openAttempt(draftFor(event.key), event.round).end = ended('interrupted', event);
        break;
      default:
        break;
    }
  }
  return [...drafts.values()].map(({ workloadCause, ...own }) => ({ ...own, cause: own.cause ?? workloadCause }));
}

/** End of an attempt until the events tell another. */
const cutOff: Attempt['end'] = { status: 'interrupted', samples: null, telemetry: null };

function draftOf(planned: CaseSnapshot): Draft {
  return {
    planned,
    model: null,
    variant: null,
    data: null,
    cause: null,
    workloadCause: null,
    skipped: null,
    proof: null,
    search: null,
    attempts: [],
  };
}

function ended(
  status: 'failed' | 'interrupted',
  { samples, telemetry }: { readonly samples: SealedFile | null; readonly telemetry: SealedFile | null },
): Attempt['end'] {
  return { status, samples, telemetry };
}

/** The latest attempt at a round that has no end yet, or a new one for a process that never came to start. */
function openAttempt(draft: Draft, round: number): DraftAttempt {
  const open = draft.attempts.findLast((attempt) => attempt.round === round && attempt.end === cutOff);
  if (open !== undefined) return open;
  const unknown = { order: null, seed: null, collectors: [], idle: null, limited: null };
  const fresh: DraftAttempt = { round, ...unknown, end: cutOff, problems: [] };
  draft.attempts.push(fresh);
  return fresh;
}

import type { Proof, RunEvent } from '../results/events.ts';

/** What a run has done so far, read from its events: where `--resume` goes on. */
export interface History {
  /** `key/round` of rounds that have ended well: they are never run again. */
  readonly finished: ReadonlySet<string>;
  /** Queries of each finished round, by the key of its case. */
  readonly queries: ReadonlyMap<string, readonly number[]>;
  /** Searches for the rate of a case, by its key. */
  readonly searches: ReadonlyMap<string, SearchHistory>;
  /** Keys of cases that have failed or were skipped. */
  readonly ended: ReadonlySet<string>;
  readonly proofs: ReadonlyMap<string, Proof>;
  /** Rounds that were started and whose end was never written: their runner was killed. */
  readonly cut: readonly {
    readonly key: string;
    readonly round: number;
    readonly attempt: number;
    readonly pid: number;
  }[];
  /** How often a round (`key/round`) has been started. */
  readonly attempts: ReadonlyMap<string, number>;
  /** Process ids of the sampler and the rounds that were not seen to end. */
  readonly openPids: readonly number[];
  /** SHA-256 of the model and of the data of each workload, as first prepared. */
  readonly prepared: ReadonlyMap<string, { readonly model: string; readonly data: string }>;
  /** SHA-256 of the variant that each case was measured on, by its key; cases on models as they are have none. */
  readonly variants: ReadonlyMap<string, string>;
  readonly fingerprint: string | null;
  /** How often the run was begun or gone on with before. */
  readonly sittings: number;
}

/** How far the search for the rate of a case has come. */
export interface SearchHistory {
  /** In the order in which they were made: the search goes through them again without measuring. */
  readonly probes: readonly ProbeFinished[];
  /** How often a probe, by its number, has been started. */
  readonly attempts: ReadonlyMap<number, number>;
  /** null: the search has not ended. */
  readonly end: { readonly rate: number | null } | null;
}

export type ProbeFinished = Extract<RunEvent, { type: 'probe.finished' }>;

export function roundName(key: string, round: number): string {
  return `${key}/${round}`;
}

export function readHistory(events: readonly RunEvent[]): History {
  const finished = new Set<string>();
  const ended = new Set<string>();
  const proofs = new Map<string, Proof>();
  const attempts = new Map<string, number>();
  const open = new Map<string, { key: string; round: number; attempt: number; pid: number }>();
  const prepared = new Map<string, { model: string; data: string }>();
  const variants = new Map<string, string>();
  const queries = new Map<string, number[]>();
  const searches = new Map<string, SearchDraft>();
  const openProbes = new Map<string, number>();
  const searchOf = (key: string): SearchDraft => {
    const known = searches.get(key) ?? { probes: [], attempts: new Map(), end: null };
    searches.set(key, known);
    return known;
  };
  let samplerPid: number | null = null;
  let fingerprint: string | null = null;
  let sittings = 0;

  for (const event of events) {
    switch (event.type) {
      case 'run.started':
        fingerprint = event.environment.fingerprint;
        sittings++;
        break;
      case 'run.resumed':
        sittings++;
        break;
      case 'sampler.started':
        samplerPid = event.pid;
        break;
      case 'workload.prepared':
        prepared.set(event.workload, { model: event.model.sha256, data: event.dataSha256 });
        break;
      case 'variant.prepared':
        for (const key of event.keys) variants.set(key, event.variant.sha256);
        break;
      case 'case.skipped':
      case 'case.failed':
        ended.add(event.key);
        openProbes.delete(event.key);
        break;
      case 'proof.failed':
        for (const key of event.keys) ended.add(key);
        break;
      case 'proof.finished':
        for (const key of event.keys) proofs.set(key, event.proof);
        break;
      case 'round.started': {
        const name = roundName(event.key, event.round);
        const attempt = (attempts.get(name) ?? 0) + 1;
        attempts.set(name, attempt);
        open.set(name, { key: event.key, round: event.round, attempt, pid: event.pid });
        break;
      }
      case 'round.finished':
        finished.add(roundName(event.key, event.round));
        queries.set(event.key, [...(queries.get(event.key) ?? []), event.measured.queries]);
        open.delete(roundName(event.key, event.round));
        break;
      case 'round.failed':
        ended.add(event.key);
        open.delete(roundName(event.key, event.round));
        break;
      case 'round.interrupted':
        open.delete(roundName(event.key, event.round));
        break;
      case 'probe.started': {
        const { attempts: tries } = searchOf(event.key);
        tries.set(event.probe, (tries.get(event.probe) ?? 0) + 1);
        openProbes.set(event.key, event.pid);
        break;
      }
      case 'probe.finished':
        searchOf(event.key).probes.push(event);
        openProbes.delete(event.key);
        break;
      case 'search.finished':
        searchOf(event.key).end = { rate: event.rate };
        break;
      case 'run.interrupted':
      case 'run.finished':
        // It ended by itself, and waited for its sampler to end.
        samplerPid = null;
        openProbes.clear();
        break;
      default:
        break;
    }
  }
  const cut = [...open.values()];
  const ofSampler = samplerPid === null ? [] : [samplerPid];
  const openPids = [...cut.map(({ pid }) => pid), ...openProbes.values(), ...ofSampler];
  return {
    finished,
    queries,
    searches,
    ended,
    proofs,
    cut,
    attempts,
    openPids,
    prepared,
    variants,
    fingerprint,
    sittings,
  };
}

interface SearchDraft {
  readonly probes: ProbeFinished[];
  readonly attempts: Map<number, number>;
  end: SearchHistory['end'];
}

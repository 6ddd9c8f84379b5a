import type { Proof, RunEvent } from '../results/events.ts';

/** What a run has done so far, read from its events: where `--resume` goes on. */
export interface History {
  /** `key/round` of rounds that have ended well: they are never run again. */
  readonly finished: ReadonlySet<string>;
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
  readonly fingerprint: string | null;
}

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
  let samplerPid: number | null = null;
  let fingerprint: string | null = null;

  for (const event of events) {
    switch (event.type) {
      case 'run.started':
        fingerprint = event.environment.fingerprint;
        break;
      case 'sampler.started':
        samplerPid = event.pid;
        break;
      case 'workload.prepared':
        prepared.set(event.workload, { model: event.model.sha256, data: event.dataSha256 });
        break;
      case 'case.skipped':
      case 'case.failed':
        ended.add(event.key);
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
        open.delete(roundName(event.key, event.round));
        break;
      case 'round.failed':
        ended.add(event.key);
        open.delete(roundName(event.key, event.round));
        break;
      case 'round.interrupted':
        open.delete(roundName(event.key, event.round));
        break;
      case 'run.interrupted':
      case 'run.finished':
        // It ended by itself, and waited for its sampler to end.
        samplerPid = null;
        break;
      default:
        break;
    }
  }
  const cut = [...open.values()];
  const openPids = [...cut.map(({ pid }) => pid), ...(samplerPid === null ? [] : [samplerPid])];
  return { finished, ended, proofs, cut, attempts, openPids, prepared, fingerprint };
}

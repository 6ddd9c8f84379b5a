import type { RoundEnergy } from '../results/energy.ts';
import type { Environment, Reason } from '../results/events.ts';
import type { Case, Round } from '../results/run.ts';
import type { PlanSnapshot } from '../results/snapshot.ts';
import type { AccuracyReference } from './accuracy-reference.ts';
import { caseEnergy, type EnergyOfRound } from './case-energy.ts';
import { caseFigures } from './case-figures.ts';
import type { Attempt, CaseHistory } from './case-history.ts';
import { caseModel } from './case-model.ts';
import { deviceTimeOf } from './device-time.ts';
import { effectiveSettings } from './effective-settings.ts';
import type { IdlePowers } from './idle-power.ts';
import type { ObserverVisitor } from './observer-effect.ts';
import { type PooledSamples, poolSamples } from './pool-samples.ts';
import { answersOf, operatorTimes } from './proven-figures.ts';
import { rateSearch } from './rate-search.ts';
import { Reasons } from './reasons.ts';
import { roundEnergy } from './round-energy.ts';
import { roundWatchers, visitorsOf, watchedFigures } from './round-watchers.ts';
import type { LimitsNotHeld } from './run-power-limit.ts';
import type { ReadSamples, SampleReader } from './scan-samples.ts';
import { summariseRounds } from './summarise-rounds.ts';
import { transportOf, wallSeconds } from './transport.ts';
import type { Evidence, RoundEvidence } from './verdicts/evidence.ts';
import { judgeCase, unjudged } from './verdicts/judge-case.ts';
import { type WatchedMachine, watchedMachine } from './watched-machine.ts';

/** What of the run a case is summarised and judged by. */
export interface CaseSettings extends Pick<PlanSnapshot, 'policy' | 'limits'> {
  readonly environment: Environment;
  /** null: the run has none. */
  readonly accuracyReference: AccuracyReference | null;
  readonly idlePowers: IdlePowers;
  readonly limitsNotHeld: LimitsNotHeld;
}

/** A round that ended well, with what its process reported. */
type FinishedAttempt = Attempt & { readonly end: Extract<Attempt['end'], { status: 'ok' }> };

/**
 * The summary of one case. Every figure is of the finished rounds alone: latencies pooled over their queries, throughput as the
 * mean of the rounds. What failed or was interrupted is listed under `rounds` and counts nowhere. Every null has its reason.
 * `runEnded` tells whether more rounds may still come; `onObserved` is told what tells blocks with sampling from those without.
 */
export async function summariseCase(
  history: CaseHistory,
  settings: CaseSettings,
  runEnded: boolean,
  reader: SampleReader,
  onObserved: (observers: readonly ObserverVisitor[]) => void = () => {},
): Promise<Case> {
  const { planned } = history;
  const reasons = new Reasons();
  const finished = history.attempts.filter((attempt): attempt is FinishedAttempt => attempt.end.status === 'ok');
  const status = statusOf(history, finished.length, settings.policy.rounds, runEnded, reasons);
  const watchers = await roundWatchers(finished, planned.scenario, reader.chunks);
  const pool = await poolSamples(
    finished.map(({ end }, index) => ({
      file: end.samples,
      visitors: watchers.slice(index, index + 1).flatMap(visitorsOf),
    })),
    reader.chunks,
    // Offline schedules everything at 0: a response time would measure the length of the window.
    planned.scenario.kind === 'offline' ? 'service' : 'response',
  );
  const energies = await energiesOf(finished, reader.columns);
  const steadyStates = watchers.map(({ steady }) => steady.result());
  const rounds = summariseRounds(history.attempts, { pool, energies, steadyStates }, planned.scenario, reasons);
  const isMeasured = (status === 'ok' || status === 'interrupted') && finished.length > 0;
  const unmeasured = `CASE_${status.toUpperCase()}`;
  const figures = caseFigures(
    isMeasured ? { pool, reports: finished.map(({ end }) => end.measured) } : null,
    { scenario: planned.scenario, scope: planned.scope, bareLoop: settings.policy.bareLoop, unmeasured },
    reasons,
  );
  const transport = isMeasured
    ? transportOf(
        finished.map(({ end }) => end.measured),
        pool.service.mean,
      )
    : null;
  const deviceTime = isMeasured ? deviceTimeOf(finished.map(({ end }) => end.measured)) : null;
  if (isMeasured) onObserved(watchers.flatMap(({ observer }) => observer ?? []));
  const watched = isMeasured
    ? watchedFigures(watchers, planned.scenario, history.search?.end?.rate ?? null, reasons)
    : { load: reasons.withhold('load', unmeasured), observer: reasons.withhold('observer', unmeasured) };
  const summary: Evidence['figures'] = {
    id: planned.id,
    key: planned.key,
    workload: planned.workload,
    ...caseModel(history, isMeasured ? null : unmeasured, reasons),
    data: history.data ?? reasons.withhold('data', 'WORKLOAD_NOT_PREPARED'),
    backend: planned.axes.backend,
    stack: planned.stack,
    axes: planned.axes,
    ...(planned.providerOptions === undefined ? {} : { providerOptions: planned.providerOptions }),
    scenario: planned.scenario,
    scope: planned.scope,
    profile: planned.profile,
    ...(planned.axisOrigins === undefined ? {} : { axisOrigins: planned.axisOrigins }),
    provenance: 'measured',
    status,
    cause: status === 'failed' ? history.cause : null,
    latency: figures.latency,
    serviceLatency: figures.serviceLatency,
    queueDelay: figures.queueDelay,
    issueDelay: figures.issueDelay,
    ...watched,
    ...rateSearch(history, reasons),
    stages: figures.stages,
    ...(transport === null ? {} : { transport }),
    ...(deviceTime === null ? {} : { deviceTime }),
    throughput: figures.throughput,
    coldStart: figures.coldStart,
    memory: figures.memory,
    cpu: figures.cpu,
    energy: isMeasured
      ? caseEnergy(energyRounds(finished, energies, pool, settings.idlePowers), reasons)
      : reasons.withhold('energy', unmeasured),
    ...qualityOf(history, settings, reasons),
    ...answersOf(history.proof?.proof ?? null, reasons),
    requested: { ...planned.axes, ...planned.providerOptions },
    effective: effectiveSettings(history, isMeasured ? finished : [], reasons),
    operators: history.proof?.proof.operators ?? reasons.withhold('operators', notProven(settings.policy.proof)),
    ...operatorTimes(history.proof?.proof ?? null, reasons),
    overhead: figures.overhead,
    rounds,
    withinLimit: withinLimit(figures.latency, settings.limits.latency, reasons),
  };
  const verdicts = isMeasured
    ? judgeCase(
        {
          figures: summary,
          reasons: reasons.all(),
          ...settings,
          rounds: await roundEvidence(finished, rounds, settings, reader.columns),
          proof: history.proof?.proof ?? null,
        },
        reasons,
      )
    : unjudged({ code: unmeasured, need: null, have: null }, reasons);
  const { withinLimit: within, ...others } = summary;
  return { ...others, ...verdicts, withinLimit: within, reasons: reasons.all() };
}

/** What the finished rounds are judged by, one telemetry file in memory at a time. */
async function roundEvidence(
  finished: readonly FinishedAttempt[],
  rounds: readonly Round[],
  { environment, limitsNotHeld }: CaseSettings,
  readSamples: ReadSamples,
): Promise<RoundEvidence[]> {
  const summaries = rounds.flatMap(({ summary }) => summary ?? []);
  const evidence: RoundEvidence[] = [];
  for (const [index, { round, end, problems, limited }] of finished.entries()) {
    const summary = summaries[index];
    if (summary === undefined) continue;
    const watched = await watchedOf(end, environment, readSamples);
    const lost = limited === null ? undefined : limitsNotHeld.get(limited);
    const limits = lost === undefined ? {} : { limitsNotHeld: lost };
    evidence.push({ round, measured: end.measured, summary, problems, watched, ...limits });
  }
  return evidence;
}

async function watchedOf(
  { telemetry, measured }: FinishedAttempt['end'],
  { cpu }: Environment,
  readSamples: ReadSamples,
): Promise<WatchedMachine | Reason> {
  if (telemetry === null) return { code: 'NOT_SAMPLED', need: null, have: null };
  const window = { start: measured.windowStart, length: wallSeconds(measured) };
  return watchedMachine(await readSamples(telemetry), window, cpu.logicalCores);
}

/** Energy of each finished round, one telemetry file in memory at a time. */
async function energiesOf(
  finished: readonly FinishedAttempt[],
  readSamples: ReadSamples,
): Promise<(RoundEnergy | Reason)[]> {
  const energies: (RoundEnergy | Reason)[] = [];
  for (const attempt of finished) {
    const { telemetry, measured } = attempt.end;
    const window = { start: measured.windowStart, seconds: wallSeconds(measured) };
    energies.push(await roundEnergy(attempt, telemetry, window, readSamples));
  }
  return energies;
}

function energyRounds(
  finished: readonly FinishedAttempt[],
  energies: readonly (RoundEnergy | Reason)[],
  pool: PooledSamples,
  idlePowers: IdlePowers,
): EnergyOfRound[] {
  return finished.flatMap(({ end, idle: event }, index) => {
    const [energy, samples] = [energies[index], pool.rounds[index]];
    const idle = event === null ? null : (idlePowers.get(event) ?? null);
    return energy === undefined || samples === undefined ? [] : [{ energy, measured: end.measured, samples, idle }];
  });
}

function statusOf(
  { cause, skipped }: CaseHistory,
  finishedRounds: number,
  plannedRounds: number,
  runEnded: boolean,
  reasons: Reasons,
): Case['status'] {
  if (cause !== null) {
    reasons.withhold('status', cause.code);
    return 'failed';
  }
  if (skipped !== null) {
    reasons.because('status', skipped);
    return 'skipped';
  }
  if (finishedRounds >= plannedRounds) return 'ok';
  // A run that ended with a part of the rounds had no time for more; the figures say of how many rounds they are.
  if (runEnded && finishedRounds > 0) {
    reasons.withhold('rounds', 'ROUNDS_MISSING', plannedRounds, finishedRounds);
    return 'ok';
  }
  reasons.withhold('status', 'INTERRUPTED', plannedRounds, finishedRounds);
  return 'interrupted';
}

function notProven(asked: boolean): string {
  return asked ? 'NOT_PROVEN' : 'PROOF_OFF';
}

function qualityOf(
  { proof }: CaseHistory,
  { policy, accuracyReference }: CaseSettings,
  reasons: Reasons,
): Pick<Case, 'accuracy' | 'fidelity'> {
  const asked = policy.proof;
  if (proof === null) {
    return {
      accuracy: reasons.withhold('accuracy', notProven(asked)),
      fidelity: reasons.withhold('fidelity', notProven(asked)),
    };
  }
  const { accuracy, accuracyReason, fidelity, fidelityReason } = proof.proof;
  const none = { code: 'NOT_TAKEN', need: null, have: null };
  if (fidelity?.sqnrDb === null) {
    reasons.because('fidelity.sqnrDb', fidelityReason ?? { code: 'BIT_EQUAL', need: null, have: null });
  }
  return {
    accuracy:
      accuracy === null
        ? reasons.because('accuracy', accuracyReason ?? none)
        : {
            metric: accuracy.metric,
            value: accuracy.value,
            items: accuracy.items,
            reference:
              accuracyReference?.metric === accuracy.metric
                ? accuracyReference.value
                : reasons.withhold('accuracy.reference', 'NO_REFERENCE_IN_RUN'),
          },
    fidelity: fidelity ?? reasons.because('fidelity', fidelityReason ?? none),
  };
}

function withinLimit(
  latency: Case['latency'],
  limit: PlanSnapshot['limits']['latency'],
  reasons: Reasons,
): boolean | null {
  if (limit === null) return reasons.withhold('withinLimit', 'NO_LIMIT');
  const seconds = latency?.[limit.percentile] ?? null;
  if (seconds !== null) return seconds <= limit.seconds;
  const why = reasons.get('latency') ?? reasons.get(`latency.${limit.percentile}`);
  return why === null ? reasons.withhold('withinLimit', 'NO_LATENCY') : reasons.because('withinLimit', why);
}

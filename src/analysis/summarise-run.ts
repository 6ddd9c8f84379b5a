import { DynoError } from '../kernel/errors.ts';
import type { IdlePower } from '../results/energy.ts';
import type { Reason, RunEvent } from '../results/events.ts';
import { type Run, schemaVersion } from '../results/run.ts';
import { accuracyReference } from './accuracy-reference.ts';
import { caseHistories } from './case-history.ts';
import { type IdlePowers, idlePowers } from './idle-power.ts';
import { type ObserverVisitor, observerEffectOfRun, observerReasonsOfRun } from './observer-effect.ts';
import { projectedCases } from './projected-case.ts';
import { limitsNotHeldOf, powerLimitOfRun } from './run-power-limit.ts';
import { runReasons } from './run-reasons.ts';
import type { SampleReader } from './scan-samples.ts';
import { summariseCase } from './summarise-case.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/**
 * `run.json` as a pure function of the events of a run and its samples: the same input gives the same object, key by key. Of a run that
 * is still going on, or was killed, it tells what is known so far. Throws `RUN_EMPTY` when the run was killed before its first event, and
 * what `reader` throws.
 */
export async function summariseRun(events: readonly RunEvent[], reader: SampleReader): Promise<Run> {
  const [started] = events;
  if (started?.type !== 'run.started') {
    throw new DynoError('RUN_EMPTY', 'The run has no events: it was ended before it began. Start it again.');
  }
  const { plan } = started;
  const resumes = events.filter((event): event is EventOf<'run.resumed'> => event.type === 'run.resumed');
  const samplers = events.filter((event): event is EventOf<'sampler.started'> => event.type === 'sampler.started');
  const end = lastEnd(events);

  const cases = [];
  const observers: (readonly ObserverVisitor[])[] = [];
  const histories = caseHistories(events, plan.cases);
  const atRest = await idlePowers(events, reader.columns);
  const limitsNotHeld = limitsNotHeldOf(events);
  for (const history of histories) {
    const settings = {
      policy: plan.policy,
      limits: plan.limits,
      environment: started.environment,
      accuracyReference: accuracyReference(history, histories),
      idlePowers: atRest,
      limitsNotHeld,
    };
    // One after the other: the samples of one case at a time are in memory.
    cases.push(await summariseCase(history, settings, end !== null, reader, (one) => observers.push(one)));
  }
  const isInterrupted = end === null || cases.some(({ status }) => status === 'interrupted');
  const observer = observerEffectOfRun(observers);
  const status = isInterrupted ? 'interrupted' : cases.some((one) => one.status === 'failed') ? 'partial' : 'complete';
  const limited = powerLimitOfRun(events);
  const run = {
    schemaVersion,
    runId: started.runId,
    dynoVersion: started.dynoVersion,
    startedAt: started.at,
    finishedAt: isInterrupted ? null : end.at,
    status,
    suite: plan.suite,
    profiles: [...new Set(plan.cases.map(({ profile }) => profile))],
    ...(plan.profiles === undefined || plan.profiles.length === 0 ? {} : { requestedProfiles: plan.profiles }),
    policy: plan.policy,
    limits: plan.limits,
    ...(plan.gate === undefined ? {} : { gate: plan.gate }),
    environment: started.environment,
    preflight: [...started.preflight, ...resumes.flatMap(({ preflight }) => preflight)],
    ...(limited.powerLimit === undefined ? {} : { powerLimit: limited.powerLimit }),
    collectors: samplers.at(-1)?.collectors ?? [],
    telemetryProblems: telemetryProblems(events),
    command: started.command,
    ...(atRest.size === 0 ? {} : { idle: [...atRest].map(withoutReason) }),
    observer: 'code' in observer ? null : observer,
  } as const;
  const withheld = 'code' in observer ? { observer } : withPath('observer', observerReasonsOfRun(observers));
  const projected = projectedCases(events, cases);
  const beside = projected.length === 0 ? {} : { projected };
  return {
    ...run,
    reasons: { ...runReasons(run), ...limited.reasons, ...withheld, ...idleReasons(atRest) },
    cases,
    ...beside,
  };
}

type AtRest = IdlePowers extends ReadonlyMap<infer Event, infer Power> ? readonly [Event, Power] : never;

function withoutReason([{ telemetry, windowStart, windowSeconds }, power]: AtRest): IdlePower {
  return 'code' in power ? { telemetry, windowStart, windowSeconds, devices: null } : power;
}

function idleReasons(atRest: IdlePowers): Readonly<Record<string, Reason>> {
  return Object.fromEntries(
    [...atRest.values()].flatMap((power, index) => ('code' in power ? [[`idle.${index}.devices`, power]] : [])),
  );
}

function withPath(path: string, reasons: Readonly<Record<string, Reason>>): Readonly<Record<string, Reason>> {
  return Object.fromEntries(Object.entries(reasons).map(([name, reason]) => [`${path}.${name}`, reason]));
}

/** What was lost, each once: a sensor that stays lost is missed anew in every round. */
function telemetryProblems(events: readonly RunEvent[]): Run['telemetryProblems'] {
  const problems = new Map<string, Run['telemetryProblems'][number]>();
  for (const event of events) {
    if (event.type !== 'telemetry.problem') continue;
    const { collector, code, reason } = event;
    const problem = code === undefined ? { collector, reason } : { collector, code, reason };
    problems.set(JSON.stringify(problem), problem);
  }
  return [...problems.values()];
}

/** The end of the last sitting, if it came to one. */
function lastEnd(events: readonly RunEvent[]): EventOf<'run.finished'> | null {
  const index = events.findLastIndex(({ type }) => type === 'run.finished' || type === 'run.resumed');
  const event = events[index];
  return event?.type === 'run.finished' ? event : null;
}

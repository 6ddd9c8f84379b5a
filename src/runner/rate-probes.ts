import { rmSync } from 'node:fs';
import { DynoError } from '../kernel/errors.ts';
import type { Cause, Reason, SealedFile } from '../results/events.ts';
import { readSealed } from '../results/parquet.ts';
import type { Measured } from '../results/snapshot.ts';
import { percentile, samplesNeeded } from '../stats/percentile.ts';
import type { Policy, ScenarioSettings } from '../suite/plan.ts';
import { type LatencyLimit, probePolicy } from '../suite/probe-policy.ts';
import type { ProbeFinished, SearchHistory } from './history.ts';
import { judgeProbe, latenciesOf, type ProbeTimes } from './judge-probe.ts';
import { skipForTime } from './max-time.ts';
import { withMemoryShortage } from './memory-shortage.ts';
import { isOfTheDisk, noSamples } from './one-round.ts';
import type { ReadyCase } from './prepare.ts';
import { probeSegmentPath, sealIfAny } from './round-files.ts';
import { runRoundTask } from './round-task.ts';
import type { RunContext } from './run-context.ts';

/** What came of one probe. */
export type Probe = Pick<ProbeFinished, 'scenario' | 'rate' | 'passed' | 'why' | 'latency'>;

/** Seconds of a probe beside its window: to load and to warm up. */
const assumedExtraSeconds = 4;

/** What is to be tried: the load, for how long, and how it is judged. */
interface Trial {
  readonly scenario: ScenarioSettings;
  readonly policy: Policy;
  readonly judge: (times: ProbeTimes, measured: Measured) => Probe;
}

/**
 * The probes of the search for the rate of one case: each a fresh process with a short window, its samples sealed, its outcome in the events. Those of
 * a former sitting are answered from the events, in their order. A probe answers null when the search is over without an answer: after a
 * signal, when the time of the run is up, or when the process fails, which fails the case.
 */
export class CaseProbes {
  readonly #context: RunContext;
  readonly #former: SearchHistory | undefined;
  readonly #ready: ReadyCase;
  readonly #limit: LatencyLimit;
  #next = 0;

  constructor(context: RunContext, former: SearchHistory | undefined, ready: ReadyCase, limit: LatencyLimit) {
    this.#context = context;
    this.#former = former;
    this.#ready = ready;
    this.#limit = limit;
  }

  /**
   * One query after another, to see what the engine takes of a query when none has to wait: its rate is the one at which they were answered. It
   * passes when their median is within the limit.
   */
  oneAfterAnother(): Promise<Probe | null> {
    const { policy } = this.#context.plan;
    const { minSeconds, maxSeconds } = policy.window;
    const window = { minQueries: samplesNeeded(0.5), minSeconds: Math.min(1, minSeconds), maxSeconds };
    return this.#try({
      scenario: { kind: 'single_stream' },
      policy: { ...probePolicy(policy, this.#limit), window },
      judge: (times, { queries, windowSeconds }) => {
        const latencies = latenciesOf(times);
        const median = percentile(latencies, 0.5).value;
        const isOver = median !== null && median > this.#limit.seconds;
        const why: Reason | null = isOver
          ? { code: 'LATENCY_OVER_LIMIT', need: this.#limit.seconds, have: median }
          : null;
        const { latency } = judgeProbe(times, {}, this.#limit);
        return { scenario: 'single_stream', rate: queries / windowSeconds, passed: !isOver, why, latency };
      },
    });
  }

  /** Queries that arrive `rate` times a second, as those of the case do. */
  atRate(rate: number): Promise<Probe | null> {
    const { scenario } = this.#ready.case;
    if (scenario.kind !== 'server') throw new Error(`Expected a case of scenario server, got ${scenario.kind}.`);
    return this.#try({
      scenario: { ...scenario, rate },
      policy: probePolicy(this.#context.plan.policy, this.#limit),
      judge: (times, measured) => ({ rate, ...judgeProbe(times, measured, this.#limit) }),
    });
  }

  async #try(trial: Trial): Promise<Probe | null> {
    const { log, folder, signal, plan, onProgress, samplesFolder } = this.#context;
    const { case: planned } = this.#ready;
    const number = this.#next++;
    const known = this.#former?.probes[number];
    if (known !== undefined) return known;
    if (this.#context.stopped()) return null;
    if (this.#context.outOfTime(trial.policy.window.minSeconds + assumedExtraSeconds)) {
      skipForTime(this.#context, [planned]);
      return null;
    }
    const rate = trial.scenario.kind === 'server' && trial.scenario.rate !== 'search' ? trial.scenario.rate : null;
    onProgress({ type: 'search', case: planned, probe: number, rate });

    const tries = this.#former?.attempts.get(number) ?? 0;
    const segmentOf = (attempt: number): string => probeSegmentPath(samplesFolder, planned.key, number, attempt);
    for (let attempt = 1; attempt <= tries; attempt++) removeSegment(segmentOf(attempt));
    const segment = segmentOf(tries + 1);
    const ready = { ...this.#ready, case: { ...planned, scenario: trial.scenario } };
    const outcome = await runRoundTask(this.#context, ready, {
      policy: trial.policy,
      // No round has this seed: the rate is not to fit the very arrivals that it was found with.
      seed: plan.policy.seed + plan.policy.rounds,
      samplesFile: segment,
      onStart: (pid) => log.append({ type: 'probe.started', key: planned.key, probe: number, pid }),
    });
    const samples = 'answer' in outcome ? await sealIfAny(segment, folder) : null;
    if ('answer' in outcome && samples !== null) {
      const { measured } = outcome.answer;
      const probe = trial.judge(await timesOf(folder, samples), measured);
      log.append({ type: 'probe.finished', key: planned.key, probe: number, ...probe, samples, measured });
      return probe;
    }
    // What a probe leaves that came to no end is of no use to anybody.
    removeSegment(segment);
    if (signal.aborted) return null;
    const failed = { ready: this.#ready, folder, telemetry: null, signal };
    this.#fail('cause' in outcome ? await withMemoryShortage(outcome, failed) : noSamples());
    return null;
  }

  #fail(cause: Cause): void {
    if (isOfTheDisk(cause)) throw new DynoError(cause.code, cause.message);
    const { case: planned } = this.#ready;
    this.#context.log.append({ type: 'case.failed', key: planned.key, cause });
    this.#context.fail(planned.id, cause);
  }
}

async function timesOf(folder: string, samples: SealedFile): Promise<ProbeTimes> {
  const columns = await readSealed(folder, samples, ['scheduled', 'sent', 'completed']);
  const column = (name: keyof ProbeTimes): Float64Array => {
    const values = columns[name];
    if (values instanceof Float64Array) return values;
    throw new DynoError('SAMPLES_CORRUPT', `Expected a column "${name}" of numbers in ${samples.file}.`);
  };
  return { scheduled: column('scheduled'), sent: column('sent'), completed: column('completed') };
}

function removeSegment(segment: string): void {
  rmSync(segment, { force: true });
  rmSync(segment.replace(/\.seg$/, '.parquet'), { force: true });
}

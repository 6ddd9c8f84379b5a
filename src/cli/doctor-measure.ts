import { mkdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { identicalArms } from '../analysis/identical-arms.ts';
import { cpuFrequency } from '../hardware/cpu-frequency.ts';
import { affinityCores } from '../kernel/affinity.ts';
import { availableCores } from '../kernel/available-cores.ts';
import { cacheFolder } from '../kernel/cache-folder.ts';
import { monotonicSeconds } from '../kernel/clock.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import { makeTemporaryFolder } from '../kernel/temporary-folder.ts';
import { sealedFiles } from '../results/parquet.ts';
import type { Case } from '../results/run.ts';
import { runTask } from '../runner/child-task.ts';
import { watchForeignLoad } from '../runner/foreign-load.ts';
import { runPlan } from '../runner/run-plan.ts';
import { measureSamplerCost } from '../runner/sampler-cost.ts';
import type { TimerAnswer, TimerJob } from '../runner/timer-job.ts';
import { percentile } from '../stats/percentile.ts';
import { generator, integer } from '../stats/random.ts';
import type { ArrivalPrecision, MeasuredMachine } from './measured-machine.ts';
import { planOf } from './open-run.ts';

/** How much is measured. */
export interface Lengths {
  readonly secondsOfSampling: number;
  readonly secondsOfArrivals: number;
  readonly secondsOfRound: number;
  /** Of the two arms; an interval takes two. */
  readonly pairsOfRounds: number;
}

/** Keeps the whole below a minute: each round of a process adds about a second of loading to its window. */
const usualLengths: Lengths = { secondsOfSampling: 5, secondsOfArrivals: 4, secondsOfRound: 0.6, pairsOfRounds: 5 };
const secondsOfWarmUp = 0.3;

const arrivalRate = 1000;
/** What is sent later than this is late (M9 of the measuring rules, from perf_analyzer). */
const lateSeconds = 1e-3;
const hertz = 10;

interface Session {
  readonly workFolder: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly lengths: Lengths;
}

/**
 * Measures how well this machine can be measured on, part by part, each in processes of its own as a run has them. A part that fails is null,
 * and the others go on. Aborting ends the part that is at work; the answer then is null.
 */
export async function measureMachine(
  signal: AbortSignal,
  say: (line: string) => void,
  lengths: Lengths = usualLengths,
): Promise<MeasuredMachine | null> {
  const started = monotonicSeconds();
  const workFolder = makeTemporaryFolder('dyno-doctor-');
  const session: Session = { workFolder, signal, say, lengths };
  const reasons: Record<string, MeasuredMachine['reasons'][string]> = {};
  const part = async <T>(name: string, what: string, work: (session: Session) => Promise<T>): Promise<T | null> => {
    if (signal.aborted) return null;
    say(`measure  ${what}`);
    try {
      return await work(session);
    } catch (error) {
      const code = error instanceof DynoError ? error.code : 'UNEXPECTED';
      reasons[name] = { code, need: null, have: null, message: errorText(error) };
      return null;
    }
  };
  try {
    const timers = await part('timers', 'how exactly timers wait, about 3 s', measureTimers);
    const arrivals = await part('arrivals', `${arrivalRate} arrivals a second, about 6 s`, measureArrivals);
    const sampler = await part('sampler', 'what sampling costs, about 6 s', () =>
      measureSamplerCost(hertz, lengths.secondsOfSampling, workFolder, signal),
    );
    const noise = await part('noise', 'the same case in two arms that take turns, about 20 s', measureNoise);
    if (signal.aborted) return null;
    if (noise !== null && noise.foreignLoad === null) {
      const message = 'There is no /proc here, or it counts no time.';
      reasons.foreignLoad = { code: 'NO_PROC', need: null, have: null, message };
    } else if (noise === null) {
      const message = 'It is watched while the noise is measured.';
      reasons.foreignLoad = { code: 'NOISE_NOT_MEASURED', need: null, have: null, message };
    }
    return {
      seconds: monotonicSeconds() - started,
      cores: {
        logical: cpus().length,
        allowed: affinityCores(),
        available: availableCores(),
        governor: cpuFrequency('/sys').governor,
      },
      timers,
      arrivals,
      sampler,
      noise: noise === null ? null : { p50: noise.p50, throughput: noise.throughput },
      foreignLoad: noise?.foreignLoad ?? null,
      reasons,
    };
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

async function measureTimers({ signal }: Session): Promise<TimerAnswer> {
  const outcome = await runTask<TimerJob, TimerAnswer>(
    'runner/timer-process.js',
    { deadlineSeconds: 30 },
    { signal, overdueRemedy: 'Waits of 1 ms took more than 10 ms each: end other programs.' },
  );
  if ('cause' in outcome) throw new DynoError(outcome.cause.code, outcome.cause.message);
  return outcome.answer;
}

/** The load generator with the backend that computes nothing: what is late is late by its own doing, or the machine's. */
async function measureArrivals(session: Session): Promise<ArrivalPrecision> {
  const { measured, folder } = await measureCase(session, 'arrivals', {
    workload: 'one-node',
    backend: 'null',
    scenario: 'server',
    rate: String(arrivalRate),
    window: session.lengths.secondsOfArrivals,
    rounds: 1,
  });
  const samples = measured.rounds[0]?.samples;
  if (samples == null) throw new DynoError('NO_SAMPLES', 'The round left no samples.');
  const { sent, scheduled } = await sealedFiles(folder).columns(samples, ['sent', 'scheduled']);
  const late = Float64Array.from(sent ?? [], (at, row) => at - (scheduled?.[row] ?? Number.NaN)).sort();
  const p50 = percentile(late, 0.5);
  if (p50.value === null) throw new DynoError(p50.reason.code, `Expected 11 queries and more, got ${late.length}.`);
  return {
    targetRate: arrivalRate,
    queries: late.length,
    p50: p50.value,
    p99: percentile(late, 0.99).value,
    worst: late[late.length - 1] ?? Number.NaN,
    lateShare: late.filter((seconds) => seconds > lateSeconds).length / late.length,
    limitSeconds: lateSeconds,
  };
}

/** Rounds of one case, of each two neighbours one in either arm by lot: so would a comparison of two versions be measured. */
async function measureNoise(session: Session) {
  const { secondsOfRound, pairsOfRounds } = session.lengths;
  const over = new AbortController();
  const [{ measured }, foreignLoad] = await Promise.all([
    measureCase(session, 'noise', {
      workload: 'digits',
      backend: 'ort-cpu',
      scenario: 'single_stream',
      window: secondsOfRound,
      rounds: pairsOfRounds * 2,
    }),
    // The rounds take a little longer.
    watchForeignLoad(
      pairsOfRounds * 2 * (secondsOfWarmUp + secondsOfRound),
      '/proc',
      AbortSignal.any([session.signal, over.signal]),
    ),
    // Where there are no rounds, nobody waits for what was seen meanwhile.
  ]).finally(() => over.abort());
  const arms = (value: (round: Case['rounds'][number]) => number | null | undefined) =>
    inArms(measured.rounds.map(value));
  const p50 = arms(({ summary }) => summary?.p50);
  const throughput = arms(({ summary }) => summary?.throughput);
  if (p50 === null || throughput === null) {
    throw new DynoError(
      'TOO_FEW_ROUNDS',
      'Expected two rounds and more in each arm to have ended well; see `dyno bench --quick`.',
    );
  }
  return { p50, throughput, foreignLoad };
}

function inArms(values: readonly (number | null | undefined)[]): ReturnType<typeof identicalArms> {
  const source = generator(1);
  const arms: [number[], number[]] = [[], []];
  for (let pair = 0; 2 * pair < values.length; pair++) {
    const first = integer(source, 2) as 0 | 1;
    for (const [value, arm] of [
      [values[2 * pair], arms[first]],
      [values[2 * pair + 1], arms[1 - first]],
    ] as const) {
      if (value != null) arm?.push(value);
    }
  }
  return identicalArms(...arms);
}

interface CaseRequest {
  readonly workload: string;
  readonly backend: string;
  readonly scenario: string;
  readonly rate?: string;
  readonly window: number;
  readonly rounds: number;
}

/** A run of one case, as `dyno bench` does it, in a folder that is thrown away. Throws why there are no figures. */
async function measureCase(
  { workFolder, signal, say }: Session,
  name: string,
  { window, rounds, ...axes }: CaseRequest,
): Promise<{ measured: Case; folder: string }> {
  const folder = join(workFolder, name);
  mkdirSync(folder);
  const plan = await planOf({
    suites: [],
    profile: ['local'],
    out: workFolder,
    report: false,
    ...axes,
    batchSize: '1',
    precision: 'fp32',
    fusion: 'on',
    threads: '1',
    scope: 'inference',
    policy: 'smoke',
    set: [
      'policy.proof=false',
      'policy.sampling_hertz=0',
      'policy.cooldown=0s',
      `policy.rounds=${rounds}`,
      `policy.warmup.min_duration=${secondsOfWarmUp}s`,
      `policy.window.min_duration=${window}s`,
    ],
  });
  let failure: DynoError | null = null;
  const run = await runPlan({
    plan,
    folder,
    plugins: [],
    cacheFolder: cacheFolder(),
    command: ['doctor', '--measure'],
    failFast: true,
    onProgress: (progress) => {
      if (progress.type === 'failed') failure = new DynoError(progress.cause.code, progress.cause.message);
      if (progress.type === 'skipped') failure = new DynoError('SKIPPED', progress.message);
      if (progress.type === 'note') say(`note     ${progress.message}`);
    },
    signal,
  });
  const [measured] = run?.cases ?? [];
  if (measured?.status === 'ok') return { measured, folder };
  throw failure ?? new DynoError('NOT_MEASURED', 'It was interrupted.');
}

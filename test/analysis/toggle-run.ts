import type { Case, Run } from '../../src/results/run.ts';
import { sketchCase } from '../report/sketch-case.ts';

/** A case of a run of toggles: its times are the medians of its rounds, in seconds; null: the round was lost. */
export interface ToggleSketch {
  readonly precision?: string;
  readonly fusion?: string;
  readonly hygiene?: string;
  readonly layout?: string;
  readonly times: readonly (number | null)[];
  readonly changes?: Partial<Case>;
}

/** Cases of one workload at one batch size; layout and hygiene are those that usually follow, where they are not given. */
export function toggleRun(
  sketches: readonly ToggleSketch[],
  policy: Partial<Run['policy']> = {},
): Pick<Run, 'cases' | 'policy'> {
  const rounds = Math.max(1, ...sketches.map(({ times }) => times.length));
  return {
    cases: sketches.map(toggleCase),
    policy: {
      preset: 'default',
      rounds,
      warmup: { minQueries: 10, minSeconds: 0 },
      window: { minQueries: 11, minSeconds: 0, maxSeconds: 60 },
      seed: 1,
      cooldownSeconds: 0,
      order: 'interleaved',
      samplingHertz: 10,
      proof: true,
      accuracyItems: 1000,
      bareLoop: 'none',
      maxTimeSeconds: null,
      ...policy,
    },
  };
}

function toggleCase(sketch: ToggleSketch, index: number): Case {
  const { precision = 'fp32', fusion = 'on', times, changes = {} } = sketch;
  const fuses = fusion === 'on' || fusion === 'engine';
  const layout = sketch.layout ?? (fuses ? 'engine' : 'plain');
  const rewritten = fusion === 'on' || fusion === 'graph' || precision !== 'fp32';
  const hygiene = sketch.hygiene ?? (rewritten ? 'on' : 'off');
  const { one } = sketchCase(
    { workload: 'resnet50', batchSize: 8, fusion, precision, rounds: times.length },
    index + 1,
  );
  return {
    ...one,
    key: [precision, fusion, hygiene, layout].join(' '),
    axes: { ...one.axes, hygiene, layout },
    rounds: one.rounds.map((round, number) => {
      const time = times[number] ?? null;
      if (time === null || round.summary === null) return { ...round, status: 'failed' as const, summary: null };
      return { ...round, summary: { ...round.summary, p50: time, throughput: 8 / time } };
    }),
    ...changes,
  };
}

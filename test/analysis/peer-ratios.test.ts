import { expect, test } from 'vitest';
import { judgeLines, peerRatios, peerTables, ratioText } from '../../bench/peer-ratios.mjs';
import type { Case, Run } from '../../src/results/run.ts';
import { sketchCase } from '../report/sketch-case.ts';
import { toggleRun } from './toggle-run.ts';

/** A case of ResNet-50 in a run of peers; `times` are the medians of its rounds. */
function peer(backend: string, times: readonly number[], changes: Partial<Case['axes']> = {}): Case {
  const { one } = sketchCase(
    { workload: 'resnet50', batchSize: 1, fusion: 'engine', backend, rounds: times.length },
    1,
  );
  return {
    ...one,
    key: `${backend} ${JSON.stringify(changes)}`,
    axes: { ...one.axes, spinning: 'on', ...changes },
    rounds: one.rounds.map((round, number) => {
      const time = times[number];
      if (time === undefined || round.summary === null) throw new Error('Expected a round with a time.');
      return { ...round, summary: { ...round.summary, p50: time } };
    }),
  };
}

function runOf(cases: readonly Case[]): Pick<Run, 'cases' | 'policy'> {
  return { cases, policy: toggleRun([], { rounds: 3 }).policy };
}

const standings = (run: Pick<Run, 'cases' | 'policy'>) =>
  judgeLines(peerRatios(run)).map(({ line, standing }) => `${line.least} ${standing}`);

test('a ratio is of the time there over the time here, paired by round', () => {
  // The second round took twice as long for both.
  const [row, ...others] = peerRatios(runOf([peer('ort-cpu', [2, 4, 2]), peer('pytorch-eager', [3, 6, 3])]));
  expect(others).toEqual([]);
  for (const end of ['value', 'low', 'high'] as const) expect(row?.effect[end]).toBeCloseTo(1.5, 12);
  expect(row?.settings).toBe('fp32, fusion engine, 2 threads, spinning on');
});

test('cases that differ in more than the engine are not compared', () => {
  const run = runOf([
    peer('ort-cpu', [1, 1, 1], { fusion: 'on' }),
    peer('ort-cpu', [1, 1, 1], { spinning: 'off' }),
    peer('ort-cpu', [1, 1, 1], { batchSize: 8 }),
    peer('pytorch-eager', [2, 2, 2]),
  ]);
  expect(peerRatios(run)).toEqual([]);
});

test('a line is reached where the whole interval lies at it or above, missed where it lies below, and else open', () => {
  const of = (eager: readonly number[]) =>
    standings(runOf([peer('ort-cpu', [1, 1, 1]), peer('pytorch-eager', eager)]))[0];
  expect(of([1.5, 1.5, 1.5])).toBe('1.5 reached');
  expect(of([1.4, 1.4, 1.4])).toBe('1.5 missed');
  // Geometric mean about 1.6, and rounds that are far apart.
  expect(of([1.2, 1.6, 2.1])).toBe('1.5 open');
});

test('of several modes of PyTorch each has to be beaten, and the fastest is told', () => {
  const own = peer('ort-cpu', [1, 1, 1]);
  const slow = peer('pytorch-channels-last', [2, 2, 2]);
  const fast = peer('pytorch-compile', [1.1, 1.1, 1.1]);
  const judged = judgeLines(peerRatios(runOf([own, slow, fast])))[1];
  expect(judged).toMatchObject({ standing: 'missed', batchSize: 1 });
  expect(judged?.fastest?.peer.axes.backend).toBe('pytorch-compile');
  // Without the other mode nobody knows which is the fastest.
  expect(standings(runOf([own, slow]))[1]).toBe('1.28 open');
  expect(standings(runOf([own, fast]))[1]).toBe('1.28 missed');
});

test('every batch size has lines of its own', () => {
  const run = runOf([
    peer('ort-cpu', [1, 1, 1]),
    peer('python-onnxruntime', [1, 1, 1]),
    peer('ort-cpu', [4, 4, 4], { batchSize: 8 }),
    peer('python-onnxruntime', [3, 3, 3], { batchSize: 8 }),
  ]);
  const judged = judgeLines(peerRatios(run)).filter(({ line }) => line.peers[0] === 'python-onnxruntime');
  expect(judged.map(({ batchSize, standing }) => [batchSize, standing])).toEqual([
    [1, 'reached'],
    [8, 'missed'],
  ]);
});

test('a peer that was skipped has a row that says so, and its line is open', () => {
  const skipped = { ...peer('pytorch-eager', [1, 1, 1]), status: 'skipped' as const, latency: null };
  const rows = peerRatios(runOf([peer('ort-cpu', [1, 1, 1]), skipped]));
  expect(rows.map(({ effect }) => ratioText(effect))).toEqual(['CASE_SKIPPED']);
  const judged = judgeLines(rows);
  expect(judged[0]).toMatchObject({ standing: 'open', fastest: null });
  const text = peerTables(rows, judged);
  expect(text).toMatch(/\| resnet50 \| 1 \| pytorch-eager \| [\d.]+ ms \| skipped \| CASE_SKIPPED \| 0 \|/);
  expect(text).toContain('| PyTorch, eager | 1 | ≥ 1.5 | not measured | – | open |');
});

import { expect, test } from 'vitest';
import { answerOf } from '../../src/analysis/answer.ts';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { RunEvent } from '../../src/results/events.ts';
import type { Run } from '../../src/results/run.ts';
import type { CaseSnapshot, PlanSnapshot } from '../../src/results/snapshot.ts';
import {
  plan,
  plannedCase,
  preparedEvent,
  proofEvent,
  roundFinished,
  roundStarted,
  runFinished,
  Samples,
  startedEvent,
  stream,
  toggledCase,
} from './run-fixture.ts';

/** A run of cases whose queries all take the same time in a round; one time a round. */
async function runOf(
  cases: readonly (readonly [CaseSnapshot, readonly number[]])[],
  limits: PlanSnapshot['limits'] = { latency: null },
): Promise<Run> {
  const samples = new Samples();
  const rounds = Math.max(...cases.map(([, seconds]) => seconds.length));
  const events = cases.flatMap(([planned, seconds]): RunEvent[] =>
    seconds.flatMap((latency, round) => [
      roundStarted(planned.key, round),
      roundFinished(
        planned.key,
        round,
        samples.add(`${planned.key}-${round}`, stream(new Array(20).fill(latency), planned.axes.batchSize)),
        { effective: {} },
      ),
    ]),
  );
  const settings = plan(
    cases.map(([planned]) => planned),
    { limits },
    rounds,
  );
  return summariseRun([startedEvent(settings), preparedEvent(), ...events, runFinished()], samples.read);
}

const axes = plannedCase('x').axes;
const batch1 = plannedCase('b1');
const batch8 = plannedCase('b8', { axes: { ...axes, batchSize: 8 } });
const unfused = plannedCase('b1-off', { axes: { ...axes, fusion: 'off' } });

test('with one round the fastest is named, its order is not tested, and the command for five is given', async () => {
  const { answers, text } = answerOf(
    await runOf([
      [batch1, [0.01]],
      [batch8, [0.02]],
    ]),
  );
  expect(answers).toMatchObject([
    { workload: 'digits', bestKey: 'key-b8', runnerUpKey: 'key-b1', order: 'not tested', lead: null },
  ]);
  // 8 / 0.02 = 400 against 1 / 0.01 = 100 items/s: 75 % less.
  expect(text).toBe(
    'digits is fastest with batch 8, fp32, fusion on: 400 items/s, median response time 20 ms. ' +
      'Runner-up: batch 1, fp32, fusion on, 100 items/s (75 % less). One round: order not tested.\n' +
      'For five rounds and an interval: npm run bench -- --set policy.rounds=5',
  );
});

test('hygiene and layout are named where they do not follow from fusion and precision', async () => {
  const plain = toggledCase('plain', { layout: 'plain' });
  const { text } = answerOf(
    await runOf([
      [toggledCase('usual', { precision: 'int8' }), [0.01]],
      [plain, [0.02]],
    ]),
  );
  expect(text).toContain('fastest with batch 1, int8, fusion on: ');
  expect(text).toContain('Runner-up: batch 1, fp32, fusion on, layout plain, ');
});

test('where rounds were asked for and lost, the case that lost them is named and no command is given', async () => {
  const { answers, text } = answerOf(
    await runOf([
      [batch1, [0.01]],
      [batch8, [0.02, 0.021, 0.02]],
    ]),
  );
  expect(answers[0]).toMatchObject({ bestKey: 'key-b8', order: 'not tested' });
  expect(text).toMatch(/Order not tested: batch 1, fp32, fusion on has 1 of 3 rounds, and two are needed\.$/);
  expect(text).not.toMatch(/One round|policy\.rounds/);
});

test('rounds that agree test the order', async () => {
  const { answers, text } = answerOf(
    await runOf([
      [batch1, [0.01, 0.0101, 0.0099]],
      [unfused, [0.02, 0.0201, 0.0199]],
    ]),
  );
  expect(answers[0]).toMatchObject({ bestKey: 'key-b1', order: 'tested' });
  expect(answers[0]?.lead?.value).toBeCloseTo(2, 1);
  expect(text).toMatch(/does 100 % more \(95 %: \d/);
  expect(text).not.toMatch(/policy\.rounds/);
});

test('rounds that disagree more than the cases are a tie', async () => {
  const { answers, text } = answerOf(
    await runOf([
      [batch1, [0.01, 0.013, 0.009]],
      [unfused, [0.011, 0.0125, 0.0098]],
    ]),
  );
  expect(answers[0]?.order).toBe('tie');
  expect(text).toMatch(/It ties with batch 1, fp32, fusion (on|off).* may be chance/);
});

test('a faster case outside of the latency limit is passed over', async () => {
  const run = await runOf(
    [
      [batch1, [0.01]],
      [batch8, [0.02]],
    ],
    { latency: { percentile: 'p50', seconds: 0.015 } },
  );
  const [answer] = answerOf(run).answers;
  expect(answer).toMatchObject({ bestKey: 'key-b1', runnerUpKey: null, order: 'nothing to order' });
  expect(answer?.sentence).toBe(
    'digits is fastest within 15 ms at p50 with batch 1, fp32, fusion on: 100 items/s, median response time 10 ms. No other case counts.',
  );
});

test('where no case is within the limit, or too few queries tell, there is no winner', async () => {
  const tooSlow = await runOf([[batch1, [0.01]]], { latency: { percentile: 'p50', seconds: 0.001 } });
  expect(answerOf(tooSlow).answers[0]).toMatchObject({
    bestKey: null,
    sentence: 'digits: no case is within 1 ms at p50.',
  });
  const unknown = await runOf([[batch1, [0.01]]], { latency: { percentile: 'p99', seconds: 1 } });
  expect(answerOf(unknown).answers[0]?.sentence).toBe(
    'digits: no case is shown to be within 1 s at p99: p99 needs 662 queries, the cases have fewer.',
  );
});

test('a case whose settings did not take effect cannot win', async () => {
  const samples = new Samples();
  const file = samples.add('r', stream(new Array(20).fill(0.01)));
  const events = [
    startedEvent(plan([batch1])),
    proofEvent(['key-b1'], { effective: { fusion: { value: 'off', evidence: 'dump' } } }),
    roundStarted('key-b1'),
    roundFinished('key-b1', 0, file, { effective: {} }),
    runFinished(),
  ];
  const { answers } = answerOf(await summariseRun(events, samples.read));
  expect(answers[0]).toMatchObject({ bestKey: null, sentence: 'digits: no case was measured as it was asked for.' });
});

test('workloads, scenarios and scopes each have an answer of their own', async () => {
  const offline = plannedCase('off', { scenario: { kind: 'offline' } });
  const resnet = plannedCase('r', { workload: 'resnet50' });
  const { answers } = answerOf(
    await runOf([
      [batch1, [0.01]],
      [offline, [0.01]],
      [resnet, [0.1]],
    ]),
  );
  // Nothing is the fastest of one.
  expect(answers.map(({ sentence }) => sentence.split(' with batch')[0])).toEqual([
    'digits (single_stream)',
    'digits (offline)',
    'resnet50',
  ]);
  expect(answers[1]?.sentence).toMatch(/median batch service time 10 ms\. It is the only case\.$/);
});

test('of many workloads with one case each, one sentence gives the ends, and none more is printed', async () => {
  const cases = Array.from({ length: 13 }, (_, index) => plannedCase(`k${index}`, { workload: `w${index}` }));
  const { answers, overview, text } = answerOf(
    await runOf(cases.map((one, index): [typeof one, number[]] => [one, [0.01 * (index + 1)]])),
  );
  expect(answers).toHaveLength(13);
  expect(overview).toBe(
    '13 workloads of one case each: from 100 items/s (w0) to 7.69 items/s (w12). The table has each of them.',
  );
  expect(text.split('\n')[0]).toBe(overview);
  expect(text).not.toContain('It is the only case');
});

test('twelve workloads have a sentence each', async () => {
  const cases = Array.from({ length: 12 }, (_, index) => plannedCase(`k${index}`, { workload: `w${index}` }));
  const { overview, text } = answerOf(await runOf(cases.map((one): [typeof one, number[]] => [one, [0.01]])));
  expect(overview).toBeNull();
  expect(text.match(/It is the only case/g)).toHaveLength(12);
});

test('a run in which nothing was measured says so', async () => {
  const { answers } = answerOf(await summariseRun([startedEvent()], new Samples().read));
  expect(answers[0]).toMatchObject({ bestKey: null, sentence: 'digits: no case was measured.' });
});

test('a run that compares the harness with a bare loop ranks nothing and says what the harness costs', async () => {
  const run = await runOf([[batch1, [0.01]]]);
  const overhead = { harnessP50: 0.01, bareP50: 0.008, differenceSeconds: 0.002, ratio: 1.25, queries: 20 };
  const compared: Run = {
    ...run,
    policy: { ...run.policy, bareLoop: 'interleaved' },
    cases: run.cases.map((one) => ({ ...one, overhead })),
  };
  expect(answerOf(compared).text).toBe(
    'digits: the harness costs +2 ms a query: median 10 ms, 8 ms in the bare loop, ratio 1.2500, 20 queries each.',
  );
});

test('loads of different rates have answers of their own, in which the lowest latency is first', async () => {
  const server = (rate: number) => ({ kind: 'server', arrivals: { kind: 'poisson' }, rate });
  const at = (name: string, batchSize: number, rate: number) =>
    plannedCase(name, { scenario: server(rate), axes: { ...plannedCase(name).axes, batchSize } });
  const cases = [at('slow', 1, 50), at('quick', 4, 50), at('other', 1, 100)];
  const samples = new Samples();
  const events = cases.flatMap(({ key, axes }) => [
    proofEvent([key]),
    roundStarted(key),
    // 10 ms a query of one item, 5 ms one of four: whatever the throughput.
    roundFinished(
      key,
      0,
      samples.add(key, stream(new Array(20).fill(axes.batchSize === 1 ? 0.01 : 0.005), axes.batchSize)),
      { effective: {} },
    ),
  ]);
  const { answers } = answerOf(await summariseRun([startedEvent(plan(cases)), ...events, runFinished()], samples.read));
  expect(answers.map(({ bestKey, runnerUpKey, order }) => [bestKey, runnerUpKey, order])).toEqual([
    ['key-quick', 'key-slow', 'not tested'],
    ['key-other', null, 'nothing to order'],
  ]);
  expect(answers[0]?.sentence).toMatch(/^digits \(server 50\/s\) is fastest with batch 4, .* ordered by latency/);
});

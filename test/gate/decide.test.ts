import { expect, test } from 'vitest';
import { largestShare } from '../../src/gate/change.ts';
import { decide } from '../../src/gate/decide.ts';
import type { Pair } from '../../src/gate/pair.ts';
import { defaultSettings, type GateSettings } from '../../src/gate/settings.ts';
import { around, latency, madePair, observation, timesAsLong, verdictOfOnly, withArm } from './made-pairs.ts';

const settings: GateSettings = { ...defaultSettings, metrics: [latency()] };
const both = [latency(), latency({ scenario: 'resnet' })];
const confirm = (pairs: readonly Pair[]) => pairs.map((pair): Pair => ({ ...pair, stage: 'confirm' }));
const failed = { outcome: 'failed', code: 'EXIT_CODE', message: '1', pid: null } as const;

test('a gate begins with one pair, goes on to the first look and ends where every row passes', () => {
  expect(decide(settings, [])).toMatchObject({
    next: { kind: 'measure', scenarios: ['digits'], rounds: 1 },
    verdict: 'nothing',
  });
  const ten = timesAsLong(around(1, 10));
  expect(decide(settings, ten.slice(0, 1)).next).toEqual({ kind: 'measure', scenarios: ['digits'], rounds: 9 });
  expect(decide(settings, ten)).toMatchObject({ next: { kind: 'done' }, verdict: 'pass' });
});

test('between looks nothing is judged', () => {
  // Nine pairs that are three times as long: the tenth could not change the verdict, but the plan says ten.
  const decision = decide(settings, timesAsLong(around(3, 9)));
  expect(verdictOfOnly(decision)).toBe('inconclusive TOO_FEW_PAIRS');
  expect(decision.rows[0]?.reasons[0]).toEqual({ code: 'TOO_FEW_PAIRS', need: 10, have: 9 });
  expect(decision.next).toEqual({ kind: 'measure', scenarios: ['digits'], rounds: 1 });
  // Twelve pairs: the look is that of ten.
  expect(decide(settings, timesAsLong([...around(1, 10), 9, 9])).rows).toEqual(
    decide(settings, timesAsLong(around(1, 10))).rows.map((row) => ({ ...row, look: { ...row.look, attempted: 12 } })),
  );
});

test('what is worse is run again, and has regressed only if fresh processes are worse as well', () => {
  const worse = timesAsLong(around(1.2, 10));
  const flagged = decide(settings, worse);
  expect(verdictOfOnly(flagged)).toBe('inconclusive CONFIRM_PENDING');
  expect(flagged.rows[0]?.chosen).toBe(true);
  expect(flagged.next).toEqual({ kind: 'confirm', scenarios: ['digits'], rounds: 10 });

  const again = decide(settings, [...worse, ...confirm(worse)]);
  expect(verdictOfOnly(again)).toBe('regressed');
  expect(again).toMatchObject({
    next: { kind: 'done' },
    verdict: 'regressed',
    multiplicity: { rows: 1, chosen: 1, confirmed: 1 },
  });
  // Both stages are shown.
  expect(again.rows[0]?.look?.change?.value).toBeCloseTo(0.2, 2);
  expect(again.rows[0]?.confirm?.change?.value).toBeCloseTo(0.2, 2);

  const gone = decide(settings, [...worse, ...confirm(timesAsLong(around(1, 10)))]);
  expect(verdictOfOnly(gone)).toBe('pass NOT_REPEATED');
});

test('the confirm stage is judged on its own pairs', () => {
  // 3 times as long in the first stage: together with a second stage around the margin, all would still be far above it.
  const worse = timesAsLong(around(3, 10));
  const inside = confirm(timesAsLong(around(1.05, 40, 0.06)));
  expect(decide(settings, [...worse, ...inside.slice(0, 10)]).next).toEqual({
    kind: 'confirm',
    scenarios: ['digits'],
    rounds: 6,
  });
  const decision = decide(settings, [...worse, ...inside]);
  expect(verdictOfOnly(decision)).toMatch(/^inconclusive NOT_CONFIRMED/);
  expect(decision.next).toEqual({ kind: 'done' });
});

test('what is better by more than the margin has improved, a fraction of it passes', () => {
  expect(verdictOfOnly(decide(settings, timesAsLong(around(0.8, 10))))).toBe('improved');
  expect(verdictOfOnly(decide(settings, timesAsLong(around(0.97, 10))))).toBe('pass');
});

test('an interval that holds the margin asks for the next look, and after the last one is inconclusive', () => {
  const inside = timesAsLong(around(1.05, 40, 0.06));
  for (const [have, next] of [
    [10, 16],
    [16, 24],
    [24, 40],
  ] as const) {
    const decision = decide(settings, inside.slice(0, have));
    expect(decision.rows[0]?.reasons).toContainEqual({ code: 'MORE_ROUNDS', need: next, have });
    expect(decision.next).toEqual({ kind: 'measure', scenarios: ['digits'], rounds: next - have });
  }
  expect(verdictOfOnly(decide(settings, inside))).toBe('inconclusive MARGIN_IN_INTERVAL');
  expect(decide(settings, inside).next).toEqual({ kind: 'done' });
});

test('noise of the machine above the margin leaves no verdict, not even on twice as long', () => {
  // Either arm has processes that take 1.5 times as long for stretches of four rounds: the ratio is clear, and may be the machine's.
  const pairs = timesAsLong(around(2, 40)).map((pair, round) => {
    const times = Math.floor(round / 4) % 2 === 0 ? 1 : 1.5 ** (round % 3);
    return madePair(
      round,
      observation({ latency_p50: 0.01 * times }),
      observation({ latency_p50: 0.02 * times * (1 + 0.001 * round) }),
      pair.base.outcome === 'measured' ? { first: pair.first } : {},
    );
  });
  const decision = decide(settings, pairs.slice(0, 10));
  expect(verdictOfOnly(decision)).toBe('inconclusive MORE_ROUNDS NOISE_EXCEEDS_MARGIN');
  expect(decision.rows[0]?.look?.change?.low).toBeGreaterThan(0.9);
  expect(decision.rows[0]?.look?.selfNoise).toBeGreaterThan(0.05);
});

test('five pairs are never enough, however clear', () => {
  const five = { ...settings, looks: [5] };
  expect(verdictOfOnly(decide(five, timesAsLong(around(3, 5))))).toBe('inconclusive TOO_FEW_PAIRS');
  expect(decide(five, timesAsLong(around(3, 5))).rows[0]?.reasons[0]).toEqual({
    code: 'TOO_FEW_PAIRS',
    need: 6,
    have: 5,
  });
});

test('answers that differ end the measuring of their scenario, before and after', () => {
  const wrong = timesAsLong([1]).map(({ base, head, ...pair }) => ({
    ...pair,
    base: { ...base, outputs: 'a'.repeat(64) },
    head: { ...head, outputs: 'b'.repeat(64) },
  })) as Pair[];
  const decision = decide({ ...settings, metrics: both }, wrong);
  expect(decision.rows.map(({ verdict }) => verdict)).toEqual(['invalid', 'inconclusive']);
  expect(decision.rows[0]?.reasons[0]).toEqual({
    code: 'OUTPUTS_DIFFER',
    need: 'base: aaaaaaaaaaaa',
    have: 'head: bbbbbbbbbbbb',
  });
  expect(decision.next).toEqual({ kind: 'measure', scenarios: ['resnet'], rounds: 1 });
  // A regression that is faster and wrong, or slower and wrong, is not told as one.
  const slow = timesAsLong(around(2, 9)).map((pair) => ({ ...pair, round: pair.round + 1 }));
  expect(verdictOfOnly(decide(settings, [...wrong, ...slow]))).toBe('invalid OUTPUTS_DIFFER');
});

test('a polluted machine is invalid, not a regression', () => {
  const polluted = timesAsLong(around(2, 10)).map((pair, round) =>
    round % 3 === 0
      ? withArm(pair, 'head', observation({ latency_p50: 0.02 }, { foreignCpuShare: 0.9, foreignProcesses: ['burn'] }))
      : pair,
  );
  const decision = decide(settings, polluted);
  expect(verdictOfOnly(decision)).toBe('invalid TOO_MANY_DROPPED FOREIGN_CPU');
  expect(decision.rows[0]?.reasons).toEqual([
    { code: 'TOO_MANY_DROPPED', need: 0.2, have: '4 of 10' },
    { code: 'FOREIGN_CPU', need: 0.1, have: 'head: 0.9 (burn)' },
  ]);
  expect(decision).toMatchObject({ verdict: 'invalid', next: { kind: 'done' } });
});

test('pairs that were dropped are made up for', () => {
  const pairs = timesAsLong(around(1, 10)).map((pair, round) => (round === 4 ? withArm(pair, 'base', failed) : pair));
  const decision = decide(settings, pairs);
  expect(decision.next).toEqual({ kind: 'measure', scenarios: ['digits'], rounds: 1 });
  expect(decision.rows[0]?.look).toMatchObject({
    pairs: 9,
    attempted: 10,
    dropped: [{ code: 'BASE_FAILED', count: 1 }],
  });
});

test('few valid pairs are invalid where pairs were dropped', () => {
  const pairs = timesAsLong(around(1, 6)).map((pair, round) => (round === 4 ? withArm(pair, 'head', failed) : pair));
  expect(verdictOfOnly(decide(settings, pairs))).toBe('invalid TOO_FEW_VALID_PAIRS HEAD_FAILED');
});

test('a head that fails each time ends after three pairs', () => {
  const pairs = timesAsLong([1, 1, 1]).map((pair) => withArm(pair, 'head', failed));
  expect(decide(settings, pairs)).toMatchObject({ verdict: 'invalid', next: { kind: 'done' } });
});

test('a metric that head no longer has stops gating at once and is named', () => {
  const metrics = [latency(), latency({ metric: 'load', role: 'gating' })];
  const pair = madePair(0, observation({ latency_p50: 1, load: 1 }), observation({ latency_p50: 1 }));
  const decision = decide({ ...settings, metrics }, [pair]);
  expect(decision.removed).toEqual([{ scenario: 'digits', metric: 'load' }]);
  expect(decision.rows.map(({ metric }) => metric.metric)).toEqual(['latency_p50']);
  // If it was the only one, there is nothing to judge, which is no pass.
  const removed = decide({ ...settings, metrics: metrics.slice(1) }, [pair]);
  expect(removed).toMatchObject({ verdict: 'nothing', next: { kind: 'done' }, rows: [] });
});

test('a metric that no version tells is invalid', () => {
  const pair = madePair(0, observation({ other: 1 }), observation({ other: 1 }));
  expect(verdictOfOnly(decide(settings, [pair]))).toBe('invalid METRIC_MISSING');
});

test('an informational row fails nothing and asks for nothing beyond the first look', () => {
  const metrics = [latency(), latency({ metric: 'load', role: 'informational' })];
  const pairs = around(1, 10).map((times, round) =>
    madePair(round, observation({ latency_p50: 1, load: 1 }), observation({ latency_p50: times, load: 2 * times })),
  );
  const decision = decide({ ...settings, metrics }, pairs);
  expect(decision).toMatchObject({ verdict: 'pass', next: { kind: 'done' } });
  expect(decision.rows[1]).toMatchObject({
    verdict: 'inconclusive',
    reasons: [{ code: 'NOT_RUN_AGAIN' }],
    chosen: false,
  });
});

test('an informational row that was worse in both stages of its scenario is told', () => {
  const metrics = [latency(), latency({ metric: 'load', role: 'informational' })];
  const pairs = around(1.3, 10).map((times, round) =>
    madePair(round, observation({ latency_p50: 1, load: 1 }), observation({ latency_p50: times, load: 2 * times })),
  );
  const decision = decide({ ...settings, metrics }, [...pairs, ...confirm(pairs)]);
  expect(decision.rows.map(({ verdict }) => verdict)).toEqual(['regressed', 'regressed']);
  expect(decision.multiplicity).toEqual({ rows: 1, chosen: 1, confirmed: 1 });
});

test('exact metrics take two pairs, and a change fails without a confirm stage', () => {
  const metrics = [latency({ metric: 'operators', unit: 'count', kind: 'exact', margin: 0 })];
  const pairs = [0, 1].map((round) => madePair(round, observation({ operators: 74 }), observation({ operators: 75 })));
  expect(decide({ ...settings, metrics }, pairs.slice(0, 1)).next).toEqual({
    kind: 'measure',
    scenarios: ['digits'],
    rounds: 1,
  });
  expect(decide({ ...settings, metrics }, pairs)).toMatchObject({ verdict: 'regressed', next: { kind: 'done' } });
});

test('among fifty rows ten pairs cannot make one regression a finding, and sixteen can', () => {
  const metrics = Array.from({ length: 50 }, (_, index) => latency({ scenario: `scenario ${index}` }));
  const all = (count: number) =>
    metrics.flatMap(({ scenario }, index) => timesAsLong(around(index === 7 ? 1.2 : 1, count), { scenario }));
  // One pair disagrees: with ten pairs p = 2 / 1024, and 50 times that is 9.8 %; with sixteen 50 · 2 / 65536 is 0.15 %.
  const disagree = (pairs: Pair[]) =>
    pairs.map((pair) =>
      pair.scenario === 'scenario 7' && pair.round === 0
        ? withArm(pair, 'head', observation({ latency_p50: 0.010_45 }))
        : pair,
    );
  const ten = decide({ ...settings, metrics }, disagree(all(10)));
  expect(ten.rows[7]?.reasons.map(({ code }) => code)).toEqual(['MORE_ROUNDS', 'NOT_CHOSEN']);
  expect(ten.rows[7]?.look).toMatchObject({
    pValue: expect.closeTo(2 / 1024, 12),
    adjusted: expect.closeTo(100 / 1024, 12),
  });
  expect(ten.next).toEqual({ kind: 'measure', scenarios: ['scenario 7'], rounds: 6 });
  const sixteen = decide({ ...settings, metrics }, [
    ...disagree(all(16)).filter(({ scenario, round }) => round < 10 || scenario === 'scenario 7'),
  ]);
  expect(sixteen.rows[7]?.chosen).toBe(true);
  expect(sixteen.next).toMatchObject({ kind: 'confirm', scenarios: ['scenario 7'] });
});

test('a row that is worse waits for the others to reach its look', () => {
  const pairs = [...timesAsLong(around(1.2, 10)), ...timesAsLong(around(1, 4), { scenario: 'resnet' })];
  const decision = decide({ ...settings, metrics: both }, pairs);
  expect(decision.rows[0]).toMatchObject({
    verdict: 'inconclusive',
    chosen: false,
    reasons: [{ code: 'CONFIRM_PENDING' }],
  });
  expect(decision.next).toEqual({ kind: 'measure', scenarios: ['resnet'], rounds: 6 });
});

test('a regression outweighs what is invalid, that what is inconclusive, and that an improvement', () => {
  const metrics = [...both, latency({ scenario: 'yolo' })];
  const worse = timesAsLong(around(1.2, 12));
  const regressed = [...worse, ...confirm(worse)];
  const invalid = timesAsLong([1, 1, 1], { scenario: 'resnet' }).map((pair) => withArm(pair, 'head', failed));
  const improved = timesAsLong(around(0.7, 10), { scenario: 'yolo' });
  const verdict = (...pairs: Pair[][]) => {
    const flat = pairs.flat();
    const named = new Set(flat.map(({ scenario }) => scenario));
    return decide({ ...settings, metrics: metrics.filter(({ scenario }) => named.has(scenario)) }, flat).verdict;
  };
  expect(verdict(regressed, invalid, improved)).toBe('regressed');
  expect(verdict(worse, invalid, improved)).toBe('invalid');
  expect(verdict(worse, improved)).toBe('inconclusive');
  expect(verdict(improved)).toBe('improved');
});

test('a figure that became so many times as large or small that no number tells it leaves the others their verdict', () => {
  // 10²⁰ times as small: head / base − 1 is −1 to the last digit; 10⁶⁰⁰ times as large is more than the largest number.
  const metrics = Array.from({ length: 6 }, (_, index) => latency({ scenario: `scenario ${index}` }));
  const ratios = [1e-20, 1, 1, 1, 1, 1];
  const pairs = metrics.flatMap(({ scenario }, index) => timesAsLong(around(ratios[index] ?? 1, 10), { scenario }));
  expect(decide({ ...settings, metrics }, pairs).rows.map(({ verdict }) => verdict)).toEqual([
    'improved',
    ...Array(5).fill('pass'),
  ]);
  const large = around(1, 10).map((times, round) =>
    madePair(round, observation({ latency_p50: 1e-300 }), observation({ latency_p50: 1e300 * times })),
  );
  const [row] = decide(settings, large).rows;
  expect(row).toMatchObject({ chosen: true, look: { change: { low: largestShare } } });
  expect(JSON.parse(JSON.stringify(row))).toEqual(row);
});

test('all rows moving together is told apart', () => {
  const metrics = Array.from({ length: 6 }, (_, index) => latency({ scenario: `scenario ${index}` }));
  const pairs = metrics.flatMap(({ scenario }, index) =>
    timesAsLong(around(1.2 + 0.001 * (index % 2), 10), { scenario }),
  );
  expect(decide({ ...settings, metrics }, pairs).shift).toMatchObject({
    rows: 6,
    of: 6,
    worse: expect.closeTo(0.2, 2),
  });
});

test('the answer is the same for the same pairs in any order, byte for byte', () => {
  const worse = timesAsLong(around(1.2, 10));
  const pairs = [...worse, ...confirm(worse)];
  expect(JSON.stringify(decide(settings, [...pairs].reverse()))).toBe(JSON.stringify(decide(settings, pairs)));
});

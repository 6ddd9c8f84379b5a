import { expect, test } from 'vitest';
import { decide } from '../../src/gate/decide.ts';
import type { Decision, Next } from '../../src/gate/decision.ts';
import type { MeasureRound, RoundAsk } from '../../src/gate/measure-round.ts';
import type { Metric } from '../../src/gate/metric.ts';
import { type Arm, type Observation, type Pair, unknownConditions } from '../../src/gate/pair.ts';
import { schedule } from '../../src/gate/schedule.ts';
import { type PairLog, runSession, type SessionRequest } from '../../src/gate/session.ts';
import { defaultSettings, type GateSettings } from '../../src/gate/settings.ts';

function metric(scenario: string): Metric {
  return { scenario, metric: 'm', unit: 's', better: 'lower', margin: 0.05, floor: 0, role: 'gating', kind: 'sampled' };
}

const settings: GateSettings = { ...defaultSettings, metrics: [metric('a'), metric('b')], looks: [6], seed: 3 };

function memoryLog(pairs: readonly Pair[] = []): PairLog & { pairs: Pair[] } {
  const kept = [...pairs];
  return { pairs: kept, append: (more) => kept.push(...more) };
}

function observation(value: number): Observation {
  return {
    outcome: 'measured',
    values: { m: value },
    outputs: null,
    stages: {},
    conditions: unknownConditions,
    pid: null,
  };
}

/** Measures what `value` says and keeps what was asked. */
function measurer(value: (arm: Arm) => number): { measure: MeasureRound; asked: (RoundAsk & { arm: Arm })[] } {
  const asked: (RoundAsk & { arm: Arm })[] = [];
  return {
    asked,
    measure: async (arm, ask) => {
      asked.push({ arm, ...ask });
      return new Map(ask.scenarios.map((scenario) => [scenario, observation(value(arm))]));
    },
  };
}

function nothingDecided(next: Next): Decision {
  const multiplicity = { rows: 0, chosen: 0, confirmed: 0 };
  return { next, verdict: 'nothing', rows: [], removed: [], added: [], shift: null, multiplicity };
}

/** Asks for these steps, one after another, and then for no more. */
function script(...steps: readonly Next[]): SessionRequest['decide'] {
  const left = [...steps];
  return () => nothingDecided(left.shift() ?? { kind: 'done' });
}

const base = { settings, now: () => 0, budgetSeconds: null };

test('each round measures both arms once, in the order and with the seed of the schedule', async () => {
  const { measure, asked } = measurer(() => 1);
  const log = memoryLog();
  const steps = script({ kind: 'measure', scenarios: ['a', 'b'], rounds: 4 });
  const { reason } = await runSession({ ...base, measureRound: measure, log, decide: steps });
  expect(reason).toBe('decided');
  const slots = schedule(3, 'look', 4);
  const order = slots.flatMap(({ first }) => (first === 'base' ? ['base', 'head'] : ['head', 'base']));
  expect(asked.map(({ arm }) => arm)).toEqual(order);
  expect(asked.map(({ seed }) => seed)).toEqual(slots.flatMap(({ seed }) => [seed, seed]));
  // One process measures both scenarios, and gives a pair for each.
  expect(asked.every(({ scenarios }) => scenarios.join() === 'a,b')).toBe(true);
  expect(log.pairs.map(({ scenario, stage, round, first }) => `${scenario} ${stage} ${round} ${first}`)).toEqual(
    slots.flatMap(({ round, first }) => [`a look ${round} ${first}`, `b look ${round} ${first}`]),
  );
});

test('the confirm stage counts its own rounds and draws its own seeds', async () => {
  const { measure, asked } = measurer(() => 1);
  const log = memoryLog();
  const steps = script(
    { kind: 'measure', scenarios: ['a'], rounds: 1 },
    { kind: 'confirm', scenarios: ['a'], rounds: 2 },
  );
  await runSession({ ...base, measureRound: measure, log, decide: steps });
  expect(log.pairs.map(({ stage, round }) => [stage, round])).toEqual([
    ['look', 0],
    ['confirm', 0],
    ['confirm', 1],
  ]);
  expect(new Set(asked.map(({ seed }) => seed)).size).toBe(3);
});

test('with the real decision, equal arms pass and one that is slower by 30 % regresses after fresh rounds', async () => {
  const equal = await runSession({ ...base, measureRound: measurer(() => 1).measure, log: memoryLog(), decide });
  expect(equal.decision.verdict).toBe('pass');
  const log = memoryLog();
  let noise = 0;
  const slower = measurer((arm) => (arm === 'head' ? 1.3 : 1) * (1 + 0.001 * (noise++ % 7)));
  const { decision, reason } = await runSession({ ...base, measureRound: slower.measure, log, decide });
  expect([decision.verdict, reason]).toEqual(['regressed', 'decided']);
  expect(log.pairs.filter(({ stage }) => stage === 'confirm').length).toBeGreaterThanOrEqual(20);
  // All that was decided follows from the log.
  expect(decide(settings, log.pairs)).toEqual(decision);
});

test('a session that was cut off after any pair ends with the same pairs', async () => {
  const whole = memoryLog();
  await runSession({ ...base, measureRound: measurer(() => 1).measure, log: whole, decide });
  // In the middle of a round, too: 7 pairs are three rounds and one scenario of the fourth.
  for (const kept of [1, 7, 12]) {
    const log = memoryLog(whole.pairs.slice(0, kept));
    await runSession({ ...base, measureRound: measurer(() => 1).measure, log, decide });
    const sorted = (pairs: readonly Pair[]) => pairs.map((pair) => JSON.stringify(pair)).sort();
    expect(sorted(log.pairs)).toEqual(sorted(whole.pairs));
  }
});

test('no round is begun that would end after the budget', async () => {
  let clock = 0;
  const log = memoryLog();
  const measure: MeasureRound = async (_arm, { scenarios }) => {
    clock += 2;
    return new Map(scenarios.map((scenario) => [scenario, observation(1)]));
  };
  const request = { ...base, settings: { ...settings, metrics: [metric('a')] }, measureRound: measure, log, decide };
  // A round takes 4 s: the third would end after 12 s.
  const { reason, decision } = await runSession({ ...request, now: () => clock, budgetSeconds: 11 });
  expect([reason, log.pairs.length]).toEqual(['budget', 2]);
  expect(decision.verdict).toBe('inconclusive');
});

test('an arm that fails three rounds one after another ends it, with why', async () => {
  const log = memoryLog();
  const failed = { outcome: 'failed', code: 'EXIT_CODE', message: 'boom', pid: 5 } as const;
  const measure: MeasureRound = async (arm, { scenarios }) =>
    new Map(scenarios.map((scenario) => [scenario, arm === 'head' ? failed : observation(1)]));
  const decideAlways = () => nothingDecided({ kind: 'measure', scenarios: ['a', 'b'], rounds: 10 });
  const end = await runSession({ ...base, measureRound: measure, log, decide: decideAlways });
  expect(end).toMatchObject({ reason: 'failing', failing: { arm: 'head', failed: { message: 'boom' } } });
  expect(log.pairs.length).toBe(6);
});

test('failures of one scenario alone do not end it', async () => {
  const log = memoryLog();
  const failed = { outcome: 'failed', code: 'X', message: 'x', pid: null } as const;
  const measure: MeasureRound = async (_arm, { scenarios }) =>
    new Map(scenarios.map((scenario) => [scenario, scenario === 'a' ? failed : observation(1)]));
  const steps = script({ kind: 'measure', scenarios: ['a', 'b'], rounds: 5 });
  const { reason } = await runSession({ ...base, measureRound: measure, log, decide: steps });
  expect([reason, log.pairs.length]).toEqual(['decided', 10]);
});

test('once the machine was disturbed in every round so far, the rest of the rounds is not measured', async () => {
  const log = memoryLog();
  const disturbed = { ...observation(1), conditions: { ...unknownConditions, foreignCpuShare: 0.9 } };
  const measure: MeasureRound = async (_arm, { scenarios }) =>
    new Map(scenarios.map((scenario) => [scenario, disturbed]));
  const { reason, decision } = await runSession({ ...base, measureRound: measure, log, decide });
  // 3 rounds of 2 scenarios: if all of so many first pairs are void, the cause stays.
  expect([reason, decision.verdict, log.pairs.length]).toEqual(['decided', 'invalid', 6]);
});

test('when it is stopped within a round, that round is not kept', async () => {
  const controller = new AbortController();
  const log = memoryLog();
  const measure: MeasureRound = async (arm, { scenarios }) => {
    if (log.pairs.length === 4 && arm === 'head') {
      controller.abort();
      throw new DOMException('stopped', 'AbortError');
    }
    return new Map(scenarios.map((scenario) => [scenario, observation(1)]));
  };
  const { signal } = controller;
  const { reason } = await runSession({ ...base, measureRound: measure, log, decide, signal });
  expect([reason, log.pairs.length]).toEqual(['stopped', 4]);
});

test('what else goes wrong comes out', async () => {
  const measure: MeasureRound = async () => {
    throw new Error('disk gone');
  };
  const running = runSession({ ...base, measureRound: measure, log: memoryLog(), decide });
  await expect(running).rejects.toThrow('disk gone');
});

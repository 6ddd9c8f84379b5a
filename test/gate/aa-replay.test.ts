import { expect, test } from 'vitest';
import { decideRounds } from '../../src/gate/aa-decide.ts';
import { consecutiveGates, measuredRounds, replayGate } from '../../src/gate/aa-replay.ts';
import { decide } from '../../src/gate/decide.ts';
import { madeSession } from './aa-pairs.ts';

test('a session asks for its rounds of every scenario, whatever they say, and for those that are missing after a break', () => {
  const { settings, pairs } = madeSession({ scenarios: ['a', 'b'], rounds: 40, bias: 0.5 });
  const ask = decideRounds(40);
  expect(ask(settings, []).next).toEqual({ kind: 'measure', scenarios: ['a', 'b'], rounds: 40 });
  // 30 rounds and a half: b lacks the last one.
  expect(ask(settings, pairs.slice(0, 61)).next).toEqual({ kind: 'measure', scenarios: ['a', 'b'], rounds: 9 });
  expect(ask(settings, pairs).next).toEqual({ kind: 'done' });
});

test('a quiet session of forty rounds holds four consecutive gates of ten, and each is what decide says of these rounds', () => {
  const { settings, pairs } = madeSession({ noise: 0.005 });
  const gates = consecutiveGates(settings, measuredRounds(settings, pairs));
  expect(gates.map(({ begun }) => begun)).toEqual(Array(4).fill({ look: 10, confirm: 0 }));
  const third = pairs.slice(20, 30).map((pair, round) => ({ ...pair, round }));
  expect(gates[2]?.decision.rows[0]?.verdict).toBe('pass');
  expect(gates[2]?.decision.rows[0]?.look?.change).toEqual(decide(settings, third).rows[0]?.look?.change);
});

test('a consecutive gate takes its confirm stage from the rounds after its first one, and what is left is none', () => {
  const { settings, pairs } = madeSession({ noise: 0.005, bias: 0.2, rounds: 50 });
  const gates = consecutiveGates(settings, measuredRounds(settings, pairs));
  expect(gates.map(({ begun }) => begun)).toEqual(Array(2).fill({ look: 10, confirm: 10 }));
  expect(gates.every(({ decision }) => decision.verdict === 'regressed')).toBe(true);
});

test('replays exchange the two processes of rounds: what one arm always has, no arm has in the replays', () => {
  const { settings, pairs } = madeSession({ noise: 0.001, bias: 0.03, metric: { margin: 0.01 } });
  const rounds = measuredRounds(settings, pairs);
  expect(decide(settings, pairs).rows[0]?.look?.change?.value).toBeCloseTo(0.03, 2);
  const changes = Array.from({ length: 40 }, (_, seed) => replayGate(settings, rounds, seed)).map(
    ({ decision }) => decision.rows[0]?.look?.change?.value ?? Number.NaN,
  );
  const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
  // Of 40 rounds or fewer that are +3 % or −3 % each: their centre has a deviation of some 0.5 %, the mean of 40 of them of a sixth of that.
  expect(Math.abs(mean)).toBeLessThan(0.005);
  expect(Math.min(...changes)).toBeLessThan(0);
});

test('what the first slot costs stays with the first slot, and cancels in replays as it does in gates', () => {
  const { settings, pairs } = madeSession({ noise: 0.001, slot: 0.04, metric: { margin: 0.01 } });
  const rounds = measuredRounds(settings, pairs);
  for (let seed = 0; seed < 20; seed++) {
    const { decision } = replayGate(settings, rounds, seed);
    expect(Math.abs(decision.rows[0]?.look?.change?.value ?? Number.NaN)).toBeLessThan(0.005);
  }
});

test('replays with the same seed are the same, byte for byte', () => {
  const { settings, pairs } = madeSession({ scenarios: ['a', 'b'] });
  const rounds = measuredRounds(settings, pairs);
  const text = (seed: number) => JSON.stringify(replayGate(settings, rounds, seed));
  expect(text(5)).toBe(text(5));
  expect(text(5)).not.toBe(text(6));
});

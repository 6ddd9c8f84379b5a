import { expect, test } from 'vitest';
import { answersOf, operatorTimes } from '../../src/analysis/proven-figures.ts';
import { Reasons } from '../../src/analysis/reasons.ts';
import type { NodeTimeRecord, Proof } from '../../src/results/events.ts';

const bare: Proof = {
  effective: {},
  operators: {},
  accuracy: null,
  accuracyReason: null,
  fidelity: null,
  fidelityReason: null,
};

const node = (name: string, operator: string, seconds: number, provider: string | null): NodeTimeRecord => ({
  name,
  operator,
  provider,
  seconds,
  calls: 1,
});

test('nodes are added up by operator, the slowest first, with the share of each provider', () => {
  const nodes = [node('r', 'Relu', 1, 'CPU'), node('a', 'Conv', 4, 'CUDA'), node('b', 'Conv', 2, 'CPU')];
  const reasons = new Reasons();
  const { operatorTimes: times } = operatorTimes(
    { ...bare, operatorProfile: { runs: 4, isPartial: true, nodes } },
    reasons,
  );
  expect(JSON.stringify(times)).toBe(
    JSON.stringify({
      unit: 's',
      runs: 4,
      isPartial: true,
      operators: {
        Conv: { seconds: 6, calls: 2, providers: { CUDA: 4, CPU: 2 } },
        Relu: { seconds: 1, calls: 1, providers: { CPU: 1 } },
      },
    }),
  );
  expect(reasons.all()).toEqual({});
});

test('what a proof could not tell is null with its reason', () => {
  const reasons = new Reasons();
  const why = { code: 'NO_ANSWERS', need: 'a postprocess that answers', have: 'none' };
  expect(answersOf({ ...bare, answers: null, answersReason: why }, reasons)).toEqual({ answers: null });
  const profileReason = { code: 'NO_OPERATOR_PROFILE', need: null, have: null };
  const without = { ...bare, operatorProfile: null, operatorProfileReason: profileReason };
  expect(operatorTimes(without, reasons)).toEqual({ operatorTimes: null });
  expect(reasons.all()).toEqual({ answers: why, operatorTimes: profileReason });
});

test('a proof of a former version, or none, leaves the fields out', () => {
  for (const proof of [bare, null]) {
    expect(answersOf(proof, new Reasons())).toEqual({});
    expect(operatorTimes(proof, new Reasons())).toEqual({});
  }
});

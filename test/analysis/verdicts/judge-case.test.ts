import { expect, test } from 'vitest';
import { Reasons } from '../../../src/analysis/reasons.ts';
import { isInvalidForSpeed, judgeCase, unjudged } from '../../../src/analysis/verdicts/judge-case.ts';
import { evidence, figures, quiet, reason, round } from './evidence-fixture.ts';

test('a verdict is the worst of its findings, which stand in that order, and its reason is the worst', () => {
  const reasons = new Reasons();
  const rounds = [
    round({ measured: { clockRatioError: 0.002 } }),
    round({ round: 1, measured: { clockRatioError: 0.02 } }),
  ];
  const { policy } = evidence();
  const { verdicts, findings } = judgeCase(evidence({ rounds, policy: { ...policy, preset: 'ci' } }), reasons);
  expect(verdicts.load).toBe('invalid');
  expect(findings.map(({ code, round: of }) => [code, of])).toEqual([
    ['CLOCKS_DISAGREE', 1],
    ['CLOCKS_DIFFER', 0],
    ['SHORTER_THAN_MLPERF', null],
  ]);
  expect(reasons.get('verdicts.load')).toEqual({ code: 'CLOCKS_DISAGREE', need: 0.01, have: 0.02 });
});

test('a note changes no verdict and gives no reason', () => {
  const reasons = new Reasons();
  const { verdicts, findings } = judgeCase(evidence({ proof: null }), reasons);
  expect(findings.map(({ code }) => code)).toEqual(['CACHING_NOT_AUDITED']);
  expect(verdicts.integrity).toBe('valid');
  expect(reasons.get('verdicts.integrity')).toBeNull();
});

test('what cannot be judged is null with the reason of what is missing', () => {
  const reasons = new Reasons();
  const changes = {
    figures: figures({ accuracy: null }),
    reasons: { energy: reason('NO_POWER_SENSOR'), accuracy: reason('RANDOM_WEIGHTS') },
    rounds: [round({ watched: reason('NOT_SAMPLED'), summary: { steadyState: null } })],
  };
  const steadyReason = { ...changes.reasons, 'rounds.0.summary.steadyState': reason('TOO_FEW_QUERIES', 8, 3) };
  const { verdicts } = judgeCase(evidence({ ...changes, reasons: steadyReason }), reasons);
  expect(verdicts).toMatchObject({ energy: null, accuracy: null, telemetry: null, steadyState: null, load: 'valid' });
  expect(reasons.get('verdicts.energy')?.code).toBe('NO_POWER_SENSOR');
  expect(reasons.get('verdicts.accuracy')?.code).toBe('RANDOM_WEIGHTS');
  expect(reasons.get('verdicts.telemetry')?.code).toBe('NOT_SAMPLED');
  expect(reasons.get('verdicts.steadyState')).toEqual({ code: 'TOO_FEW_QUERIES', need: 8, have: 3 });
});

test('a round that speaks against a family outweighs another that could not be judged', () => {
  const noisy = round({ watched: { ...quiet, stealShare: 0.5 } });
  const { verdicts } = judgeCase(
    evidence({ rounds: [noisy, round({ round: 1, watched: reason('NOT_SAMPLED') })] }),
    new Reasons(),
  );
  expect(verdicts.telemetry).toBe('degraded');
});

test('a case without figures has no verdict at all, for one reason', () => {
  const reasons = new Reasons();
  const { verdicts, findings } = unjudged(reason('CASE_FAILED'), reasons);
  expect(new Set(Object.values(verdicts))).toEqual(new Set([null]));
  expect(findings).toEqual([]);
  expect(reasons.get('verdicts.client')?.code).toBe('CASE_FAILED');
});

test('an invalid energy says nothing of the speed, any other invalid family does', () => {
  const { verdicts } = judgeCase(evidence(), new Reasons());
  const reasons = {};
  expect(isInvalidForSpeed({ verdicts, reasons })).toBe(false);
  expect(isInvalidForSpeed({ verdicts: { ...verdicts, energy: 'invalid' }, reasons })).toBe(false);
  expect(isInvalidForSpeed({ verdicts: { ...verdicts, accuracy: 'invalid' }, reasons })).toBe(true);
  expect(isInvalidForSpeed({ verdicts: { ...verdicts, steadyState: 'degraded' }, reasons })).toBe(false);
});

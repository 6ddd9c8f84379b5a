import { expect, test } from 'vitest';
import { caseHistories } from '../../src/analysis/case-history.ts';
import { effectiveSettings } from '../../src/analysis/effective-settings.ts';
import { Reasons } from '../../src/analysis/reasons.ts';
import type { Measured } from '../../src/results/snapshot.ts';
import { plannedCase, proofEvent, roundFinished, roundStarted, toggledCase } from './run-fixture.ts';

type Effective = Measured['effective'];

/** What took effect in case `a` when the proof of these cases said the one, and its rounds the other. */
function effectiveOf(proof: Effective | null, rounds: readonly Effective[], provenFirst = plannedCase('a')) {
  const planned = provenFirst.key === 'key-a' ? provenFirst : plannedCase('a');
  const cases = provenFirst.key === planned.key ? [planned] : [provenFirst, planned];
  const events = [
    ...(proof === null
      ? []
      : [
          proofEvent(
            cases.map(({ key }) => key),
            { effective: proof },
          ),
        ]),
    ...rounds.flatMap((effective, round) => [
      roundStarted(planned.key, round),
      roundFinished(planned.key, round, { file: '', rows: 0, sha256: '' }, { effective }),
    ]),
  ];
  const history = caseHistories(events, cases).find((one) => one.planned.key === planned.key);
  if (history === undefined) throw new Error('The case has no history.');
  const reasons = new Reasons();
  return { effective: effectiveSettings(history, history.attempts, reasons), reasons: reasons.all() };
}

test('what the proof verified is not replaced by what a round merely repeats', () => {
  const { effective, reasons } = effectiveOf({ fusion: { value: 'on', evidence: 'dump' } }, [
    { fusion: { value: 'on', evidence: 'unverified' } },
  ]);
  expect(effective.fusion).toEqual({ value: 'on', evidence: 'dump' });
  expect(reasons['effective.fusion']).toBeUndefined();
});

test('what merely repeats the request is listed as not verified', () => {
  const { effective, reasons } = effectiveOf(null, [{ precision: { value: 'fp32', evidence: 'unverified' } }]);
  expect(effective.precision?.value).toBe('fp32');
  expect(reasons['effective.precision']).toEqual({ code: 'NOT_VERIFIED', need: 'fp32', have: null });
});

test('a null that the proof has looked for is not replaced by a repetition of the request', () => {
  const nothing = { value: null, evidence: 'dump' };
  const { effective, reasons } = effectiveOf({ fusion: nothing }, [
    { fusion: { value: 'on', evidence: 'unverified' } },
  ]);
  expect(effective.fusion).toEqual(nothing);
  expect(reasons['effective.fusion']).toBeUndefined();
  expect(reasons['effective.fusion.value']).toEqual({ code: 'NO_DIFFERENCE', need: 'on', have: null });
});

test('toggles that make no difference to a graph, or have none to make one to, are not what nothing shows', () => {
  const of = toggledCase('a');
  const codes = (fields: Effective) => {
    const { reasons } = effectiveOf(fields, [], of);
    return ['fusion', 'layout', 'hygiene'].map((name) => [
      reasons[`effective.${name}`]?.code,
      reasons[`effective.${name}.value`]?.code,
    ]);
  };
  const none = { value: null, evidence: 'session metadata' };
  expect(codes({ fusion: none, layout: none, hygiene: none })).toEqual(
    ['NO_GRAPH', 'NO_GRAPH', 'NO_GRAPH'].map((code) => [undefined, code]),
  );
  expect(
    codes({
      fusion: { value: 'on', evidence: 'dump' },
      layout: { value: null, evidence: 'dump' },
      hygiene: { value: 'off', evidence: 'variant' },
    }),
  ).toEqual([
    [undefined, undefined],
    [undefined, 'NO_DIFFERENCE'],
    ['NOT_IN_EFFECT', undefined],
  ]);
  expect(codes({ layout: { value: null, evidence: 'unverified' } })[1]).toEqual([undefined, 'NOT_VERIFIED']);
});

test('threads of a session that computes on a device are no gap, and none that were not counted', () => {
  const none = { value: null, evidence: 'session metadata' };
  const { reasons } = effectiveOf({ threads: none, spinning: none }, []);
  expect(reasons['effective.threads']).toBeUndefined();
  expect(reasons['effective.threads.value']).toEqual({ code: 'NOT_ON_DEVICE', need: 2, have: null });
  expect(reasons['effective.spinning.value']?.code).toBe('NOT_ON_DEVICE');
  const unknown = effectiveOf({ threads: { value: null, evidence: 'threads of the process' } }, []);
  expect(unknown.reasons['effective.threads.value']?.code).toBe('NOT_VERIFIED');
});

test('what differs from what was asked for is listed with both values', () => {
  const { reasons } = effectiveOf({ fusion: { value: 'off', evidence: 'dump' } }, []);
  expect(reasons['effective.fusion']).toEqual({ code: 'NOT_IN_EFFECT', need: 'on', have: 'off' });
});

test('what nobody found out is listed as not verified', () => {
  const { reasons } = effectiveOf({ precision: { value: null, evidence: 'unverified' } }, []);
  expect(reasons['effective.threads']).toEqual({ code: 'NOT_VERIFIED', need: 2, have: null });
  expect(reasons['effective.precision.value']).toEqual({ code: 'NOT_VERIFIED', need: 'fp32', have: null });
});

test('one round of several that had other threads is enough to be listed', () => {
  const threads = (value: number): Effective => ({ threads: { value, evidence: 'threads of the process' } });
  for (const rounds of [
    [threads(1), threads(2)],
    [threads(2), threads(1)],
  ]) {
    expect(effectiveOf(null, rounds).reasons['effective.threads']).toEqual({
      code: 'NOT_IN_EFFECT',
      need: 2,
      have: '1',
    });
  }
});

test('a proof that another case took speaks only for the axes that the two share', () => {
  const other = plannedCase('other', { axes: { ...plannedCase('a').axes, threads: 1 } });
  const proof: Effective = {
    threads: { value: 1, evidence: 'threads of the process' },
    precision: { value: 'fp32', evidence: 'dump' },
    layout: { value: 'nchwc', evidence: 'dump' },
  };
  const { effective } = effectiveOf(proof, [], other);
  expect(effective).toEqual({ precision: proof.precision, layout: proof.layout });
});

test('an option of the provider is asked for as an axis is, and what a session merely repeats is not verified', () => {
  const planned = plannedCase('a', { providerOptions: { prefer_nhwc: 1, allow_cpu_fallback: true } });
  const events = [
    proofEvent([planned.key], { effective: { prefer_nhwc: { value: 1, evidence: 'unverified' } } }),
    roundStarted(planned.key, 0),
    roundFinished(planned.key, 0, { file: '', rows: 0, sha256: '' }, { effective: {} }),
  ];
  const [history] = caseHistories(events, [planned]);
  if (history === undefined) throw new Error('The case has no history.');
  const reasons = new Reasons();
  expect(effectiveSettings(history, history.attempts, reasons).prefer_nhwc?.value).toBe(1);
  expect(reasons.all()['effective.prefer_nhwc']).toMatchObject({ code: 'NOT_VERIFIED', need: 1 });
  expect(reasons.all()['effective.allow_cpu_fallback']).toMatchObject({ code: 'NOT_VERIFIED', need: 'true' });
});

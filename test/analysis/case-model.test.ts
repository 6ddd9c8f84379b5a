import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { RunEvent } from '../../src/results/events.ts';
import type { CaseSnapshot } from '../../src/results/snapshot.ts';
import {
  plan,
  plannedCase,
  preparedEvent,
  roundFinished,
  roundStarted,
  runFinished,
  Samples,
  startedEvent,
  stream,
  toggledCase,
  variant,
  variantEvent,
} from './run-fixture.ts';

/** The case of a run in which `before` happened before its one round, or instead of it. */
async function caseOf(of: CaseSnapshot, before: readonly RunEvent[], isMeasured = true) {
  const samples = new Samples();
  const round = [
    roundStarted(of.key),
    roundFinished(of.key, 0, samples.add('r', stream(new Array<number>(20).fill(0.01)))),
  ];
  const events = [startedEvent(plan([of])), ...before, ...(isMeasured ? round : []), runFinished()];
  const [one] = (await summariseRun(events, samples.read)).cases;
  if (one === undefined) throw new Error('The run has no case.');
  return one;
}

test('a case has the variant that was made for its key, and what its backend says of the precision', async () => {
  const of = { ...toggledCase('a', { precision: 'int8' }), precisionSupport: 'emulated' };
  const one = await caseOf(of, [preparedEvent(), variantEvent(['key-a'])]);
  expect(one).toMatchObject({ variant, precisionSupport: 'emulated' });
  expect(Object.keys(one.reasons).filter((path) => /^(variant|precisionSupport)/.test(path))).toEqual([]);
});

test('a case that was measured without a variant was measured on the file as it is', async () => {
  const one = await caseOf(toggledCase('a', { fusion: 'off', layout: 'plain', hygiene: 'off' }), [preparedEvent()]);
  expect(one.variant).toBeNull();
  expect(one.reasons.variant).toEqual({ code: 'AS_IN_FILE', need: null, have: null });
});

test('what a variant does not tell has its reason', async () => {
  const unconverted = await caseOf(toggledCase('a'), [preparedEvent(), variantEvent(['key-a'], { conversion: null })]);
  expect(unconverted.reasons['variant.conversion']?.code).toBe('NOT_CONVERTED');
  const conversion = { method: 'fp16', converted: 4, kept: {}, worstDecibels: null, calibration: null };
  const half = await caseOf(toggledCase('a'), [preparedEvent(), variantEvent(['key-a'], { conversion })]);
  expect(half.reasons['variant.conversion.worstDecibels']?.code).toBe('METHOD_DOES_NOT_TELL');
  expect(half.reasons['variant.conversion.calibration']?.code).toBe('NEEDS_NO_DATA');
});

test('a case that was not measured has no variant because of that, one of which nothing was prepared because of that', async () => {
  const reason = { code: 'NOTHING_TO_QUANTIZE', need: null, have: null };
  const skipped: RunEvent = { at: '', t: 0, type: 'case.skipped', key: 'key-a', reason, message: '' };
  const codeOf = async (before: readonly RunEvent[]) =>
    (await caseOf(toggledCase('a', { precision: 'int8' }), before, false)).reasons.variant?.code;
  expect(await codeOf([preparedEvent(), skipped])).toBe('CASE_SKIPPED');
  expect(await codeOf([skipped])).toBe('WORKLOAD_NOT_PREPARED');
});

test('a backend that did not say how it carries out the precision is told as such', async () => {
  const one = await caseOf({ ...toggledCase('a'), precisionSupport: null }, [preparedEvent()]);
  expect(one).toMatchObject({ precisionSupport: null, reasons: { precisionSupport: { code: 'BACKEND_DID_NOT_SAY' } } });
});

test('results of versions that knew no variants stay as they are', async () => {
  const one = await caseOf(plannedCase('a'), [preparedEvent()]);
  expect(one).not.toHaveProperty('variant');
  expect(one).not.toHaveProperty('precisionSupport');
  expect(one.reasons).not.toHaveProperty('variant');
});

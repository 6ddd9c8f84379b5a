import { expect, test } from 'vitest';
import { caseHistories } from '../../src/analysis/case-history.ts';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { Cause, RunEvent } from '../../src/results/events.ts';
import { plan, plannedCase, preparedEvent, roundStarted, runFinished, Samples, startedEvent } from './run-fixture.ts';

const time = { at: '2026-11-21T21:46:30.000Z', t: 30 };
const causeOf = (code: string): Cause => ({ code, message: code, exitCode: null, signal: null, stderrTail: '' });
const none = { samples: null, telemetry: null };

const failures: readonly (readonly [string, readonly RunEvent[]])[] = [
  ['case.failed', [{ ...time, type: 'case.failed', key: 'key-a', cause: causeOf('OWN') }]],
  ['proof.failed', [{ ...time, type: 'proof.failed', keys: ['key-a'], cause: causeOf('OWN') }]],
  [
    'round.failed',
    [roundStarted('key-a'), { ...time, type: 'round.failed', key: 'key-a', round: 0, cause: causeOf('OWN'), ...none }],
  ],
];

test.each(failures)('what %s tells of a case stands when its workload is prepared after it', async (_type, events) => {
  const cases = [plannedCase('a')];
  const all = [startedEvent(plan(cases)), ...events, preparedEvent(), runFinished()];
  expect(caseHistories(all, cases)[0]?.cause?.code).toBe('OWN');
  const run = await summariseRun(all, new Samples().read);
  expect(run).toMatchObject({ status: 'partial', cases: [{ status: 'failed', cause: { code: 'OWN' } }] });
});

test('the failure of a workload ends with its preparation, and does not hide that of a case', () => {
  const cases = [plannedCase('a'), plannedCase('b')];
  const failed: RunEvent = { ...time, type: 'workload.failed', workload: 'digits', cause: causeOf('WORKLOAD') };
  const own: RunEvent = { ...time, type: 'case.failed', key: 'key-a', cause: causeOf('OWN') };
  const codes = (events: readonly RunEvent[]) => caseHistories(events, cases).map(({ cause }) => cause?.code ?? null);
  expect(codes([failed])).toEqual(['WORKLOAD', 'WORKLOAD']);
  expect(codes([failed, preparedEvent()])).toEqual([null, null]);
  expect(codes([own, failed, preparedEvent()])).toEqual(['OWN', null]);
  expect(codes([own, failed])).toEqual(['OWN', 'WORKLOAD']);
});

import { expect, test } from 'vitest';
import type { Row, RowReason } from '../../src/gate/decision.ts';
import { droppedText, reasonText, rowNotes } from '../../src/gate/reason-text.ts';
import { workedGate } from './worked-report.ts';

const { decision } = workedGate([{ scenario: 'vision', metric: 'latency_p50', base: 0.02, times: 1, noise: 0.01 }]);
function rowWith(changed: Partial<Row>): Row {
  const [row] = decision.rows;
  if (row === undefined) throw new Error('Expected a row.');
  return { ...row, ...changed };
}
const row = rowWith({});
const say = (code: string, need: RowReason['need'] = null, have: RowReason['have'] = null) =>
  reasonText({ code, need, have }, row);

test('every code of a row is a sentence that does not show the code', () => {
  const codes = [
    ...['TOO_FEW_PAIRS', 'MARGIN_IN_INTERVAL', 'MORE_ROUNDS', 'NOISE_EXCEEDS_MARGIN', 'NOT_CHOSEN', 'CONFIRM_PENDING'],
    ...['NOT_CONFIRMED', 'NOT_RUN_AGAIN', 'NOT_DETERMINISTIC', 'NOT_REPEATED', 'BELOW_FLOOR', 'WITHIN_MARGIN'],
    ...['OUTPUTS_DIFFER', 'TOO_MANY_DROPPED', 'TOO_FEW_VALID_PAIRS', 'METRIC_MISSING', 'SIGN_INTERVAL'],
    ...['BASE_FAILED', 'HEAD_FAILED', 'NO_VALUE', 'NOT_POSITIVE', 'CPU_STEAL', 'CPU_THROTTLED', 'FOREIGN_CPU'],
    ...['GPU_THERMAL', 'GPU_POWER_CAP', 'GPU_CLOCKS', 'GPU_FOREIGN_PROCESS', 'GPU_BUSY'],
  ];
  for (const code of codes) {
    expect(say(code, 1, 2)).not.toContain(code);
    expect(say(code, 1, 2)).toMatch(/\w+ \w+/);
  }
});

test('a code that this version does not know is shown with its figures', () => {
  expect(say('SUN_SPOTS', 3, 'head: 7')).toBe('SUN_SPOTS (head: 7; limit 3)');
});

test('shares are per cent, and figures of the metric are in its unit', () => {
  expect(say('NOISE_EXCEEDS_MARGIN', 0.05, 0.083)).toMatch(/\(8\.3 %\) exceeds the margin \(5\.0 %\)/);
  expect(say('BELOW_FLOOR', 1e-4, 5e-5)).toBe('below the floor of 100 µs');
  expect(say('CPU_STEAL', 0.02, 'head: 0.0512')).toMatch(/\(head: 5\.1 %; limit 2\.0 %\)$/);
  expect(say('FOREIGN_CPU', 0.1, 'base: 0.41 (cc1plus 4.9, ld)')).toMatch(
    /\(base: 41\.0 % \(cc1plus 4\.9, ld\); limit 10\.0 %\)$/,
  );
  expect(say('GPU_POWER_CAP', 0.05, 'GPU 0: base 0, head 0.4')).toMatch(
    /\(GPU 0: base 0\.0 %, head 40\.0 %; limit 5\.0 %\)$/,
  );
  expect(say('GPU_CLOCKS', 0.03, 'GPU 0: base 1410 MHz, head 1200 MHz')).toMatch(
    /base 1410 MHz, head 1200 MHz; limit 3\.0 %\)$/,
  );
});

test('dropped pairs are counted once, with what was seen', () => {
  const dropped = [{ code: 'GPU_THERMAL', count: 3, need: 0, have: 'head, GPU 0: hw_thermal_slowdown' }];
  const said = '3 pairs void: the GPU slowed down to protect itself (head, GPU 0: hw_thermal_slowdown; limit 0)';
  expect(droppedText(dropped[0] as (typeof dropped)[number])).toBe(said);
  const look = row.look && { ...row.look, dropped };
  const reasons = [
    { code: 'TOO_MANY_DROPPED', need: 0.2, have: '3 of 10' },
    { code: 'GPU_THERMAL', need: 0, have: 'head, GPU 0: hw_thermal_slowdown' },
  ];
  expect(rowNotes(rowWith({ look, reasons }))).toEqual(['too many pairs were void: 3 of 10, allowed are 20.0 %', said]);
});

test('a row that was not run again has one stage, and does not tell it twice', () => {
  expect(rowNotes(row)).toEqual([]);
});

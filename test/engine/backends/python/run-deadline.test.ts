import { expect, test } from 'vitest';
import { runDeadline } from '../../../../src/engine/backends/python/run-deadline.ts';

test('the first run has half an hour, and later ones follow from the longest', () => {
  expect(runDeadline(null, {})).toBe(1800);
  expect(runDeadline(0.01, {})).toBeCloseTo(30.2, 12); // 30 + 20 · 0.01
  expect(runDeadline(6, {})).toBe(150);
});

test('the user may say how long a run may take', () => {
  expect(runDeadline(null, { DYNO_PYTHON_DEADLINE: '5' })).toBe(5);
  expect(runDeadline(6, { DYNO_PYTHON_DEADLINE: '0.5' })).toBe(0.5);
  expect(runDeadline(6, { DYNO_PYTHON_DEADLINE: '' })).toBe(150);
});

test.each(['0', '-1', 'soon', '1801', 'NaN'])('a deadline of %s is refused with what is expected', (asked) => {
  expect(() => runDeadline(1, { DYNO_PYTHON_DEADLINE: asked })).toThrow(
    `DYNO_PYTHON_DEADLINE: expected seconds above 0 and up to 1800, got "${asked}".`,
  );
});

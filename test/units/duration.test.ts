import { expect, test } from 'vitest';
import { durationPattern, parseDuration } from '../../src/units/duration.ts';

test.each([
  ['5s', 5],
  ['200ms', 0.2],
  ['20ms', 0.02],
  ['3us', 0.000003],
  ['3µs', 0.000003],
  ['10ns', 1e-8],
  ['1.5min', 90],
  ['2m', 120],
  ['2 h', 7200],
  ['0s', 0],
])('%s is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
  expect(durationPattern.test(text)).toBe(true);
});

test('a plain number is seconds', () => {
  expect(parseDuration('2.5')).toBe(2.5);
});

test.each(['', 's', '-5s', '5 parsecs', '5s5', '1e3s', '.5s', '5S', 'NaN', 'Infinity s'])(
  '%j is refused with the units that are known',
  (text) => {
    expect(() => parseDuration(text)).toThrow(/Expected a duration such as 5s.*units: ns, us, ms, s, min, h/);
    expect(durationPattern.test(text)).toBe(false);
  },
);

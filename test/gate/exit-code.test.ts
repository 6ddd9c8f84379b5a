import { expect, test } from 'vitest';
import { gateExitCode } from '../../src/gate/exit-code.ts';
import { DynoError, InputError } from '../../src/kernel/errors.ts';

test('only pass and improved end with 0', () => {
  const verdicts = ['pass', 'improved', 'regressed', 'inconclusive', 'invalid', 'nothing'] as const;
  expect(verdicts.map((verdict) => [verdict, gateExitCode({ verdict })])).toEqual([
    ['pass', 0],
    ['improved', 0],
    ['regressed', 1],
    ['inconclusive', 2],
    ['invalid', 2],
    ['nothing', 4],
  ]);
});

test('wrong usage ends with 3, a missing baseline and a broken tool with 4', () => {
  expect(gateExitCode({ thrown: new InputError('VERSION_UNKNOWN', 'There is no such ref.') })).toBe(3);
  expect(gateExitCode({ thrown: new DynoError('NO_BASELINE', 'There is nothing to compare with.') })).toBe(4);
  expect(gateExitCode({ thrown: new TypeError('x is not a function') })).toBe(4);
});

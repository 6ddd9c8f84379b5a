import { expect, test } from 'vitest';
import { withNewSuite } from '../../src/gate/new-suite.ts';
import { DynoError } from '../../src/kernel/errors.ts';

test('of the change that brings the gate, a base that cannot be measured says what to do', () => {
  const error = new DynoError('BASE_FAILED', 'base could not be measured (EXIT_CODE): no such file', { exitCode: 4 });
  const told = withNewSuite(error, 'suites/gate.yaml');
  expect(told).toMatchObject({ code: 'BASE_FAILED', exitCode: 4 });
  expect((told as DynoError).message).toMatch(
    /^base could not be measured \(EXIT_CODE\): no such file\nBase has no suites\/gate\.yaml: .* `dyno gate aa`/,
  );
});

test('what head cannot be measured for is told as it is', () => {
  const error = new DynoError('HEAD_FAILED', 'head could not be measured');
  expect(withNewSuite(error, 'suites/gate.yaml')).toBe(error);
  expect(withNewSuite('thrown', 'suites/gate.yaml')).toBe('thrown');
});

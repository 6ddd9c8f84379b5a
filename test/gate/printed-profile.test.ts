import { expect, test } from 'vitest';
import type { TakenProfile } from '../../src/gate/operator-changes.ts';
import { parsePrintedProfiles } from '../../src/gate/printed-profile.ts';

const whole: TakenProfile = {
  nodes: [{ node: 'a', operator: 'Conv', provider: null, seconds: 1, calls: 1 }],
  isPartial: false,
};

const parsed = (...lines: readonly unknown[]) =>
  parsePrintedProfiles(lines.map((line) => `${JSON.stringify(line)}\n`).join('\n'), '/checkout', (path) =>
    path === '/checkout/out/p.json' ? whole : null,
  );

test('operators are taken as they were printed, what was left out is not known', () => {
  const operators = [
    { operator: 'Conv', seconds: 0.002, node: 'a', count: 2, provider: 'CPU' },
    { operator: 'Relu', seconds: 0 },
  ];
  expect(parsed({ scenario: 'small', operators }).get('small')).toEqual({
    isPartial: false,
    nodes: [
      { operator: 'Conv', node: 'a', seconds: 0.002, calls: 2, provider: 'CPU' },
      { operator: 'Relu', node: null, seconds: 0, calls: null, provider: null },
    ],
  });
});

test('a profile of ONNX Runtime is read from the checkout', () => {
  expect(parsed({ scenario: 'small', ort_profile: 'out/p.json' }).get('small')).toBe(whole);
});

test.each([
  ['a path out of the checkout', { scenario: 'a', ort_profile: '../p.json' }, 'file in the checkout'],
  ['an absolute path elsewhere', { scenario: 'a', ort_profile: '/etc/p.json' }, 'file in the checkout'],
  ['a profile without a run', { scenario: 'a', ort_profile: 'out/q.json' }, 'at least one whole run'],
  ['a negative time', { scenario: 'a', operators: [{ operator: 'Conv', seconds: -1 }] }, 'Line 1'],
  ['neither', { scenario: 'a' }, 'Line 1'],
])('%s is refused', (_name, line, message) => {
  expect(() => parsed(line)).toThrow(
    expect.objectContaining({ code: 'PROFILE_INVALID', message: expect.stringContaining(message) }),
  );
});

test('a scenario that comes twice is refused with its line', () => {
  const line = { scenario: 'a', operators: [] };
  expect(() => parsed(line, line)).toThrow(/Line 3 .*expected each scenario once/);
});

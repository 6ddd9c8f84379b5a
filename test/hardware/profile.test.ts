import { expect, test } from 'vitest';
import { resolveProfile } from '../../src/hardware/profile.ts';

test('local is this machine', () => {
  expect(resolveProfile('local').id).toBe('local');
});

test.each([
  ['a100', 'Leave --profile out'],
  ['lokal', 'Did you mean "local"?'],
])('%s is refused with exit 3, the known profiles and what to do', (id, hint) => {
  expect(() => resolveProfile(id)).toThrow(expect.objectContaining({ code: 'PROFILE_UNKNOWN', exitCode: 3 }));
  expect(() => resolveProfile(id)).toThrow('expected a known hardware profile (local)');
  expect(() => resolveProfile(id)).toThrow(hint);
});

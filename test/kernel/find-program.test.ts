import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { findProgram } from '../../src/kernel/find-program.ts';

test('the first program that is there is found', () => {
  expect(basename(findProgram('no-such-program-of-dyno', 'node') ?? '')).toMatch(/^node/);
});

test('a program that is nowhere is null', () => {
  expect(findProgram('no-such-program-of-dyno')).toBeNull();
});

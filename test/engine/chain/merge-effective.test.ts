import { expect, test } from 'vitest';
import { mergeEffective } from '../../../src/engine/chain/merge-effective.ts';

test('what all models share stands once, what differs with their names', () => {
  expect(
    mergeEffective({
      detect: { threads: { value: 2, evidence: 'profile' }, layout: { value: 'nchwc', evidence: 'dump' } },
      recognise: { threads: { value: 2, evidence: 'profile' }, layout: { value: 'plain', evidence: 'dump' } },
    }),
  ).toEqual({
    threads: { value: 2, evidence: 'profile' },
    layout: { value: 'detect: nchwc, recognise: plain', evidence: 'dump' },
  });
});

test('what is not known of one model is left to the others, and stays unknown where no model tells', () => {
  expect(
    mergeEffective({
      detect: { fusion: { value: 'on', evidence: 'dump' }, precision: { value: null, evidence: 'dump' } },
      recognise: { fusion: { value: null, evidence: 'dump' }, precision: { value: null, evidence: 'dump' } },
    }),
  ).toEqual({ fusion: { value: 'on', evidence: 'dump' }, precision: { value: null, evidence: 'dump' } });
});

test('evidence of different kinds is no common evidence', () => {
  expect(
    mergeEffective({
      detect: { spinning: { value: 'off', evidence: 'threads of the process' } },
      angle: { spinning: { value: 'off', evidence: 'unverified' } },
    }),
  ).toEqual({ spinning: { value: 'off', evidence: 'unverified' } });
});

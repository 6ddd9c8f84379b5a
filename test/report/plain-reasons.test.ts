import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plainPath, plainReason } from '../../src/report/plain-reasons.ts';

test('too few queries say how many are needed and how many there are', () => {
  expect(plainReason({ code: 'TOO_FEW_SAMPLES', need: 6636, have: 96 })).toBe(
    'Too few queries to stand on: 6,636 are needed, 96 were measured.',
  );
});

test('a code of a later version is shown with what it needs and has', () => {
  expect(plainReason({ code: 'SOMETHING_NEW', need: 'a', have: 2 })).toBe('SOMETHING_NEW (expected: a; found: 2).');
  expect(plainReason({ code: 'constructor', need: null, have: null })).toBe('constructor.');
});

test('paths are said in words', () => {
  expect(plainPath('latency.p999')).toBe('p99.9 of the response time');
  expect(plainPath('effective.batchSize')).toBe('batch size in effect');
  expect(plainPath('verdicts.steadyState')).toBe('verdict on the steady state');
  expect(plainPath('__proto__')).toBe('__proto__');
});

test('every reason that the analysis of a run withholds a figure for has a sentence', () => {
  const sources = readdirSync('src/analysis', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(`src/analysis/${name}`, 'utf8'));
  const codes = sources.flatMap((source) =>
    [...source.matchAll(/withhold\([^)]*?'([A-Z][A-Z_]{3,})'/g)].map(([, code = '']) => code),
  );
  expect(codes.length).toBeGreaterThan(10);
  const bare = codes.filter((code) => plainReason({ code, need: null, have: null }).startsWith(code));
  expect([...new Set(bare)]).toEqual([]);
});

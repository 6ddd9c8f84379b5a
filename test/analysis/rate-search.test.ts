import { expect, test } from 'vitest';
import type { SearchEvents } from '../../src/analysis/case-history.ts';
import { rateSearch } from '../../src/analysis/rate-search.ts';
import { Reasons } from '../../src/analysis/reasons.ts';
import { measured, plannedCase } from './run-fixture.ts';

const planned = plannedCase('a', { scenario: { kind: 'server', arrivals: { kind: 'poisson' }, rate: 'search' } });
const at = { at: '2026-01-01T00:00:00.000Z', t: 0 };
const samples = { file: 'samples/a-p0.parquet', rows: 20, sha256: '0' };
type ProbeEvent = SearchEvents['probes'][number];
const probe = (number: number, change: Partial<ProbeEvent>): ProbeEvent => ({
  ...at,
  type: 'probe.finished',
  key: planned.key,
  probe: number,
  rate: 10,
  passed: true,
  why: null,
  latency: 0.01,
  samples,
  measured: { ...measured, queries: 20, windowSeconds: 2 },
  ...change,
});
const ended = (rate: number | null): SearchEvents['end'] => ({
  ...at,
  type: 'search.finished',
  key: planned.key,
  rate,
  reason: rate === null ? { code: 'NO_RATE_WITHIN_LIMIT', need: 0.02, have: 0.05 } : null,
});

test('every probe is told in its order, each null with its reason', () => {
  const over = { code: 'LATENCY_OVER_LIMIT', need: 0.02, have: 0.05 };
  const few = { code: 'TOO_FEW_SAMPLES', need: 64, have: 20 };
  const reasons = new Reasons();
  const probes = [
    probe(0, { scenario: 'single_stream', latency: null }),
    probe(1, {}),
    probe(2, { rate: 20, passed: false, why: over, latency: 0.05 }),
    probe(3, { rate: 15, passed: false, why: few, latency: null }),
  ];
  const { search } = rateSearch({ planned, search: { probes, end: ended(10) } }, reasons);
  const tried = { seconds: 2, queries: 20 };
  expect(search).toEqual({
    rate: 10,
    probes: [
      { scenario: 'single_stream', rate: 10, passed: true, why: null, latency: null, ...tried },
      { rate: 10, passed: true, why: null, latency: 0.01, ...tried },
      { rate: 20, passed: false, why: over, latency: 0.05, ...tried },
      { rate: 15, passed: false, why: few, latency: null, ...tried },
    ],
  });
  expect(reasons.all()).toEqual({
    'search.probes.0.why': { code: 'WITHIN_LIMIT', need: null, have: null },
    'search.probes.0.latency': { code: 'TOO_FEW_SAMPLES', need: null, have: null },
    'search.probes.1.why': { code: 'WITHIN_LIMIT', need: null, have: null },
    'search.probes.3.latency': few,
  });
});

test('a rate that was not found, or not yet, is null with its reason', () => {
  const reasonOf = (search: SearchEvents | null, path: string): string | undefined => {
    const reasons = new Reasons();
    rateSearch({ planned, search }, reasons);
    return reasons.get(path)?.code;
  };
  expect(reasonOf({ probes: [], end: ended(null) }, 'search.rate')).toBe('NO_RATE_WITHIN_LIMIT');
  expect(reasonOf({ probes: [], end: null }, 'search.rate')).toBe('SEARCH_NOT_FINISHED');
  expect(reasonOf(null, 'search')).toBe('NOT_SEARCHED');
});

test('a case whose rate is given has no search', () => {
  const given = plannedCase('b', { scenario: { kind: 'server', arrivals: { kind: 'poisson' }, rate: 5 } });
  expect(rateSearch({ planned: given, search: null }, new Reasons())).toEqual({});
});

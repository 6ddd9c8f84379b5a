import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Price } from '../../src/hardware/price.ts';
import type { Case, Run } from '../../src/results/run.ts';
import { readStudy, type Study } from '../../src/tco/study.ts';
import type { StudySources } from '../../src/tco/study-sources.ts';
import { environment } from '../analysis/run-fixture.ts';
import { toggleRun } from '../analysis/toggle-run.ts';
import { type CaseSketch, sketchCase } from '../report/sketch-case.ts';
import { device } from '../roofline/fixtures.ts';

/** A study of one option; its accelerator, precision and throughput go into the place of `THROUGHPUT`. */
export const oneOption = `name: One option
currency: USD
date: 2025-06-01
horizon_years: 3
discount_rate: 0.08
demand: { requests_per_day: 8640000, peak_to_average: 2 }
options:
  - kind: cloud
    name: hour
    THROUGHPUT
    scaling: always_on
    on_demand_per_hour: { amount: 1.5, source: price list }
`;

/** The study read from a file, with sources that have nothing but what is given. */
export function readText(text: string, sources: Partial<StudySources> = {}): Study {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-study-'));
  const path = join(folder, 'study.yaml');
  try {
    writeFileSync(path, text);
    return readStudy(path, { today: '2026-01-01', sources: { ...noSources, ...sources } });
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(path, 'study.yaml');
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a study is refused with, or `accepted`. */
export function refusalOf(text: string, sources: Partial<StudySources> = {}): string {
  try {
    readText(text, sources);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

const noSources: StudySources = {
  profiles: () => [device('nvidia-x', { int8: 200, fp16: 100 }), device('nvidia-y', { int8: null })],
  prices: () => [],
  published: () => [],
  project: () => ({ refused: 'nothing is known here', code: 'NO_SUPPORT' }),
  run: (name) => {
    throw new Error(`not asked for: ${name}`);
  },
  runs: () => [],
};

/** A case whose figures are given: latencies in seconds, verdicts all valid unless told. */
export function measuredCase(
  sketch: Partial<CaseSketch>,
  changes: Omit<Partial<Case>, 'latency' | 'verdicts' | 'throughput'> & {
    readonly p99?: number | null;
    readonly p90?: number;
    readonly throughput: number;
    readonly ci95?: readonly [number, number];
    readonly verdicts?: Partial<Case['verdicts']>;
  },
): Case {
  const { one } = sketchCase({ workload: 'resnet50', batchSize: 1, ...sketch }, 1);
  const { p99 = null, p90 = 0.001, throughput, ci95 = null, verdicts = {}, ...rest } = changes;
  if (one.latency === null) throw new Error('expected a case with a latency');
  const valid = Object.fromEntries(Object.keys(one.verdicts).map((family) => [family, 'valid'])) as Case['verdicts'];
  return {
    ...one,
    latency: { ...one.latency, p99, p90 },
    throughput: { unit: 'items/s', value: throughput, ci95 },
    verdicts: { ...valid, ...verdicts },
    ...rest,
  };
}

export function runOf(cases: readonly Case[], runId = 'may'): Run {
  return {
    ...({} as Run),
    ...toggleRun([]),
    runId,
    startedAt: '2025-05-04T10:00:00.000Z',
    environment,
    cases,
  };
}

export function bookPrice(changes: Partial<Price> = {}): Price {
  return {
    profiles: ['nvidia-x'],
    variantStated: true,
    per: 'device',
    kind: 'retail',
    amount: 8000,
    currency: 'USD',
    seller: null,
    offer: 'typical retail',
    region: null,
    date: '2025-03-03',
    source: 'a shop',
    confidence: 'sourced',
    note: null,
    file: 'purchase.yaml',
    origin: 'built-in',
    ...changes,
  };
}

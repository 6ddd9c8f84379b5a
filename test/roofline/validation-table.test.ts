import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/hardware/catalogue.ts';
import { loadPublished } from '../../src/hardware/published.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { type Validation, validate, validationMarkdown } from '../../src/roofline/validation-table.ts';

let validation: Validation;
beforeAll(() => {
  const { profiles } = loadCatalogue({});
  validation = validate(
    profiles.filter(({ origin }) => origin === 'built-in'),
    loadPublished(),
  );
});

const of = (leftOut: string, scenario: string) => {
  const row = validation.rows.find(
    (one) => one.leftOut === leftOut && one.scenario === scenario && one.stacks === 'mlperf' && one.model === null,
  );
  if (row === undefined) throw new Error(`no row of ${scenario} without the ${leftOut}`);
  return row.summary;
};

test('the table of the documentation is what the figures give', () => {
  expect(readFileSync(packageFile('docs', 'projection.md'), 'utf8')).toContain(validationMarkdown(validation));
});

test('of a device that is left out, throughput is projected to 11 % in the middle, better than by a plain roofline', () => {
  const { medianError, plainMedianError, refusedShare, coverage, medianFactor } = of('device', 'Offline');
  expect(medianError).toBeLessThanOrEqual(0.11);
  expect(medianError).toBeLessThan(plainMedianError ?? 0);
  expect(refusedShare).toBeLessThanOrEqual(0.1);
  expect(coverage).toBeGreaterThanOrEqual(0.85);
  expect(coverage).toBeLessThanOrEqual(0.95);
  expect(medianFactor).toBeLessThanOrEqual(1.7);
});

test('of an architecture that is left out, throughput is projected to 15 % in the middle', () => {
  const { medianError, plainMedianError, coverage, medianFactor } = of('architecture', 'Offline');
  expect(medianError).toBeLessThanOrEqual(0.15);
  expect(medianError).toBeLessThan(plainMedianError ?? 0);
  expect(coverage).toBeGreaterThanOrEqual(0.85);
  expect(medianFactor).toBeLessThanOrEqual(1.7);
});

test('latency of a query on its own is projected to 30 % in the middle', () => {
  expect(of('device', 'SingleStream').medianError).toBeLessThanOrEqual(0.3);
  expect(of('architecture', 'SingleStream').medianError).toBeLessThanOrEqual(0.3);
});

test('labels above the peak are told', () => {
  expect(validation.rejected.ABOVE_PEAK).toBeGreaterThan(0);
});

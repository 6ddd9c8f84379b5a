import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readResumeFile, writeResumeFile } from '../../src/runner/resume-file.ts';
import type { Plan } from '../../src/suite/plan.ts';
import { plannedCase } from './fixtures/plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-resume-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a plan is read back as it was kept', () => {
  const content = { plan: { cases: [plannedCase('a')] } as unknown as Plan, plugins: ['file:///p.mjs'] };
  writeResumeFile(folder, content);
  expect(readResumeFile(folder)).toEqual(content);
});

test('a run of a version in which fusion meant something else cannot be resumed', () => {
  const { hygiene: _hygiene, layout: _layout, ...axes } = plannedCase('a').axes;
  const old = { cases: [plannedCase('b'), { ...plannedCase('a'), axes }] } as unknown as Plan;
  writeResumeFile(folder, { plan: old, plugins: [] });
  expect(() => readResumeFile(folder)).toThrow(expect.objectContaining({ code: 'NOT_RESUMABLE' }));
});

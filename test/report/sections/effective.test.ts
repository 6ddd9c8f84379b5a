import { expect, test } from 'vitest';
import { effectiveSection } from '../../../src/report/sections/effective.ts';
import { inputOf, sketchRun } from '../fixtures.ts';
import { changed } from '../judged.ts';

test('each setting stands with what took effect and its evidence, and a mismatch is marked', () => {
  const input = inputOf(
    sketchRun('effective', [
      { workload: 'w', batchSize: 1, fusion: 'off', effectiveFusion: 'on' },
      { workload: 'w', batchSize: 1, fusion: 'on' },
    ]),
  );
  const rows = effectiveSection(input).tables[0]?.rows.map(({ cells }) => cells.map(({ text }) => text));
  expect(rows?.filter(([field]) => field === 'fusion')).toEqual([
    ['fusion', 'off', 'on, not as asked', 'dump', 'w/ort-cpu/b1/fp32/fusion-off/t2/single_stream'],
    ['fusion', 'on', 'on ✓', 'dump', 'w/ort-cpu/b1/fp32/fusion-on/t2/single_stream'],
  ]);
  expect(rows).toContainEqual(['threads', '2', '2 ✓', 'threads of the process', 'all 2 cases']);
});

test('a setting that nothing verifies is called unverified', () => {
  const { tables } = effectiveSection(inputOf(sketchRun('effective', [{ workload: 'w', batchSize: 1 }])));
  const spinning = tables[0]?.rows.find(({ cells }) => cells[0]?.text === 'spinning');
  expect(spinning?.cells[3]).toMatchObject({ text: 'unverified', tone: 'warn' });
});

test('a toggle that has nothing to do is not called unknown', () => {
  const run = changed(sketchRun('effective', [{ workload: 'w', batchSize: 1 }]), (one) => ({
    ...one,
    effective: { ...one.effective, layout: { value: null, evidence: 'dump' } },
    reasons: { ...one.reasons, 'effective.layout.value': { code: 'NO_DIFFERENCE', need: 'engine', have: null } },
  }));
  const layout = effectiveSection(inputOf(run)).tables[0]?.rows.find(({ cells }) => cells[0]?.text === 'layout');
  expect(layout?.cells[2]).toMatchObject({
    text: 'makes no difference',
    note: 'It makes no difference to this graph.',
  });
});

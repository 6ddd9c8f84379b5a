import { expect, test } from 'vitest';
import { huesOf } from '../../../src/report/charts/hues.ts';
import { sketchRun } from '../fixtures.ts';
import type { CaseSketch } from '../sketch-case.ts';

const one = (backend: string, fusion = 'engine'): CaseSketch => ({ workload: 'w', batchSize: 1, backend, fusion });
const huesFor = (sketches: readonly CaseSketch[]) => {
  const of = sketchRun('hues', sketches);
  return { hues: huesOf({ of }), cases: of.run.cases };
};

test('colours tell the engines where a run compares nothing else, in the order of its plan', () => {
  const { hues, cases } = huesFor([one('ort-cpu'), one('wasm'), one('pytorch-eager')]);
  expect(hues.legend(cases).map(({ label }) => label)).toEqual(['ort-cpu', 'wasm', 'pytorch-eager']);
  const colors = cases.map((each) => hues.color(each));
  expect(new Set(colors).size).toBe(3);
  // The scale of a chart gives each case the colour of the legend.
  const { domain, range } = hues.scale;
  expect(cases.map((each) => range[domain.indexOf(hues.group(each))])).toEqual(colors);
  expect(hues.legend(cases.slice(1)).map(({ color }) => color)).toEqual(colors.slice(1));
});

test('where fusion differs, or there is one engine, they tell the fusion', () => {
  for (const sketches of [[one('ort-cpu'), one('wasm', 'on')], [one('ort-cpu')]]) {
    const { hues, cases } = huesFor(sketches);
    expect(hues.legend(cases).map(({ label }) => label)).toContain('fused by the engine alone');
  }
});

test('an engine that was not measured takes no colour, and those beyond the tenth share one', () => {
  const { hues, cases } = huesFor([{ ...one('gone'), status: 'skipped' }, one('ort-cpu'), one('wasm')]);
  expect(hues.legend(cases).map(({ label }) => label)).toEqual(['ort-cpu', 'wasm']);
  const many = huesFor(Array.from({ length: 12 }, (_, index) => one(`engine-${index}`)));
  expect(many.hues.legend(many.cases)).toHaveLength(10);
  expect(many.hues.legend(many.cases).at(-1)?.label).toBe('other engines');
});

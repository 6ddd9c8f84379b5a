import { expect, test } from 'vitest';
import type { EffectiveField } from '../../src/engine/effective.ts';
import type { VariantRecord } from '../../src/results/events.ts';
import { hasNothingToFuse, inWordsOfAxes, type ToggledGraph } from '../../src/runner/axis-words.ts';
import type { Axes } from '../../src/suite/plan.ts';

function variant(fused: number, passes: Record<string, number> = { hygiene: 0 }): VariantRecord {
  return { sha256: 'a', bytes: 1, steps: [], passes, fused, nodes: { before: 2, after: 2 }, conversion: null };
}

function graph(fusion: Axes['fusion'], change: Partial<ToggledGraph> = {}): ToggledGraph {
  return { axes: { fusion }, usesGraph: true, variant: null, passesFindNothing: false, ...change };
}

function fusionOf(
  value: EffectiveField['value'],
  toggled: ToggledGraph,
  evidence: EffectiveField['evidence'] = 'dump',
) {
  return inWordsOfAxes({ fusion: { value, evidence } }, toggled).fusion;
}

test('fusion is the part of the passes and the part of the engine together', () => {
  expect(fusionOf('off', graph('off'))).toEqual({ value: 'off', evidence: 'dump' });
  expect(fusionOf('on', graph('engine'))).toEqual({ value: 'engine', evidence: 'dump' });
  expect(fusionOf('off', graph('graph', { variant: variant(3) }))).toEqual({ value: 'graph', evidence: 'dump' });
  expect(fusionOf('on', graph('on', { variant: variant(3) }))).toEqual({ value: 'on', evidence: 'dump' });
});

test('an engine that fused though it was not to, or did not though it was, is told as it is', () => {
  expect(fusionOf('on', graph('off'))?.value).toBe('engine');
  expect(fusionOf('on', graph('graph', { variant: variant(3) }))?.value).toBe('on');
  expect(fusionOf('off', graph('on', { variant: variant(3) }))?.value).toBe('graph');
});

test('a part that has nothing to join agrees with what was asked for', () => {
  // Our passes left the engine nothing, or there never was anything for it.
  expect(fusionOf(null, graph('on', { variant: variant(3) }))?.value).toBe('on');
  expect(fusionOf(null, graph('graph', { variant: variant(3) }))?.value).toBe('graph');
  // Nothing for our passes.
  expect(fusionOf('on', graph('on', { variant: variant(0) }))?.value).toBe('on');
  // Nothing for the engine; our passes would find something, but are not asked for.
  expect(fusionOf(null, graph('engine'))?.value).toBe('engine');
  expect(fusionOf(null, graph('off'))?.value).toBe('off');
});

test('where neither the engine nor the passes have anything to join, the values cannot be told apart', () => {
  for (const fusion of ['off', 'engine'] as const) {
    expect(fusionOf(null, graph(fusion, { passesFindNothing: true }))).toEqual({ value: null, evidence: 'dump' });
  }
  for (const fusion of ['graph', 'on'] as const) {
    expect(fusionOf(null, graph(fusion, { variant: variant(0) }))).toEqual({ value: null, evidence: 'dump' });
  }
  expect(hasNothingToFuse(true, graph('off', { passesFindNothing: true }))).toBe(true);
  expect(hasNothingToFuse(true, graph('off'))).toBe(false);
  expect(hasNothingToFuse(false, graph('off', { passesFindNothing: true }))).toBe(false);
});

test('fusion by our passes that was asked for and done to no file is not in effect', () => {
  expect(fusionOf('on', graph('on'))?.value).toBe('engine');
  expect(fusionOf('off', graph('graph'))?.value).toBe('off');
});

test('what the engine only repeats stays unverified, in the words of the axis', () => {
  expect(fusionOf('on', graph('on', { variant: variant(1) }), 'unverified')).toEqual({
    value: 'on',
    evidence: 'unverified',
  });
  expect(fusionOf('on', graph('engine'), 'unverified')).toEqual({ value: 'engine', evidence: 'unverified' });
  expect(fusionOf(null, graph('engine'), 'unverified')?.value).toBeNull();
});

test('an engine that says nothing of fusion gets no word put into its mouth', () => {
  expect(inWordsOfAxes({}, graph('engine'))).toEqual({ hygiene: { value: 'off', evidence: 'variant' } });
});

test('models of a chain that differ in fusion are told one by one', () => {
  expect(fusionOf('detect: on, angle: off', graph('engine'))?.value).toBe('detect: on, angle: off');
});

test('hygiene is in effect where the loaded file was cleaned, whether or not there was something to clean', () => {
  const hygieneOf = (toggled: ToggledGraph) => inWordsOfAxes({}, toggled).hygiene;
  expect(hygieneOf(graph('engine'))).toEqual({ value: 'off', evidence: 'variant' });
  expect(hygieneOf(graph('on', { variant: variant(1, { hygiene: 0 }) }))).toEqual({ value: 'on', evidence: 'variant' });
  expect(hygieneOf(graph('on', { variant: variant(1, { gelu: 1 }) }))).toEqual({ value: 'off', evidence: 'variant' });
});

test('a backend that runs no graph has no fusion, layout and hygiene, and keeps all else that it says', () => {
  const said: Record<string, EffectiveField> = {
    backend: { value: 'null', evidence: 'session metadata' },
    fusion: { value: 'on', evidence: 'unverified' },
  };
  const none = { value: null, evidence: 'session metadata' };
  expect(inWordsOfAxes(said, graph('on', { usesGraph: false }))).toEqual({
    backend: said.backend,
    fusion: none,
    layout: none,
    hygiene: none,
  });
});

import { expect, test } from 'vitest';
import { engineEffects } from '../../src/analysis/engine-effects.ts';
import type { Case } from '../../src/results/run.ts';
import { sketchCase } from '../report/sketch-case.ts';
import { toggleRun } from './toggle-run.ts';

/** A case of an engine; `times` are the medians of its rounds. */
function engine(backend: string, times: readonly number[], changes: Partial<Case['axes']> = {}): Case {
  const { one } = sketchCase({ workload: 'resnet50', batchSize: 1, backend, rounds: times.length }, 1);
  const axes = { ...one.axes, ...changes };
  return {
    ...one,
    axes,
    key: JSON.stringify(axes),
    rounds: one.rounds.map((round, number) => {
      if (round.summary === null) throw new Error('Expected a round with a summary.');
      return { ...round, summary: { ...round.summary, p50: times[number] ?? null } };
    }),
  };
}

const effectsOf = (cases: readonly Case[], policy = {}) =>
  engineEffects({ cases, policy: toggleRun([], { rounds: 3, ...policy }).policy });

test('engines stand beside the embedded one, with ratios by round: what befell a whole round cancels', () => {
  const [group, ...others] = effectsOf([engine('wasm', [8, 16, 8]), engine('ort-cpu', [2, 4, 2])]);
  expect(others).toEqual([]);
  expect(group?.reference.axes.backend).toBe('ort-cpu');
  expect(group?.name).toBe('resnet50, batch 1');
  const [slower, reference] = group?.cells ?? [];
  for (const end of ['value', 'low', 'high'] as const) expect(slower?.speed[end]).toBeCloseTo(0.25, 12);
  expect(reference?.speed).toMatchObject({ value: 1, reason: { code: 'IS_REFERENCE' } });
});

test('where the embedded engine was not measured, or is invalid, the first that stands is the reference', () => {
  const a = engine('pytorch-eager', [1, 1, 1]);
  const b = engine('pytorch-compile', [1, 1, 1]);
  expect(effectsOf([a, b])[0]?.reference).toBe(a);
  const own = engine('ort-cpu', [1, 1, 1]);
  const invalid = { ...own, verdicts: { configuration: 'invalid' } as Case['verdicts'] };
  expect(effectsOf([a, b, invalid])[0]?.reference).toBe(a);
});

test('only what is alike in all but the engine is compared, and groups are named by what differs between them', () => {
  const of = (changes: Partial<Case['axes']>) => [
    engine('ort-cpu', [1, 1, 1], changes),
    engine('wasm', [2, 2, 2], changes),
  ];
  const names = (cases: readonly Case[]) => effectsOf(cases).map(({ name }) => name);
  expect(names([...of({}), ...of({ batchSize: 8 })])).toEqual(['resnet50, batch 1', 'resnet50, batch 8']);
  expect(names([...of({ threads: 1 }), ...of({})])).toEqual([
    'resnet50, batch 1, 1 thread',
    'resnet50, batch 1, 2 threads',
  ]);
  expect(names([...of({ fusion: 'engine' }), ...of({})])).toEqual([
    'resnet50, batch 1, fp32, fusion engine',
    'resnet50, batch 1, fp32, fusion on',
  ]);
  expect(names([engine('ort-cpu', [1, 1, 1]), engine('wasm', [1, 1, 1], { spinning: 'on' })])).toEqual([]);
});

test('one engine that was measured is no comparison; one that was skipped stands beside two that were', () => {
  const skipped = { ...engine('wasm', [1, 1, 1]), status: 'skipped' as const };
  const own = engine('ort-cpu', [1, 1, 1]);
  expect(effectsOf([own, skipped])).toEqual([]);
  const [group] = effectsOf([own, skipped, engine('pytorch-eager', [2, 2, 2])]);
  expect(group?.cells.map(({ speed }) => speed.reason?.code ?? speed.value)).toEqual([
    'IS_REFERENCE',
    'CASE_SKIPPED',
    expect.closeTo(0.5, 12),
  ]);
});

test('a run that compares with a bare loop ranks no engines', () => {
  const cases = [engine('ort-cpu', [1, 1, 1]), engine('wasm', [2, 2, 2])];
  expect(effectsOf(cases, { bareLoop: 'interleaved' })).toEqual([]);
});

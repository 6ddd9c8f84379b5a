import { expect, test } from 'vitest';
import { isStruckLabel } from '../../src/report/marks.ts';
import { counted, isInvalid, markedLabel, markNotes, standingOf, standingText } from '../../src/report/standing.ts';
import { finding, judged, overSaturated } from './judged.ts';
import { sketchCase } from './sketch-case.ts';

const plain = sketchCase({ workload: 'w', batchSize: 1 }, 1).one;
const valid = judged(plain);
const drifting = judged(plain, [finding({}), finding({ code: 'LEVEL_SHIFT' })]);
const saturated = judged(plain, [finding({}), overSaturated]);

test('a case stands as its worst family does, with the codes of that family alone', () => {
  expect(standingText(plain)).toBe('');
  expect(standingText(valid)).toBe('valid');
  expect(standingText(drifting)).toBe('degraded: DRIFTING_UP, LEVEL_SHIFT');
  expect(standingText(saturated)).toBe('invalid: OVER_SATURATED');
});

test('a code that comes of several rounds stands once', () => {
  expect(standingOf(judged(plain, [finding({ round: 0 }), finding({ round: 1 })])).codes).toEqual(['DRIFTING_UP']);
});

test('a note changes nothing', () => {
  expect(standingText(judged(plain, [finding({ severity: 'note' })]))).toBe('valid');
});

test('an invalid energy does not strike out the speed', () => {
  const one = judged(plain, [finding({ family: 'energy', severity: 'invalid', code: 'ENERGY_ESTIMATED' })]);
  expect(isInvalid(one)).toBe(false);
  expect(standingText(one)).toBe('degraded: ENERGY_ESTIMATED');
});

test('a setting that did not take effect makes a case of an older result invalid', () => {
  const { one } = sketchCase({ workload: 'w', batchSize: 1, fusion: 'off', effectiveFusion: 'on' }, 1);
  expect(isInvalid(one)).toBe(true);
  expect(standingText(one)).toBe('invalid: NOT_IN_EFFECT');
});

test('a verdict without findings has the code of its reason', () => {
  const one = {
    ...valid,
    findings: [],
    verdicts: { ...valid.verdicts, load: 'degraded' as const },
    reasons: { 'verdicts.load': { code: 'RATE_NOT_KEPT', need: 100, have: 90 } },
  };
  expect(standingText(one)).toBe('degraded: RATE_NOT_KEPT');
});

test('labels bear the mark of what is not valid, and those of invalid cases are struck out', () => {
  const labels = [plain, valid, drifting, saturated].map((one) => markedLabel(one, 'batch 1'));
  expect(labels).toEqual(['batch 1', 'batch 1', '△ batch 1', '✕ batch 1']);
  expect(labels.map(isStruckLabel)).toEqual([false, false, false, true]);
});

test('marks are explained where they are, and nowhere else', () => {
  expect(markNotes([valid, plain])).toEqual([]);
  expect(markNotes([valid, drifting])).toHaveLength(1);
  expect(markNotes([saturated, drifting])[0]).toMatch(/✕.*invalid.*△.*degraded/);
});

test('only what is not invalid may be called best, unless all are', () => {
  expect(counted([{ one: valid }, { one: saturated }])).toEqual([{ one: valid }]);
  expect(counted([{ one: saturated }])).toEqual([{ one: saturated }]);
});

import { expect, test } from 'vitest';
import { editedStudy, fragmentOf, readFragment } from '../../../../src/report/tco-page/browser/edits.ts';
import type { StudyData } from '../../../../src/tco/model/study-data.ts';
import { hostileStudy } from '../hostile-study.ts';

const study = hostileStudy();
const price = 'options[0].machine.accelerator_price';
const throughput = 'options[3].throughput.items_per_second';

test('edits come back from the address as they went into it', () => {
  const edits = new Map([
    [price, 7500.25],
    [throughput, 1 / 3],
  ]);
  const fragment = fragmentOf(study, edits);
  expect(encodeURI(fragment).replaceAll('%25', '%')).toBe(fragment);
  expect(readFragment(study, `#${fragment}`)).toEqual({ kind: 'edits', edits, refused: 0 });
  expect(fragmentOf(study, new Map())).toBe('');
});

test('the name of a place is no edit', () => {
  expect(readFragment(study, '#assumptions')).toEqual({ kind: 'none' });
  expect(readFragment(study, '')).toEqual({ kind: 'none' });
});

test('the edits of another version of the study are not applied: an index may name another option by now', () => {
  const fragment = fragmentOf(study, new Map([[price, 1]]));
  const swapped = {
    ...study,
    assumptions: study.assumptions.map((one) => (one.name === price ? { ...one, owner: 'hour' } : one)),
  };
  expect(readFragment(swapped, fragment)).toEqual({ kind: 'foreign' });
  expect(readFragment(study, 'edited?options=1')).toEqual({ kind: 'foreign' });
});

test('what is no figure, no number or out of range is left out and counted', () => {
  const fragment = fragmentOf(study, new Map([[price, 7500]]));
  const more = `${fragment}&__proto__=1&demand.peak_to_average=0.5&discount_rate=&facilities.hall.pue=high`;
  expect(readFragment(study, more)).toEqual({ kind: 'edits', edits: new Map([[price, 7500]]), refused: 4 });
});

test('an edited throughput is given by hand, those of the others stay', () => {
  const edited = editedStudy(study, new Map([[throughput, 100]]));
  const provenances = (from: StudyData) => Object.values(from.throughputs).map(({ provenance }) => provenance);
  expect(provenances(study)).toEqual(['measured', 'published', 'published', 'published']);
  expect(provenances(edited)).toEqual(['measured', 'published', 'published', 'given']);
});

test('the order of the edits does not matter', () => {
  const edits = [
    [price, 7500],
    [throughput, 100],
  ] as const;
  expect(editedStudy(study, new Map(edits))).toEqual(editedStudy(study, new Map(edits.toReversed())));
});

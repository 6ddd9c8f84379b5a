import { expect, test } from 'vitest';
import { strictDoubts } from '../../src/cli/strict-doubts.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { type Case, verdictFamilies } from '../../src/results/run.ts';

const [one] = readRun(packageFile('results', 'example')).cases;
const valid = Object.fromEntries(verdictFamilies.map((family) => [family, 'valid' as const])) as Case['verdicts'];

function judged(verdicts: Partial<Case['verdicts']>, reasons: Case['reasons'] = {}): Case {
  if (one === undefined) throw new Error('The example has no case.');
  return { ...one, verdicts: { ...valid, ...verdicts }, reasons };
}

test('a valid case leaves no doubt, nor does one without a sensor and without labels', () => {
  expect(strictDoubts([judged({}), judged({ energy: null, accuracy: null })])).toEqual([]);
});

test('a family that is degraded, invalid or was not judged is a doubt with its code, counted over the cases', () => {
  const reasons = {
    'verdicts.load': { code: 'A', need: null, have: null },
    'verdicts.energy': { code: 'B', need: null, have: null },
  };
  expect(
    strictDoubts([
      judged({ load: 'degraded', energy: 'invalid' }, reasons),
      judged({ load: 'degraded' }, reasons),
      judged({ telemetry: null }),
    ]),
  ).toEqual([
    'load degraded (A) in 2 cases',
    'energy invalid (B) in 1 case',
    'telemetry not judged (NOT_RECORDED) in 1 case',
  ]);
});

import { expect, test } from 'vitest';
import { notices } from '../../../src/report/sections/answers.ts';
import { inputOf, sketchRun } from '../fixtures.ts';

test('of hardware that was asked for and not there the report says that no figure is of it, and names the run', () => {
  const asked = {
    asked: 'a100',
    id: 'nvidia-a100-sxm-80gb',
    name: 'NVIDIA A100',
    present: false,
    why: 'this machine has none',
  };
  const sketches = [{ workload: 'digits', batchSize: 1 }];
  const absent = sketchRun('one', sketches, { requestedProfiles: [asked] });
  const plain = sketchRun('two', sketches);
  expect(notices(inputOf(absent)).at(0)).toMatchObject({
    text: 'Nothing was measured on NVIDIA A100 (nvidia-a100-sxm-80gb): the machine of this run has none. Every figure is of the machine of this run ("local").',
    tone: 'bad',
  });
  const both = notices(inputOf(plain, absent)).filter(({ text }) => text.includes('Nothing was measured on'));
  expect(both.map(({ text }) => text.slice(0, 7))).toEqual(['Run B: ']);
});

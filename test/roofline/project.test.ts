import { beforeAll, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/hardware/catalogue.ts';
import { loadPublished } from '../../src/hardware/published.ts';
import { sortEvidence } from '../../src/roofline/evidence.ts';
import { type Projected, type ProjectionRequest, Projector } from '../../src/roofline/project.ts';
import { device, figure } from './fixtures.ts';

let published: Projector;
beforeAll(() => {
  const { profiles } = loadCatalogue({});
  published = new Projector(profiles, sortEvidence(loadPublished(), profiles).evidence);
});

const asked: ProjectionRequest = {
  accelerator: 'nvidia-a30',
  model: 'resnet50-v1.5',
  scenario: 'Offline',
  precision: 'int8',
  stack: 'mlperf',
};

function projected(changes: Partial<ProjectionRequest>, projector = published): Projected {
  const answer = projector.project({ ...asked, ...changes });
  if ('refused' in answer) throw new Error(answer.refused);
  return answer;
}

test('a device that nobody has published of is placed between its neighbours', () => {
  // A30 has half of an A100's peak and about four times T4's.
  const { value, low, high } = projected({});
  expect(value).toBeGreaterThan(projected({ accelerator: 'nvidia-t4' }).value);
  expect(value).toBeLessThan(projected({ accelerator: 'nvidia-a100-pcie-40gb' }).value);
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
});

test('an interval is the wider the farther the evidence is', () => {
  const factor = ({ low, high }: Projected) => Math.sqrt(high / low);
  const ofA100 = projected({ accelerator: 'nvidia-a100-sxm-80gb' });
  const ofA30 = projected({});
  const ofB200 = projected({ accelerator: 'nvidia-b200-sxm' });
  const ofMi100 = projected({ accelerator: 'amd-mi100' });
  expect([ofA100, ofA30, ofB200, ofMi100].map((one) => one.nearest)).toEqual([
    'device',
    'architecture',
    'maker',
    'none',
  ]);
  expect(factor(ofA30)).toBeLessThan(factor(ofB200));
  expect(factor(ofB200)).toBeLessThan(factor(ofMi100));
});

test('Server is slower than Offline, and a query alone answers in milliseconds', () => {
  expect(projected({ scenario: 'Server' }).value).toBeLessThan(projected({}).value);
  const alone = projected({ scenario: 'SingleStream' });
  expect(alone.unit).toBe('ms (p90)');
  expect(alone.value).toBeGreaterThan(0.1);
  expect(alone.low).toBeLessThan(alone.value);
  // One item fills a small part of a device: nothing is above the roof.
  expect(alone.shareOfRoof).toBeLessThan(0.5);
});

test('the same answer is given in tokens and in items', () => {
  const cell = { accelerator: 'h200', model: 'llama2-70b (99%)', precision: 'fp8' };
  const tokens = projected({ ...cell, unit: 'tokens/s per accelerator' });
  // 294 tokens an item.
  expect(projected({ ...cell, unit: 'samples/s per accelerator' }).value * 294).toBeCloseTo(tokens.value, 6);
});

test.each<[string, Partial<ProjectionRequest>, string, RegExp]>([
  ['a device without a profile', { accelerator: 'nvidia-a31' }, 'UNKNOWN_DEVICE', /did you mean "nvidia-a30"/],
  ['a model of unknown cost', { model: 'resnet51' }, 'UNKNOWN_MODEL', /known: resnet50-v1.5, /],
  ['no precision', { precision: null }, 'NO_PRECISION', /no precision is stated/],
  ['a precision that nobody states peaks for', { precision: 'int4' }, 'NO_PEAK', /known: fp32, /],
  [
    'a precision that the device lacks',
    { precision: 'fp8' },
    'NO_PEAK',
    /nvidia-a30 states no peak for fp8; it has fp32/,
  ],
  [
    'a unit of another scenario',
    { unit: 'ms (p90)' },
    'UNKNOWN_UNIT',
    /expected samples\/s per accelerator for Offline/,
  ],
  ['a scenario that is none', { scenario: 'MultiStream' }, 'UNKNOWN_SCENARIO', /Offline, Server, SingleStream/],
  ['a stack that nobody has published of', { stack: 'onnxruntime' }, 'OTHER_STACK', /do not carry over/],
  [
    'a stack of two devices',
    { stack: 'pytorch', precision: 'fp16' },
    'NO_SUPPORT',
    /2 devices are known .* 3 are needed/,
  ],
  [
    'an architecture that a small stack lacks',
    { accelerator: 'h100', stack: 'mxnet' },
    'NO_SUPPORT',
    /none of them Hopper/,
  ],
  ['a maker without figures', { accelerator: 'aws-graviton3' }, 'NO_SUPPORT', /nothing is known of any cpu of AWS/],
  [
    'a model that is too large',
    { model: 'llama2-70b (99%)', precision: 'fp16' },
    'DOES_NOT_FIT',
    /needs 138 GB in fp16, .* has 24 GB/,
  ],
])('%s is refused', (_, changes, code, words) => {
  const answer = published.project({ ...asked, ...changes });
  expect(answer).toMatchObject({ code, refused: expect.stringMatching(words) });
});

test('a figure stated per accelerator may be of a model that several hold together', () => {
  const large = { accelerator: 'h100', model: 'llama3.1-405b', precision: 'fp8' };
  expect(published.project({ ...asked, ...large })).toMatchObject({ code: 'DOES_NOT_FIT' });
  expect(projected({ ...large, unit: 'tokens/s per accelerator' }).value).toBeGreaterThan(0);
  expect(projected({ ...large, devices: 6 }).value).toBeGreaterThan(0);
});

test('what devices reach half of, another like them is projected to reach half of', () => {
  // Peaks of 100 to 400 TFLOP/s in int8, half of each used by operations of 8.2e9 an image.
  const profiles = [100, 200, 300, 400].map((int8) => device(`gpu-${int8}`, { fp16: null, int8, watts: int8 }));
  const figures = [100, 200, 400].map((int8) => figure(`gpu-${int8}`, (0.5 * int8 * 1e12) / 8.2e9));
  const projector = new Projector(profiles, sortEvidence(figures, profiles).evidence);
  const { value, shareOfRoof } = projected({ accelerator: 'gpu-300' }, projector);
  expect(shareOfRoof).toBeCloseTo(0.5, 1);
  expect(value / ((0.5 * 300e12) / 8.2e9)).toBeCloseTo(1, 1);
});

test('an interval ends at the peak', () => {
  // All reach 95 % of their peaks: an interval about that would go on beyond.
  const profiles = [100, 200, 300, 400].map((int8) => device(`gpu-${int8}`, { fp16: null, int8, watts: int8 }));
  const figures = [100, 200, 400].map((int8) => figure(`gpu-${int8}`, (0.95 * int8 * 1e12) / 8.2e9));
  const projector = new Projector(profiles, sortEvidence(figures, profiles).evidence);
  const { value, high } = projected({ accelerator: 'gpu-300' }, projector);
  expect(high).toBeCloseTo(300e12 / 8.2e9, 6);
  expect(value).toBeLessThan(high);
});

test('fp32 of a GPU is not told by fp32 of processors, nor by its narrower types', () => {
  // All fp32 of MLPerf is of processors, which use most of a small peak; that carried over would be 1.6 times the peak of an A100.
  const answer = published.project({ ...asked, accelerator: 'nvidia-a100-sxm-80gb', precision: 'fp32' });
  expect(answer).toMatchObject({ code: 'NO_SUPPORT' });
  expect(answer).toMatchObject({ refused: expect.stringMatching(/of mlperf, fp32 is known of a cpu only/) });
  // TensorFlow was measured in fp32 on GPUs.
  const known = projected({ accelerator: 'nvidia-v100-sxm2-16gb', precision: 'fp32', stack: 'tensorflow' });
  expect(known.high).toBeGreaterThan(known.value);
});

test('what would be faster than the peak in the middle is refused, not cut off at it', () => {
  // All do 80 TFLOP/s, whatever their peak: carried over, that is more than a peak of 50.
  const peaks = [800, 400, 200, 100];
  const devices = peaks.map((int8, i) => device(`gpu-${int8}`, { int8, fp16: 1, architecture: `Generation${i}` }));
  const small = device('gpu-50', { int8: 50, fp16: 1, architecture: 'Generation3' });
  const figures = peaks.map((int8) => figure(`gpu-${int8}`, 80e12 / 8.2e9));
  const projector = new Projector([...devices, small], sortEvidence(figures, devices).evidence);
  expect(projector.project({ ...asked, accelerator: 'gpu-50' })).toMatchObject({
    code: 'NO_SUPPORT',
    refused: expect.stringMatching(/lets expect 1\.\d times what the peak of gpu-50 in int8 allows/),
  });
});

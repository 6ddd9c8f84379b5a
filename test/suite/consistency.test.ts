import { expect, test } from 'vitest';
import { pathText } from '../../src/kernel/value-path.ts';
import { consistencyProblems } from '../../src/suite/consistency.ts';
import type { SuiteFile } from '../../src/suite/schema.ts';
import type { OwnWorkloadFile } from '../../src/suite/workload-schema.ts';

const base: SuiteFile = { name: 'a', workloads: ['digits'] };
const preprocess = { resize: { width: 224, height: 224 }, normalize: 'torchvision' } as const;
const images = { kind: 'images', folder: 'photos' } as const;

/** `path: message` of every problem of a suite. */
function problems(suite: Partial<SuiteFile>): string[] {
  return consistencyProblems({ ...base, ...suite }).map(({ path, message }) => `${pathText(path)}: ${message}`);
}

function own(workload: Partial<OwnWorkloadFile>): string[] {
  return problems({ workloads: [{ name: 'mine', model: 'm.onnx', ...workload }] }).map((text) =>
    text.replace('workloads[0].', ''),
  );
}

test('a plain suite has no problem', () => {
  expect(problems({})).toEqual([]);
  expect(own({ data: { ...images, labels: 'l.txt' }, preprocess, metric: 'top5' })).toEqual([]);
});

test('a workload is listed once', () => {
  expect(problems({ workloads: ['digits', { name: 'digits', model: 'm.onnx' }] })).toEqual([
    'workloads[1].name: expected each workload once, got "digits" twice',
  ]);
});

test.each<[Partial<OwnWorkloadFile>, RegExp]>([
  [{ data: images }, /^data: expected "preprocess" beside images/],
  [{ preprocess }, /^preprocess: expected images as data, got none/],
  [{ data: { kind: 'npy', folder: 'x' }, preprocess }, /^preprocess: expected images as data/],
  [{ metric: 'top1' }, /^metric: expected "labels" in "data" beside a metric, got nothing/],
  [
    { data: { kind: 'npy', folder: 'x', labels: 'l' }, postprocess: { kind: 'none' } },
    /^postprocess.kind: expected "classify" for the metric top1, got "none"/,
  ],
  [
    { data: { kind: 'npy', folder: 'x', labels: 'l' }, postprocess: { kind: 'detect' } },
    /^postprocess.kind: expected "classify" for the metric top1, got "detect"/,
  ],
  [
    { postprocess: { kind: 'detect', objectness: true, activation: 'softmax' } },
    /^postprocess.objectness: expected activation "none" or "sigmoid" beside it, got "softmax"/,
  ],
  [
    { data: { kind: 'npy', folder: 'x', labels: 'l' }, metric: 'top5', postprocess: { kind: 'classify', top_k: 3 } },
    /^postprocess.top_k: expected at least 5 for the metric top5, got 3/,
  ],
  [
    { data: images, preprocess: { ...preprocess, resize: { width: 224, height: 100, shorter_side: 200 } } },
    /^preprocess.resize.shorter_side: expected at least 224, .* got 200/,
  ],
  [
    { data: images, preprocess: { ...preprocess, resize: { width: 2, height: 2, mode: 'stretch', shorter_side: 4 } } },
    /shorter_side: expected mode "crop" beside it, got "stretch"/,
  ],
  [
    { data: images, preprocess: { ...preprocess, resize: { width: 2, height: 2, padding: 4 } } },
    /padding: expected mode "letterbox" or "dynamic" beside it, got "crop"/,
  ],
  [
    { data: images, preprocess: { ...preprocess, resize: { width: 2, height: 2, multiple: 2 } } },
    /resize.multiple: expected mode "dynamic" beside it, got "crop"/,
  ],
  [
    {
      data: images,
      preprocess: { ...preprocess, resize: { width: 960, height: 950, mode: 'dynamic', multiple: 32 } },
    },
    /resize.height: expected a whole multiple of 32 \(multiple\), got 950/,
  ],
  [
    { data: images, preprocess: { ...preprocess, color: 'gray' } },
    /^preprocess.normalize: expected another normalisation for color "gray"/,
  ],
  [
    {
      data: images,
      preprocess: { ...preprocess, normalize: { kind: 'per_channel', mean: [0], deviation: [1, 1, 1] } },
    },
    /^preprocess.normalize.mean: expected 3 numbers for color "rgb", got 1/,
  ],
])('%j is refused', (workload, message) => {
  expect(own(workload)).toEqual([expect.stringMatching(message)]);
});

test.each<[SuiteFile['matrix'], RegExp]>([
  [
    { zip: [{ batch_size: [1, 8], threads: [1] }] },
    /^matrix.zip\[0\].threads: expected 2 values as "batch_size" of this group has, got 1/,
  ],
  [{ zip: [{ batch_size: [1, 8] }] }, /^matrix.zip\[0\]: expected at least two axes that advance together, got 1/],
  [
    { batch_size: [1], zip: [{ batch_size: [1], threads: [1] }] },
    /^matrix.zip\[0\].batch_size: expected the axis once, got it here and in matrix.batch_size/,
  ],
  [
    {
      zip: [
        { batch_size: [1], threads: [1] },
        { threads: [1], fusion: ['on'] },
      ],
    },
    /^matrix.zip\[1\].threads: expected the axis in one group, got it in zip\[0\] too/,
  ],
  [{ include: [{}] }, /^matrix.include\[0\]: expected at least one axis, got an empty map/],
  [
    { exclude: [{ workload: 'digit', batch_size: 1 }] },
    /^matrix.exclude\[0\].workload: expected a workload of this suite, got "digit". Did you mean "digits"\?/,
  ],
  [
    { precision: ['int8', 'fp16'], hygiene: 'off' },
    /^matrix.hygiene: expected "on" where every precision is converted/,
  ],
  [
    { fusion: ['off', 'graph'], layout: ['engine'] },
    /^matrix.layout: expected "plain" where the engine does not fuse .*, got "engine"/,
  ],
  [{ include: [{ precision: 'int8', hygiene: 'off' }] }, /^matrix.include\[0\].hygiene: expected "on"/],
  [{ include: [{ fusion: 'graph', layout: 'engine' }] }, /^matrix.include\[0\].layout: expected "plain"/],
  [{ hygiene: 'off', zip: [{ precision: ['int8', 'bf16'], threads: [1, 2] }] }, /^matrix.hygiene: expected "on"/],
  [
    { include: [{ scenario: 'offline', batch_size: 1 }] },
    /^matrix.include\[0\].scenario: expected a scenario of this suite, got "offline". Of this suite: single_stream/,
  ],
])('the matrix %j is refused', (matrix, message) => {
  expect(problems({ matrix })).toEqual([expect.stringMatching(message)]);
});

test.each<[SuiteFile['policy'], string]>([
  [{ time_limit: '1000h' }, 'policy.time_limit: expected at most 7 days (168h, 604800 s), got 3600000 s'],
  [{ cooldown: 604_801 }, 'policy.cooldown: expected at most 7 days (168h, 604800 s), got 604801 s'],
  [{ max_time: '168.5h' }, 'policy.max_time: expected at most 7 days (168h, 604800 s), got 606600 s'],
  [
    { window: { max_duration: '200h' } },
    'policy.window.max_duration: expected at most 7 days (168h, 604800 s), got 720000 s',
  ],
])('the policy %j is refused: a timer that is longer than 24.8 days fires at once', (policy, message) => {
  expect(problems({ policy })).toEqual([message]);
});

test('a policy may take 7 days', () => {
  expect(problems({ policy: { time_limit: '168h', max_time: '168h', cooldown: '168h' } })).toEqual([]);
});

test.each<[Partial<SuiteFile>, RegExp]>([
  [
    { policy: { window: { min_duration: '90s' } } },
    /^policy.window.min_duration: expected min_duration \(90 s\) of at most max_duration \(60 s\)/,
  ],
  [
    { policy: { window: { max_duration: '2s' } } },
    /^policy.window.max_duration: expected min_duration \(5 s\) of at most max_duration \(2 s\)/,
  ],
  [{ policy: { window: { min_duration: 0, max_duration: 0 } } }, /^policy.window.max_duration: expected more than 0/],
  [{ policy: { time_limit: '3s' } }, /^policy.time_limit: expected time_limit \(3 s\) above the durations/],
  [
    { policy: { bare_loop: 'interleaved' } },
    /^policy.bare_loop: expected single_stream with scope: inference beside bare_loop/,
  ],
  [
    { policy: { bare_loop: 'interleaved' }, scenarios: [{ kind: 'offline', scope: 'inference' }] },
    /^scenarios\[0\]: expected single_stream with scope: inference .*got offline/,
  ],
  [{ limits: { latency: { percentile: 'p90', max: '0ms' } } }, /^limits.latency.max: expected a duration above 0/],
])('%j is refused', (suite, message) => {
  expect(problems(suite)).toEqual([expect.stringMatching(message)]);
});

test('the machine is sampled not at all, or often enough to say something', () => {
  expect(problems({ policy: { sampling_hertz: 0 } })).toEqual([]);
  expect(problems({ policy: { sampling_hertz: 0.1 } })).toEqual([]);
  expect(problems({ policy: { sampling_hertz: 0.05 } })).toEqual([
    'policy.sampling_hertz: expected 0 (no sampling) or at least 0.1, got 0.05',
  ]);
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileSuites } from '../../src/suite/compile.ts';
import { inputError, known, suiteFolder } from './suite-folder.ts';

const { folder, write } = suiteFolder();
const ids = (plan: ReturnType<typeof compileSuites>): string[] => plan.cases.map(({ id }) => id);

test('nothing in a plan is undefined: it survives JSON', () => {
  const path = write('name: plain\nworkloads: [digits]\n');
  const plan = compileSuites([path], {}, known);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(plan).toStrictEqual({
    suite: { name: 'plain', file: path, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    workloads: [{ name: 'digits', kind: 'hub', definition: null }],
    cases: [
      {
        id: 'digits/ort-cpu/b1/fp32/fusion-on/t2/single_stream',
        key: expect.stringMatching(/^[0-9a-f]{64}$/),
        workload: 'digits',
        axes: {
          backend: 'ort-cpu',
          batchSize: 1,
          precision: 'fp32',
          hygiene: 'on', // because Dyno's fusion rewrites the graph
          fusion: 'on',
          layout: 'engine',
          threads: 2,
          spinning: 'off',
        },
        scenario: { kind: 'single_stream' },
        scope: 'request',
        profile: 'local',
        axisOrigins: {
          backend: 'default',
          batchSize: 'default',
          precision: 'default',
          hygiene: 'default',
          fusion: 'default',
          layout: 'default',
          threads: 'default',
          spinning: 'default',
        },
        timeLimitSeconds: 600,
        backendRequired: false,
      },
    ],
    policy: {
      preset: 'default',
      rounds: 1,
      warmup: { minQueries: 10, minSeconds: 1, maxSeconds: 10, until: 'plateau' },
      window: { minQueries: 64, minSeconds: 5, maxSeconds: 60 },
      seed: 1,
      cooldownSeconds: 0.5,
      order: 'interleaved',
      samplingHertz: 10,
      observerBlocks: true,
      proof: true,
      accuracyItems: 2000,
      bareLoop: 'none',
      maxTimeSeconds: null,
    },
    limits: { latency: null, accuracy: { ofReference: 0.99, minimum: null } },
    profiles: [],
    gate: null,
  });
});

test('everything that a suite says reaches the plan, durations in seconds', () => {
  const path = write(`
name: full
workloads: [digits]
scenarios: [offline, {kind: single_stream, scope: inference}]
policy:
  preset: smoke
  rounds: 5
  warmup: {min_queries: 2, min_duration: 100ms, max_duration: 8s, until: plateau}
  window: {min_queries: 20, min_duration: 2s, max_duration: 1min}
  seed: 7
  cooldown: 250ms
  order: listed
  sampling_hertz: 5
  observer_blocks: true
  proof: false
  accuracy_items: 100
  max_time: 10min
  time_limit: 90
limits: {latency: {percentile: p99, max: 20ms}, accuracy: {of_reference: 0.95, minimum: 0.7}}
gate: {threshold: 0.03}
`);
  const plan = compileSuites([path], {}, known);
  expect(plan.policy).toEqual({
    preset: 'smoke',
    rounds: 5,
    warmup: { minQueries: 2, minSeconds: 0.1, maxSeconds: 8, until: 'plateau' },
    window: { minQueries: 20, minSeconds: 2, maxSeconds: 60 },
    seed: 7,
    cooldownSeconds: 0.25,
    order: 'listed',
    samplingHertz: 5,
    observerBlocks: true,
    proof: false,
    accuracyItems: 100,
    bareLoop: 'none',
    maxTimeSeconds: 600,
  });
  expect(plan.limits).toEqual({
    latency: { percentile: 'p99', seconds: 0.02 },
    accuracy: { ofReference: 0.95, minimum: 0.7 },
  });
  expect(plan.gate).toEqual({ threshold: 0.03 });
  expect(ids(plan)).toEqual([
    'digits/ort-cpu/b1/fp32/fusion-on/t2/offline',
    'digits/ort-cpu/b1/fp32/fusion-on/t2/single_stream/inference',
  ]);
  expect(plan.cases[0]?.timeLimitSeconds).toBe(90);
});

test('a case that comes up twice is planned once, where it came first', () => {
  const path = write('name: a\nworkloads: [digits]\nmatrix: {threads: [2, auto, 1]}\n'); // auto is 2 here
  expect(compileSuites([path], {}, known).cases.map(({ axes }) => axes.threads)).toEqual([2, 1]);
});

test('keys differ exactly where cases differ', () => {
  const path = write(
    'name: a\nworkloads: [digits, resnet50]\nmatrix: {fusion: ["on", "off"], spinning: ["on", "off"]}\nscenarios: [offline, {kind: offline, scope: inference}]\n',
  );
  const cases = compileSuites([path], {}, known).cases;
  expect(new Set(cases.map(({ key }) => key)).size).toBe(16); // 2 workloads × 2 × 2 × 2 scenarios
  expect(new Set(cases.map(({ id }) => id)).size).toBe(16);
  const policyOnly = compileSuites([path], { set: ['policy.rounds=3', 'name=b'] }, known).cases;
  expect(policyOnly.map(({ key }) => key)).toEqual(cases.map(({ key }) => key));
});

const ownSuite = (folderOfData: string): string => `
name: own
workloads:
  - name: mine
    model: m.onnx
    dimensions: {width: 320}
    data: {kind: images, folder: ${folderOfData}, labels: labels.txt}
    preprocess:
      resize: {width: 224, height: 200}
      normalize: {kind: per_channel, mean: [0, 0, 0], deviation: [1, 1, 1]}
`;

test('a workload of one’s own is filled in, its paths made absolute', () => {
  const path = write(ownSuite('photos'), 'one/own.yaml');
  for (const file of ['one/m.onnx', 'one/labels.txt', 'one/photos/a.png']) write('', file);
  const [workload] = compileSuites([path], {}, known).workloads;
  expect(workload).toStrictEqual({
    name: 'mine',
    kind: 'own',
    definition: {
      name: 'mine',
      model: join(folder, 'one', 'm.onnx'),
      dimensions: { width: 320 },
      shapes: {},
      data: {
        kind: 'images',
        folder: join(folder, 'one', 'photos'),
        inputs: {},
        labels: join(folder, 'one', 'labels.txt'),
      },
      preprocess: {
        resize: { width: 224, height: 200, mode: 'crop', kernel: 'linear', shorterSide: null, padding: 0 },
        color: 'rgb',
        normalize: { kind: 'per_channel', mean: [0, 0, 0], deviation: [1, 1, 1] },
        layout: 'nchw',
      },
      // Labels are there, so that the metric is top1 and the output is taken for scores of classes.
      postprocess: { kind: 'classify', output: null, softmax: true, topK: 1 },
      metric: 'top1',
    },
  });
});

test('a dynamic size is filled in with what it lacks', () => {
  for (const file of ['one/m.onnx', 'one/labels.txt', 'one/photos/a.png']) write('', file);
  const dynamic = ownSuite('photos').replace('height: 200}', 'height: 192, mode: dynamic, multiple: 32}');
  const [workload] = compileSuites([write(dynamic, 'one/dynamic.yaml')], {}, known).workloads;
  expect(workload?.kind === 'own' ? workload.definition?.preprocess?.resize : null).toStrictEqual({
    mode: 'dynamic',
    width: 224,
    height: 192,
    kernel: 'linear',
    padding: 0,
    side: 'both',
    multiple: 32,
  });
});

test('the same case in two checkouts has the same key, another dimension another one', () => {
  const [first, second] = ['one', 'two'].map((checkout) => {
    for (const file of ['m.onnx', 'labels.txt', 'photos/a.png']) write('', `${checkout}/${file}`);
    return compileSuites([write(ownSuite('photos'), `${checkout}/own.yaml`)], {}, known).cases[0]?.key;
  });
  expect(second).toBe(first);
  const wider = write(ownSuite('photos').replace('320', '640'), 'two/wide.yaml');
  expect(compileSuites([wider], {}, known).cases[0]?.key).not.toBe(first);
});

test('a model or folder that is not there is an error at its line', () => {
  const path = write(ownSuite('fotos'), 'gone/own.yaml');
  write('', 'gone/m.onnx/file'); // a folder where a file should be
  const { code, message } = inputError(() => compileSuites([path], {}, known), folder);
  expect(code).toBe('SUITE_INVALID');
  expect(message.split('\n').map((line) => line.trim())).toEqual([
    'The suite gone/own.yaml has 3 problems:',
    'gone/own.yaml:5:12: workloads[0].model: expected a file, got a folder at gone/m.onnx.',
    'gone/own.yaml:7:34: workloads[0].data.folder: expected a folder, got nothing at gone/fotos.',
    'gone/own.yaml:7:49: workloads[0].data.labels: expected a file, got nothing at gone/labels.txt.',
  ]);
});

test('unknown workloads and backends are named with the nearest known one', () => {
  const path = write(
    'name: a\nworkloads: [digit, resnet50]\nmatrix:\n  backend: [ort-cpu, ort-cud]\n  include:\n    - {backend: trt}\n',
  );
  expect(
    inputError(() => compileSuites([path], {}, known), folder)
      .message.split('\n')
      .map((line) => line.trim()),
  ).toEqual([
    'The suite suite.yaml has 3 problems:',
    'suite.yaml:2:13: workloads[0]: expected a known workload, got "digit". Did you mean "digits"? Known: digits, resnet50, one-node.',
    'suite.yaml:4:22: matrix.backend[1]: expected a known backend, got "ort-cud". Did you mean "ort-cuda"? Known: ort-cpu, ort-cuda.',
    'suite.yaml:6:17: matrix.include[0].backend: expected a known backend, got "trt". Known: ort-cpu, ort-cuda.',
  ]);
});

test('an exclude that removes nothing is an error, not a surprise after an hour', () => {
  const typo = write(
    'name: a\nworkloads: [digits]\nmatrix:\n  batch_size: [1, 8]\n  exclude:\n    - {batch_size: 80}\n',
  );
  expect(inputError(() => compileSuites([typo], {}, known), folder).message).toBe(
    'suite.yaml:6:7: matrix.exclude[0]: expected an entry that removes something, got one that removes nothing: no combination of the matrix has these values.',
  );
  const unlisted = write('name: a\nworkloads: [digits]\nmatrix: {batch_size: [1], exclude: [{threads: 2}]}\n');
  expect(inputError(() => compileSuites([unlisted], {}, known)).message).toMatch(
    /removes nothing: the matrix does not list threads/,
  );
  // On a machine with 8 cores this one removes something.
  const elsewhere = write('name: a\nworkloads: [digits]\nmatrix: {threads: [1, auto], exclude: [{threads: 8}]}\n');
  expect(compileSuites([elsewhere], {}, known).cases).toHaveLength(2);
});

test('a matrix that leaves no case, or too many, is refused', () => {
  const none = write('name: a\nworkloads: [digits]\nmatrix: {batch_size: [1], exclude: [{batch_size: 1}]}\n');
  expect(inputError(() => compileSuites([none], {}, known)).message).toMatch(
    /matrix: expected at least one case, got none/,
  );
  const numbers = `[${Array.from({ length: 200 }, (_, index) => index + 1).join(', ')}]`;
  const many = write(`name: a\nworkloads: [digits]\nmatrix: {batch_size: ${numbers}, threads: ${numbers}}\n`);
  expect(inputError(() => compileSuites([many], {}, known)).message).toMatch(/expected at most 10000 cases, got 40000/);
});

test('suites that are run together become one plan, each case once', () => {
  const first = write('name: a\nworkloads: [digits]\nmatrix: {batch_size: [1, 8]}\n', 'a.yaml');
  const second = write('name: b\nworkloads: [digits, resnet50]\nmatrix: {batch_size: [8]}\n', 'b.yaml');
  const plan = compileSuites([first, second], {}, known);
  expect(plan.suite).toMatchObject({ name: 'a+b', file: `${first}, ${second}` });
  expect(plan.workloads.map(({ name }) => name)).toEqual(['digits', 'resnet50']);
  expect(plan.cases.map(({ workload, axes }) => `${workload} ${axes.batchSize}`)).toEqual([
    'digits 1',
    'digits 8',
    'resnet50 8',
  ]);
});

test('of suites that are run together, an option is for those that have its scenario', () => {
  const plain = write('name: one\nworkloads: [digits]\n', 'one.yaml');
  const server = write('name: two\nworkloads: [digits]\nscenarios: [{kind: server, rate: 5}]\n', 'two.yaml');
  expect(ids(compileSuites([plain, server], { rate: '1e2' }, known))).toEqual([
    'digits/ort-cpu/b1/fp32/fusion-on/t2/single_stream',
    'digits/ort-cpu/b1/fp32/fusion-on/t1/server-poisson-100qps',
  ]);
  expect(inputError(() => compileSuites([plain, server], { concurrency: '4' }, known)).message).toBe(
    '--concurrency 4: expected a scenario of the kind closed_loop beside it, got single_stream, server. Add --scenario closed_loop.',
  );
});

test('suites that disagree are refused with what they disagree on, unless --set makes them agree', () => {
  const first = write('name: a\nworkloads: [digits]\n', 'a.yaml');
  const second = write('name: b\nworkloads: [digits]\npolicy: {rounds: 5}\n', 'b.yaml');
  expect(inputError(() => compileSuites([first, second], {}, known), folder)).toEqual({
    code: 'SUITES_DISAGREE',
    exitCode: 3,
    message:
      'a.yaml and b.yaml: expected suites that are run together to agree, got a different policy.rounds (1 and 5). ' +
      'Run them one by one, or give both the same value with --set.',
  });
  expect(compileSuites([first, second], { set: ['policy.rounds=5'] }, known).policy.rounds).toBe(5);
  // In the words of the suite, not of the plan.
  const slow = write('name: c\nworkloads: [digits]\npolicy: {window: {max_duration: 2min}}\n', 'c.yaml');
  expect(inputError(() => compileSuites([first, slow], {}, known)).message).toContain(
    'policy.window.max_duration (60 and 120)',
  );
  const limited = write('name: d\nworkloads: [digits]\nlimits: {latency: {percentile: p90, max: 1s}}\n', 'd.yaml');
  expect(inputError(() => compileSuites([first, limited], {}, known)).message).toContain('limits.latency (null and');
});

test('a suite is found by its name in the package', () => {
  expect(compileSuites(['self/overhead'], {}, known).suite.name).toBe('overhead');
  expect(inputError(() => compileSuites(['self/overheat'], {}, known))).toEqual({
    code: 'SUITE_NOT_FOUND',
    exitCode: 3,
    message:
      'Expected the path of a suite, or the name of one that comes with Dyno (default, fusion, gate, gpu, peers, precision, self/overhead, self/preprocess), got "self/overheat": ' +
      'there is no such file. Did you mean "self/overhead"?',
  });
  expect(inputError(() => compileSuites([join(folder, 'gone.yaml')], {}, known)).code).toBe('SUITE_NOT_FOUND');
});

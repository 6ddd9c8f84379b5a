import { expect, test } from 'vitest';
import { compileSuites } from '../../src/suite/compile.ts';
import type { Overrides } from '../../src/suite/overrides.ts';
import type { Plan } from '../../src/suite/plan.ts';
import { inputError, known, suiteFolder } from './suite-folder.ts';

const { folder, write } = suiteFolder();
const suite = `name: a
workloads: [digits, resnet50]
matrix:
  batch_size: [1, 8]
  fusion: ["on", "off"]
policy: {rounds: 3, seed: 9, window: {min_queries: 100}}
`;

function plan(overrides: Overrides, text = suite): Plan {
  return compileSuites([write(text)], overrides, known);
}

function refusal(overrides: Overrides, text = suite): string {
  const error = inputError(() => plan(overrides, text), folder);
  expect(error).toMatchObject({ code: 'OVERRIDE_INVALID', exitCode: 3 });
  return error.message;
}

const brief = ({ cases }: Plan): string[] =>
  cases.map(({ workload, axes }) => `${workload} b${axes.batchSize} ${axes.precision} ${axes.fusion} t${axes.threads}`);

test('each axis has an option that replaces its values', () => {
  const { cases } = plan({
    workload: 'digits',
    batchSize: '4',
    precision: 'int8',
    fusion: 'off',
    threads: 'auto, 1',
    spinning: 'on',
    backend: 'ort-cuda',
  });
  expect(cases.map(({ axes }) => axes)).toEqual(
    [2, 1].map((threads) => ({
      backend: 'ort-cuda',
      batchSize: 4,
      precision: 'int8',
      hygiene: 'on', // because int8 is converted
      fusion: 'off',
      layout: 'plain',
      threads,
      spinning: 'on',
    })),
  );
});

test('--fusion, --layout and --hygiene replace their axes, and --set sets them', () => {
  const axesOf = (overrides: Overrides): string[] =>
    plan({ workload: 'digits', batchSize: '1', ...overrides }).cases.map(
      ({ axes }) => `${axes.hygiene} ${axes.fusion} ${axes.layout}`,
    );
  expect(axesOf({ fusion: 'graph,engine', layout: 'engine,plain', hygiene: 'off' })).toEqual([
    'off graph plain', // once, since the engine does not fuse
    'off engine engine',
    'off engine plain',
  ]);
  expect(axesOf({ set: ['matrix.fusion=engine', 'matrix.layout=plain', 'matrix.hygiene=["on"]'] })).toEqual([
    'on engine plain',
  ]);
});

test('--workload takes any workload of the hub and replaces the list', () => {
  expect(plan({ workload: 'one-node' }).workloads.map(({ name }) => name)).toEqual(['one-node']);
});

test('--workload keeps the definition of a workload of the suite’s own', () => {
  write('', 'm.onnx');
  const own = 'name: a\nworkloads: [digits, {name: mine, model: m.onnx}]\n';
  expect(plan({ workload: 'mine' }, own).workloads).toMatchObject([
    { name: 'mine', kind: 'own', definition: { name: 'mine' } },
  ]);
});

test('only --backend makes a backend required, not the suite', () => {
  const text = `${suite}`.replace('matrix:', 'matrix:\n  backend: [ort-cpu]');
  expect(plan({}, text).cases[0]?.backendRequired).toBe(false);
  expect(plan({ backend: 'ort-cpu' }, text).cases[0]?.backendRequired).toBe(true);
  expect(plan({ set: ['matrix.backend=[ort-cpu]'] }, text).cases[0]?.backendRequired).toBe(true);
});

test('--scenario replaces the scenarios, --scope sets the scope of all', () => {
  const text = `${suite}scenarios: [{kind: single_stream, scope: inference}]\n`;
  const scenarios = (overrides: Overrides): string[] => [
    ...new Set(plan(overrides, text).cases.map(({ scenario, scope }) => `${scenario.kind} ${scope}`)),
  ];
  expect(scenarios({})).toEqual(['single_stream inference']);
  // The suite's own scenario keeps its scope, the new one has the default.
  expect(scenarios({ scenario: 'single_stream,offline' })).toEqual(['single_stream inference', 'offline request']);
  expect(scenarios({ scenario: 'offline', scope: 'inference' })).toEqual(['offline inference']);
  expect(scenarios({ scope: 'request' })).toEqual(['single_stream request']);
});

test('--quick is one round of at least 11 queries with accuracy and proof, and leaves seed and order alone', () => {
  const { policy } = plan({ quick: true }, `${suite.replace('seed: 9', 'seed: 9, proof: false, order: listed')}`);
  expect(policy).toMatchObject({ preset: 'smoke', rounds: 1, seed: 9, order: 'listed', proof: true });
  expect(policy.window.minQueries).toBe(11);
  expect(policy.accuracyItems).toBeGreaterThanOrEqual(1000);
});

test('--max-time is a duration', () => {
  expect(plan({ maxTime: '10m' }).policy.maxTimeSeconds).toBe(600);
  expect(plan({ maxTime: '90' }).policy.maxTimeSeconds).toBe(90);
  expect(refusal({ maxTime: 'soon' })).toBe(
    '--max-time soon: policy.max_time: expected a duration such as 5s or 200ms (units: ns, us, ms, s, min, h), got "soon".',
  );
});

test('--set sets anything, makes the maps on its way, and comes after the other options', () => {
  const set = [
    'policy.window.min_queries=662',
    'limits.latency={percentile: p99, max: 20ms}',
    'matrix.fusion=on',
    'workloads.1=one-node',
  ];
  const compiled = plan({ set, batchSize: '2', fusion: 'off' });
  expect(compiled.policy.window.minQueries).toBe(662);
  expect(compiled.policy.rounds).toBe(3);
  expect(compiled.limits.latency).toEqual({ percentile: 'p99', seconds: 0.02 });
  expect(brief(compiled)).toEqual(['digits b2 fp32 on t2', 'one-node b2 fp32 on t2']);
  expect(plan({ quick: true, set: ['policy.rounds=4'] }).policy).toMatchObject({ preset: 'smoke', rounds: 4 });
});

test.each<[Overrides, string]>([
  [{ batchSize: '1,0' }, '--batch-size 1,0: matrix.batch_size[1]: expected at least 1, got 0.'],
  [{ batchSize: '1,,8' }, '--batch-size: expected values separated by commas such as "a,b", got "1,,8".'],
  [{ batchSize: '' }, '--batch-size: expected values separated by commas such as "a,b", got "".'],
  [{ batchSize: 'eight' }, '--batch-size eight: matrix.batch_size[0]: expected a number, got "eight".'],
  [{ batchSize: '1.5' }, '--batch-size 1.5: matrix.batch_size[0]: expected a whole number, got 1.5.'],
  [
    { precision: 'fp23' },
    '--precision fp23: matrix.precision[0]: expected one of "fp32", "tf32", "fp16", "bf16", "int8", "int8_dynamic", got "fp23". Did you mean "fp32"?',
  ],
  [{ fusion: 'true' }, '--fusion true: matrix.fusion[0]: expected one of "off", "graph", "engine", "on", got "true".'],
  [{ layout: 'nhwc' }, '--layout nhwc: matrix.layout[0]: expected one of "engine", "plain", got "nhwc".'],
  [
    { layout: 'engine', fusion: 'off' },
    '--layout engine: matrix.layout: expected "plain" where the engine does not fuse (fusion "off" and "graph"): it keeps the layout then, got "engine".',
  ],
  [
    { precision: 'int8', hygiene: 'off' },
    '--hygiene off: matrix.hygiene: expected "on" where every precision is converted: a graph is cleaned before it, got "off".',
  ],
  [{ threads: 'al' }, '--threads al: matrix.threads[0]: expected a number or "auto", got "al".'],
  [
    { scenario: 'ofline' },
    '--scenario ofline: scenarios[0]: expected one of "single_stream", "multi_stream", "offline", "micro", or a map with one of the kinds server, closed_loop, replay, got "ofline". Did you mean "offline"?',
  ],
  [{ scope: 'model' }, '--scope model: scenarios[0].scope: expected one of "request", "inference", got "model".'],
  [
    { set: ['policy.rounds'] },
    '--set policy.rounds: expected PATH=VALUE such as policy.rounds=5, got "policy.rounds".',
  ],
  [{ set: ['=5'] }, '--set =5: expected PATH=VALUE such as policy.rounds=5, got "=5".'],
  [
    { set: ['policy..rounds=5'] },
    '--set policy..rounds=5: expected PATH=VALUE such as policy.rounds=5, got "policy..rounds=5".',
  ],
  [
    { set: ['polcy.rounds=5'] },
    '--set polcy.rounds=5: polcy: expected a known key, got "polcy". Did you mean "policy"? Known: name, workloads, matrix, device, scenarios, policy, limits, gate.',
  ],
  [
    { set: ['policy.round=5'] },
    expect.stringMatching(
      /^--set policy.round=5: policy.round: expected a known key, got "round". Did you mean "rounds"\?/,
    ),
  ],
  [{ set: ['policy.rounds=many'] }, '--set policy.rounds=many: policy.rounds: expected a number, got "many".'],
  [
    { set: ['policy.rounds.x=1'] },
    '--set policy.rounds.x=1: expected policy.rounds to be a map, got 3. Set policy.rounds itself.',
  ],
  [{ set: ['workloads.5=digits'] }, '--set workloads.5=digits: expected a position from 0 to 1 of workloads, got 5.'],
  [
    { set: ['workloads.first=digits'] },
    '--set workloads.first=digits: expected a position from 0 to 1 of workloads, got "first".',
  ],
  [{ set: ['matrix.batch_size=[1'] }, expect.stringMatching(/^--set matrix\.batch_size=\[1: not valid YAML/)],
  [{ set: ['__proto__.polluted=1'] }, '--set __proto__.polluted=1: expected another key, got "__proto__".'],
  [
    { set: ['policy={rounds: 2, round: 3}'] },
    expect.stringMatching(/^--set policy=\{rounds: 2, round: 3\}: policy.round: expected a known key/),
  ],
  [
    { set: ['policy.window.min_duration=2min'] },
    expect.stringMatching(
      /^--set policy.window.min_duration=2min: policy.window.min_duration: expected min_duration \(120 s\)/,
    ),
  ],
])('%j is refused in the name of the option', (overrides, message) => {
  expect(refusal(overrides)).toEqual(message);
});

test('an unknown workload or backend of an option is an error of the option', () => {
  expect(inputError(() => plan({ workload: 'digts' }))).toMatchObject({
    exitCode: 3,
    message:
      '--workload digts: workloads[0]: expected a known workload, got "digts". Did you mean "digits"? Known: digits, resnet50, one-node.',
  });
  expect(inputError(() => plan({ backend: 'cuda' })).message).toMatch(
    /^--backend cuda: matrix\.backend\[0\]: expected a known backend/,
  );
});

test('what an option does not touch keeps its line in errors', () => {
  const text = suite.replace('[digits, resnet50]', '[digits, nothing]');
  expect(inputError(() => plan({ batchSize: '1' }, text), folder).message).toMatch(
    /^suite\.yaml:2:21: workloads\[1\]: expected a known workload/,
  );
});

test('an axis that is overridden leaves its zip group', () => {
  const text = 'name: a\nworkloads: [digits]\nmatrix: {zip: [{batch_size: [1, 8], threads: [1, 2]}]}\n';
  expect(brief(plan({}, text))).toEqual(['digits b1 fp32 on t1', 'digits b8 fp32 on t2']);
  expect(brief(plan({ threads: '4' }, text))).toEqual(['digits b1 fp32 on t4', 'digits b8 fp32 on t4']);
});

test('include and exclude entries that an option contradicts are dropped, the others stay', () => {
  const text = `name: a
workloads: [digits, resnet50]
matrix:
  batch_size: [1, 8]
  exclude: [{workload: resnet50, batch_size: 8}]
  include: [{batch_size: 32, threads: 1}, {workload: digits, batch_size: 64}]
`;
  expect(brief(plan({ workload: 'digits', batchSize: '8,32' }, text))).toEqual([
    'digits b8 fp32 on t2',
    'digits b32 fp32 on t1', // what the first include says of it stays
  ]);
});

test('what an exclude removes is measured when options ask for all of it by name', () => {
  const text = `name: a
workloads: [digits, resnet50]
matrix:
  batch_size: [1, 8]
  fusion: ["on", "off"]
  exclude: [{batch_size: 8, fusion: "off"}, {workload: resnet50, batch_size: 8}]
`;
  const texts = (overrides: Overrides) => brief(plan(overrides, text)).map((one) => one.replace(/ fp32| t2/g, ''));
  expect(texts({ batchSize: '8', fusion: 'off' })).toEqual(['digits b8 off']);
  expect(texts({ batchSize: '8', fusion: 'off', workload: 'resnet50' })).toEqual(['resnet50 b8 off']);
  // Half of it is not all of it.
  expect(texts({ fusion: 'off', workload: 'digits' })).toEqual(['digits b1 off']);
});

test('no option leaves the suite as it is', () => {
  expect(brief(plan({}))).toHaveLength(8);
});

test('--policy takes another preset, and what the suite states stays', () => {
  const { policy } = plan({ policy: 'thorough' });
  // 100 queries in 3 rounds are what the suite states; the rest is the preset's.
  expect(policy).toMatchObject({
    preset: 'thorough',
    rounds: 3,
    seed: 9,
    window: { minQueries: 100, minSeconds: 30, maxSeconds: 600 },
  });
  expect(inputError(() => plan({ policy: 'fast' })).message).toMatch(
    /^--policy fast: policy.preset: expected one of "smoke", "ci", "default", "thorough", got "fast"/,
  );
  expect(inputError(() => plan({ policy: 'ci', quick: true })).message).toMatch(
    /--policy ci: expected it without --quick/,
  );
});

test('--rate, --concurrency and --trace say what their scenarios need', () => {
  const trace = write('0\n0.5\n1.25\n', 'arrivals.txt');
  const { cases } = plan({
    workload: 'digits',
    batchSize: '1',
    threads: '1',
    fusion: 'on',
    scenario: 'server,closed_loop,replay',
    rate: '100,search',
    concurrency: '1,4',
    trace,
    set: ['limits.latency={percentile: p99, max: 20ms}'],
  });
  const poisson = { kind: 'poisson', normalise: false };
  expect(cases.map(({ scenario }) => scenario)).toEqual([
    { kind: 'server', arrivals: poisson, rate: 100 },
    { kind: 'server', arrivals: poisson, rate: 'search' },
    { kind: 'closed_loop', concurrency: 1 },
    { kind: 'closed_loop', concurrency: 4 },
    {
      kind: 'replay',
      trace: { file: trace, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), queries: 3, seconds: 1.25 },
      speed: 1,
    },
  ]);
});

test('--rate changes the rate of a server that the suite has, and nothing else of it', () => {
  const text =
    'name: a\nworkloads: [digits]\nscenarios: [{kind: server, rate: 5, arrivals: constant, scope: inference}]\n';
  expect(plan({ rate: '7.5' }, text).cases.map(({ scenario, scope }) => [scenario, scope])).toEqual([
    [{ kind: 'server', arrivals: { kind: 'constant' }, rate: 7.5 }, 'inference'],
  ]);
});

test.each<[Overrides, string]>([
  [
    { rate: '100' },
    '--rate 100: expected a scenario of the kind server beside it, got single_stream. Add --scenario server.',
  ],
  [
    { concurrency: '4', scenario: 'offline' },
    '--concurrency 4: expected a scenario of the kind closed_loop beside it, got offline. Add --scenario closed_loop.',
  ],
  [
    { scenario: 'server' },
    '--scenario server: scenarios[0]: expected a map such as { kind: server, rate: 100 } (on the command line: --rate 100, or --rate search), got "server".',
  ],
  [{ scenario: 'server', rate: '-3' }, '--scenario server --rate -3: scenarios[0].rate: expected more than 0, got -3.'],
  [
    { scenario: 'replay', trace: '/gone/trace.csv' },
    '--scenario replay --trace /gone/trace.csv: scenarios[0].trace: expected a file, got nothing at /gone/trace.csv.',
  ],
  [
    { scenario: 'server', rate: 'search' },
    '--scenario server --rate search: scenarios[0].rate: expected a latency limit beside "search", got none: write one such as limits: { latency: { percentile: p99, max: 20ms } }.',
  ],
])('%j is refused with what to do', (overrides, message) => {
  expect(inputError(() => plan(overrides)).message).toBe(message);
});

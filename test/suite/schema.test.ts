import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { editorSchemas } from '../../src/cli/editor-schemas.ts';
import { readGateFile } from '../../src/gate/gate-file.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { parseYaml } from '../../src/kernel/yaml-source.ts';
import { initTemplate } from '../../src/suite/init-template.ts';
import { loadSuite } from '../../src/suite/load-suite.ts';
import { suiteSchema } from '../../src/suite/schema.ts';
import { inputError, suiteFolder } from './suite-folder.ts';

const { folder, write } = suiteFolder();
const validate = new Ajv2020({ strict: false }).compile(editorSchemas().suite ?? {});
const suites = readdirSync(packageFile('suites'), { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.yaml') && !path.startsWith('tco'),
);

test.each(suites)('suites/%s loads, and editors find nothing wrong with it', (path) => {
  const text = readFileSync(packageFile('suites', path), 'utf8');
  expect(loadSuite(packageFile('suites', path)).value.name).not.toBe('');
  expect([validate(parseYaml(text, 'yaml').value), validate.errors]).toEqual([true, null]);
  const schema = /^# yaml-language-server: \$schema=(.*)$/m.exec(text)?.[1] ?? '';
  expect(join(packageFile('suites', path), '..', schema)).toBe(packageFile('schemas', 'suite.schema.json'));
});

test('the suite that init writes loads as it is, and editors find nothing wrong with it', () => {
  const text = initTemplate({ name: 'mine', file: 'mine.yaml', model: 'model.onnx', schema: 'suite.schema.json' });
  write('', 'model.onnx');
  expect(loadSuite(write(text, 'mine.yaml')).value.workloads).toEqual([{ name: 'mine', model: 'model.onnx' }]);
  expect(validate(parseYaml(text, 'yaml').value)).toBe(true);
});

test('what the template has in comments loads too when the comments are taken away', () => {
  const template = initTemplate({ name: 'mine', file: 'mine.yaml', model: 'model.onnx', schema: 'suite.schema.json' });
  const keys =
    /^( {4})# ((?: {2})?(?:dimensions|shapes|data|kind|folder|labels|calibration|preprocess|resize|color|normalize|layout|postprocess|metric):)/gm;
  const text = template.replaceAll(keys, '$1$2');
  for (const file of ['model.onnx', 'labels.txt', 'photos/a.png', 'more-photos/a.png']) write('', file);
  const [workload] = loadSuite(write(text, 'mine.yaml')).value.workloads;
  expect(Object.keys(workload ?? {})).toEqual([
    'name',
    'model',
    'dimensions',
    'shapes',
    'data',
    'calibration',
    'preprocess',
    'postprocess',
    'metric',
  ]);
});

test('the scenarios and limits that the template has in comments load too', () => {
  const template = initTemplate({ name: 'mine', file: 'mine.yaml', model: 'model.onnx', schema: 'suite.schema.json' });
  const text = template
    .replaceAll(/^(\s*)# (- \{ kind:)/gm, '$1$2')
    .replaceAll(/^# (limits:| {2}(?:latency|accuracy):)/gm, '$1');
  for (const file of ['model.onnx', 'arrivals.csv']) write('seconds\n0\n1\n', file);
  const { scenarios = [], limits } = loadSuite(write(text, 'mine.yaml')).value;
  expect(scenarios.map((one) => (typeof one === 'string' ? one : one.kind))).toEqual([
    'single_stream',
    'server',
    'server',
    'closed_loop',
    'multi_stream',
    'replay',
  ]);
  expect(limits).toEqual({ latency: { percentile: 'p90', max: '100ms' }, accuracy: { of_reference: 0.99 } });
});

test('the gate section that the template has in comments is one', () => {
  const template = initTemplate({ name: 'mine', file: 'mine.yaml', model: 'model.onnx', schema: 'suite.schema.json' });
  const text = template.replaceAll(/^# (gate:| {2}(?:setup|metrics|time_budget):| {4}- \{ metric:)/gm, '$1');
  write('', 'model.onnx');
  const path = write(text, 'mine.yaml');
  expect(loadSuite(path).value.gate).toBeDefined();
  expect([validate(parseYaml(text, 'yaml').value), validate.errors]).toEqual([true, null]);
  const { setup, rules, budgetSeconds } = readGateFile(path);
  expect(setup.map(({ run }) => run)).toEqual(['npm ci']);
  expect(rules).toMatchObject([
    { metric: 'latency_*', margin: 0.05 },
    { metric: 'peak_rss', margin: 0.03, floor: '4MiB', role: 'gating' },
  ]);
  expect(budgetSeconds).toBe(600);
});

test.each<[string, unknown]>([
  ['a number as name', { name: 1, workloads: ['digits'] }],
  ['no workload', { name: 'a', workloads: [] }],
  ['an unknown key', { name: 'a', workloads: ['digits'], polcy: {} }],
  ['a batch size of 0', { name: 'a', workloads: ['digits'], matrix: { batch_size: [0] } }],
  ['fusion as a boolean', { name: 'a', workloads: ['digits'], matrix: { fusion: [true] } }],
  ['a duration in weeks', { name: 'a', workloads: ['digits'], policy: { cooldown: '2 weeks' } }],
  ['a negative duration', { name: 'a', workloads: ['digits'], policy: { cooldown: -1 } }],
  ['an unknown preset', { name: 'a', workloads: ['digits'], policy: { preset: 'thorogh' } }],
  ['a name with a slash', { name: 'a/b', workloads: ['digits'] }],
])('editors and dyno both refuse %s', (_what, value) => {
  expect(suiteSchema.safeParse(value).success).toBe(false);
  expect(validate(value)).toBe(false);
});

test('everything that is wrong with a suite is listed with its place', () => {
  const path = write(`name: broken suite
workload: [digits]
matrix:
  batchsize: [1]
  fusion: [true, "of"]
  threads: 0
  include:
    - {batch_size: 1, thread: 2}
scenarios: [{kind: offline, scop: request}, burst]
policy:
  window: {min_queries: many, min_duration: 5 minutes}
limits:
  latency: {percentile: p98, max: 20ms}
`);
  const error = inputError(() => loadSuite(path), folder);
  expect(error).toMatchObject({ code: 'SUITE_INVALID', exitCode: 3 });
  expect(
    error.message
      .split('\n')
      .map((line) => line.trim())
      .toSorted(),
  ).toEqual(
    [
      'The suite suite.yaml has 12 problems:',
      'suite.yaml:1:7: name: expected a name of at most 64 letters, digits, dots, dashes or underscores that begins with a letter or digit, got "broken suite".',
      'suite.yaml:2:1: workload: expected a known key, got "workload". Did you mean "workloads"? It is required.',
      'suite.yaml:4:3: matrix.batchsize: expected a known key, got "batchsize". Did you mean "batch_size"? Known: backend, batch_size, precision, hygiene, fusion, layout, threads, spinning, zip, include, exclude.',
      'suite.yaml:5:12: matrix.fusion[0]: expected one of "off", "graph", "engine", "on", got true.',
      'suite.yaml:5:18: matrix.fusion[1]: expected one of "off", "graph", "engine", "on", got "of". Did you mean "off"?',
      'suite.yaml:6:12: matrix.threads: expected at least 1, got 0.',
      'suite.yaml:8:23: matrix.include[0].thread: expected a known key, got "thread". Did you mean "threads"? Known: workload, scenario, backend, batch_size, precision, hygiene, fusion, layout, threads, spinning.',
      'suite.yaml:9:29: scenarios[0].scop: expected a known key, got "scop". Did you mean "scope"? Known: kind, scope.',
      'suite.yaml:9:45: scenarios[1]: expected one of "single_stream", "multi_stream", "offline", "micro", or a map with one of the kinds server, closed_loop, replay, got "burst".',
      'suite.yaml:11:25: policy.window.min_queries: expected a number, got "many".',
      'suite.yaml:11:45: policy.window.min_duration: expected a duration such as 5s or 200ms (units: ns, us, ms, s, min, h), got "5 minutes".',
      'suite.yaml:13:25: limits.latency.percentile: expected one of "p50", "p90", "p95", "p99", "p999", got "p98". Did you mean "p90"?',
    ].toSorted(),
  );
});

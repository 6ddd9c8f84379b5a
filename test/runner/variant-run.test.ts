import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Float, GraphBuilder } from '../../src/graph/builder.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import { readEvents } from '../../src/results/event-log.ts';
import { readRun } from '../../src/results/result-folder.ts';
import type { Run } from '../../src/results/run.ts';
import { generator, uniform } from '../../src/stats/random.ts';
import { runDyno } from '../cli/fixtures/run-dyno.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-variant-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quick = [
  ...['--batch-size', '1', '--threads', '1', '--scope', 'inference', '--quick', '--no-report'],
  ...['--set', 'policy.window.min_duration=0.05s', '--set', 'policy.warmup.until=minimum'],
];

/** Two convolutions with their normalisations, and a product with a weight: something for every pass, engine and precision. */
beforeAll(() => {
  const random = generator(7);
  const graph = new GraphBuilder('small');
  const constant = (name: string, dims: readonly number[], low: number, high: number): string => {
    const length = dims.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length }, () => low + (high - low) * uniform(random));
    return graph.constant(name, 'float32', dims, values);
  };
  let value = graph.input('x', 'float32', ['batch', 3, 16, 16]);
  for (const [index, channels] of [3, 16].entries()) {
    const weight = constant(`weight${index}`, [16, channels, 3, 3], -0.3, 0.3);
    value = graph.node('Conv', [value, weight], { attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] } });
    const ranges = { scale: 0.5, shift: -1, mean: -1, variance: 0.5 };
    const parameters = Object.entries(ranges).map(([name, low]) => constant(`${name}${index}`, [16], low, 1));
    value = graph.node('BatchNormalization', [value, ...parameters], { attributes: { epsilon: new Float(1e-5) } });
    value = graph.node('Relu', [value]);
    value = graph.node('MaxPool', [value], { attributes: { kernel_shape: [2, 2], strides: [2, 2] } });
  }
  const flat = graph.node('Flatten', [value]);
  const product = constant('product', [256, 32], -0.2, 0.2);
  graph.output(graph.node('MatMul', [flat, product], { outputs: ['y'] }), 'float32', ['batch', 32]);
  writeModel(join(folder, 'small.onnx'), graph.model());
});

async function bench(
  words: readonly string[],
  runId: string,
): Promise<{ run: Run; stderr: string; code: number | null }> {
  const { stderr, code } = await runDyno(['bench', ...words, ...quick, '--run-id', runId], folder);
  const result = join(folder, 'results', runId);
  if (!existsSync(join(result, 'run.json'))) throw new Error(`Nothing was measured: ${stderr}`);
  return { run: readRun(result), stderr, code };
}

function toggles({ axes }: Run['cases'][number]): string {
  return `${axes.precision} ${axes.fusion}`;
}

test('a model of the user’s own is measured in fp32 and int8 under every fusion, and all of it takes effect', async () => {
  const { run, stderr, code } = await bench(
    ['--model', 'small.onnx', '--precision', 'fp32,int8', '--fusion', 'off,graph,engine,on'],
    'all',
  );
  expect(code, stderr).toBe(0);
  // Static quantisation folds normalisations by itself: our passes add nothing to it.
  const skipped = run.cases.filter(({ status }) => status !== 'ok');
  expect(skipped.map((one) => [toggles(one), one.status, one.reasons.status?.code])).toEqual([
    ['int8 graph', 'skipped', 'NOTHING_TO_FUSE'],
  ]);

  const measured = run.cases.filter(({ status }) => status === 'ok');
  for (const one of measured) {
    const { precision, fusion, layout, hygiene } = one.effective;
    // In 8 bits, the engine has nothing to join in one memory layout, either: only the layout makes a difference.
    const expected = one.axes.precision === 'int8' ? null : one.axes.fusion;
    expect([precision?.value, fusion?.value, layout?.value, hygiene?.value], one.id).toEqual([
      one.axes.precision,
      expected,
      one.axes.layout,
      one.axes.hygiene,
    ]);
    expect(one.precisionSupport).toBe('native');
    expect(one.fidelity?.reference).toBe('fp32 on ort-cpu, graph as in the file');
  }
  const by = new Map(measured.map((one) => [toggles(one), one]));
  const operatorsOf = (name: string) => Object.keys(by.get(name)?.operators ?? {});
  expect(operatorsOf('fp32 off')).toContain('BatchNormalization');
  expect(operatorsOf('fp32 graph')).toContain('com.microsoft:FusedConv');
  expect(operatorsOf('int8 off')).toContain('QLinearConv');
  // As it stands in the file, and of the outputs of that file exactly.
  expect(by.get('fp32 off')?.fidelity).toMatchObject({ cosine: 1, sqnrDb: null });
  expect(by.get('fp32 off')?.reasons.variant?.code).toBe('AS_IN_FILE');
  // Eight bits differ from the file as it is: it is not compared with itself.
  const int8 = by.get('int8 on');
  expect(int8?.fidelity?.sqnrDb).toBeGreaterThan(15);
  expect(int8?.fidelity?.sqnrDb).toBeLessThan(80);
  expect(int8?.variant?.conversion?.converted).toBe(3);

  // What several cases load is made once.
  const made = readEvents(join(folder, 'results', 'all')).flatMap((event) =>
    event.type === 'variant.prepared' ? [event.keys.length] : [],
  );
  expect(made).toEqual([1, 1, 2, 2]); // fp32 graph, fp32 on, int8 off and engine, int8 graph and on
}, 180_000);

test('what has nothing to quantise or to fuse, and a precision that the backend lacks, are skipped with their reasons', async () => {
  const { run, code } = await bench(
    ['--workload', 'one-node', '--precision', 'fp32,int8', '--fusion', 'off,graph,on'],
    'nothing',
  );
  expect(code).toBe(0);
  expect(Object.fromEntries(run.cases.map((one) => [toggles(one), one.reasons.status?.code ?? one.status]))).toEqual({
    'fp32 off': 'NOTHING_TO_FUSE',
    'fp32 graph': 'NOTHING_TO_FUSE',
    'fp32 on': 'ok',
    'int8 off': 'NOTHING_TO_QUANTIZE',
    'int8 graph': 'NOTHING_TO_QUANTIZE',
    'int8 on': 'NOTHING_TO_QUANTIZE',
  });
  const on = run.cases.find(({ status }) => status === 'ok');
  expect(on?.effective.fusion).toEqual({ value: null, evidence: 'dump' });
}, 120_000);

/** A backend for the model of one Relu that writes down in which process it loads which file. */
function spy(name: string, more: string): string {
  return `import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
export function register({ backends }) {
  backends.add({
    name: '${name}', stack: '${name}', ${more}
    probe: async () => ({ available: true, device: 'none', version: '1', precisions: { fp32: 'native', bf16: 'none' } }),
    load: async (path) => {
      appendFileSync(${JSON.stringify(join(folder, `${name}.txt`))}, basename(process.argv[1]) + ' ' + path + '\\n');
      return {
        inputs: [{ name: 'x', type: 'float32', shape: ['batch', 8] }],
        outputs: [{ name: 'y', type: 'float32', shape: ['batch', 8] }],
        tensor: (type, dims, data) => ({ type, dims, data }),
        run: async ({ x }) => ({ y: { type: 'float32', dims: x.dims, data: x.data.map((value) => Math.max(value, 0)) } }),
        bareCall: () => async () => {},
        effective: () => ({}),
        profile: async () => null,
        dispose: async () => {},
      };
    },
  });
}`;
}

/** The files that each process loaded, and what became of the cases. */
async function loaded(name: string, more: string, axes: readonly string[]) {
  writeFileSync(join(folder, `${name}.mjs`), spy(name, more));
  const words = ['--plugin', `./${name}.mjs`, '--backend', name, '--workload', 'one-node', ...axes];
  const { run } = await bench(words, name);
  const lines = readFileSync(join(folder, `${name}.txt`), 'utf8')
    .trim()
    .split('\n');
  return { run, lines: new Set(lines.map((line) => line.split(' '))) };
}

test('proof and rounds load the variant, on any backend that runs graphs', async () => {
  const { run, lines } = await loaded('spy', '', ['--fusion', 'on', '--precision', 'fp32,bf16,int8']);
  const [fp32, ...others] = run.cases;
  expect(fp32?.status).toBe('ok');
  expect(others.map(({ reasons }) => reasons.status)).toEqual([
    { code: 'PRECISION_UNSUPPORTED', need: 'bf16', have: 'fp32' },
    { code: 'PRECISION_UNSUPPORTED', need: 'int8', have: 'fp32' },
  ]);
  expect(others.map(({ precisionSupport }) => precisionSupport)).toEqual(['none', 'none']);
  const scripts = [...lines].map(([script]) => script);
  expect(new Set(scripts)).toEqual(new Set(['proof-process.js', 'round-process.js']));
  const files = new Set([...lines].map(([, path]) => path));
  expect(files.size).toBe(1);
  // The folder of the workload's own model is named one-node-<hash>.
  expect([...files][0]).toMatch(/one-node-fp32-[0-9a-f]+\/[^/]+\.onnx$/);
  expect(fp32?.effective.hygiene).toEqual({ value: 'on', evidence: 'variant' });
  expect(fp32?.variant?.steps).toEqual(['hygiene', 'fusion']);
}, 120_000);

test('a backend that runs no graph loads the file as it is, and neither fusion nor hygiene is held against it', async () => {
  const { run, lines } = await loaded('blind', 'usesGraph: false,', ['--fusion', 'on']);
  const files = new Set([...lines].map(([, path]) => path));
  expect(files.size).toBe(1);
  expect([...files][0]).toMatch(/one-node-[0-9a-f]{16}\/model\.onnx$/);
  const [only] = run.cases;
  expect(only?.variant).toBeNull();
  for (const axis of ['fusion', 'layout', 'hygiene']) {
    expect(only?.effective[axis]?.value).toBeNull();
    expect(only?.reasons[`effective.${axis}`]).toBeUndefined();
    expect(only?.reasons[`effective.${axis}.value`]?.code).toBe('NO_GRAPH');
  }
}, 120_000);

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { runDyno } from './fixtures/run-dyno.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-bad-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const own = (post: 'none' | 'classify', rest: string): string =>
  `name: own\nworkloads:\n  - name: mine\n    model: square.onnx\n    preprocess: { resize: { width: 8, height: 8 }, color: gray, normalize: none }\n    postprocess: { kind: ${post} }\n    data: ${rest}\npolicy: { preset: smoke }\n`;

beforeAll(async () => {
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
  const suite = (name: string, content: string): void => write(`${name}.yaml`, content);
  suite('tab', 'name: x\nworkloads:\n\t- digits\n');
  suite('torn', 'name: x\nworkloads: [digits\n');
  suite('unknown-key', 'name: x\nworkload: [digits]\n');
  suite('unknown-axis', 'name: x\nworkloads: [digits]\nmatrix:\n  bacth_size: [1, 8]\n');
  suite('wrong-type', 'name: x\nworkloads: [digits]\nmatrix:\n  batch_size: [one]\n');
  suite('wrong-duration', 'name: x\nworkloads: [digits]\npolicy:\n  window: { min_duration: soon }\n');
  suite('unknown-workload', 'name: x\nworkloads: [digit]\n');
  suite('unknown-backend', 'name: x\nworkloads: [digits]\nmatrix: { backend: [ort_cpu] }\n');
  suite('empty', '');
  suite('list', '- digits\n');
  suite('directive', '%YAML 1.1\n---\nname: x\nworkloads: [digits]\n');
  suite('twice', 'name: x\nname: y\nworkloads: [digits]\n');
  suite('no-image', own('none', '{ kind: images, folder: pictures }'));
  suite('no-data', own('none', '{ kind: images, folder: nothing }'));
  suite('bad-labels', own('classify', '{ kind: images, folder: good, labels: labels.txt }'));

  const digits = readFileSync(packageFile('models', 'digits', 'digits.onnx'));
  write('truncated.onnx', digits.subarray(0, digits.length / 2));
  write('text.onnx', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n');
  write('empty.onnx', '');
  const square = new GraphBuilder('square');
  const x = square.input('x', 'float32', ['batch', 1, 8, 8]);
  square.output(square.node('Relu', [x], { outputs: ['y'] }), 'float32', ['batch', 1, 8, 8]);
  writeModel(join(folder, 'square.onnx'), square.model());
  const wide = new GraphBuilder('wide');
  const w = wide.input('x', 'float32', [1, 3, 48, 'width']);
  wide.output(wide.node('Relu', [w], { outputs: ['y'] }), 'float32', [1, 3, 48, 'width']);
  writeModel(join(folder, 'wide.onnx'), wide.model());
  const unknown = new GraphBuilder('unknown');
  const u = unknown.input('x', 'float32', [1, 4]);
  unknown.output(unknown.node('NoSuchOperator', [u], { outputs: ['y'] }), 'float32', [1, 4]);
  writeModel(join(folder, 'unknown.onnx'), unknown.model());

  for (const name of ['nothing', 'pictures', 'good']) mkdirSync(join(folder, name));
  write('pictures/cat.jpg', 'this is no picture');
  const { encodeGrayPng } = await import('../../src/engine/preprocess/encode.ts');
  write('good/a.png', await encodeGrayPng(new Uint8Array(64), 8, 8));
  write('labels.txt', 'a.png 0\nb.png seven\n');
  write('file', 'a file where a folder is asked for');

  write(
    'aborts.mjs',
    `export function register({ backends }) {
  backends.add({ name: 'aborts', stack: 'aborts', async probe() { return { available: true, device: 'none', version: '1', precisions: { fp32: 'native' } }; },
    async load() { process.abort(); } });
}`,
  );
  write('empty-plugin.mjs', 'export const nothing = 1;\n');
  mkdirSync(join(folder, 'results', 'newer'), { recursive: true });
  write('results/newer/run.json', JSON.stringify({ schemaVersion: 99 }));
  write('results/newer/events.jsonl', `$JSON.stringify({ type: 'run.started', at: '', t: 0, schemaVersion: 99 })\n`);
  mkdirSync(join(folder, 'results', 'broken'));
  write('results/broken/run.json', '{"schemaVersion": 1,');
  write('results/broken/events.jsonl', '{"type": "run.started"\n{}\n');
});

/** Name · arguments · exit code · what the message must hold: what is wrong, where, and what to do. */
const cases: readonly (readonly [string, readonly string[], number, readonly string[]])[] = [
  ['a tab in YAML', ['bench', 'tab.yaml'], 3, ['tab.yaml:3:1', 'tab']],
  ['a bracket that is not closed', ['bench', 'torn.yaml'], 3, ['torn.yaml:']],
  [
    'an unknown key',
    ['bench', 'unknown-key.yaml'],
    3,
    ['unknown-key.yaml:2:1', 'workload', 'Did you mean "workloads"'],
  ],
  [
    'an unknown axis',
    ['bench', 'unknown-axis.yaml'],
    3,
    ['unknown-axis.yaml:4:3', 'matrix.bacth_size', 'Did you mean "batch_size"'],
  ],
  [
    'a word where a number is expected',
    ['bench', 'wrong-type.yaml'],
    3,
    ['wrong-type.yaml:4', 'matrix.batch_size', '"one"'],
  ],
  ['a duration that is none', ['bench', 'wrong-duration.yaml'], 3, ['wrong-duration.yaml:4', 'min_duration', 'soon']],
  [
    'a workload nobody knows',
    ['bench', 'unknown-workload.yaml'],
    3,
    ['unknown-workload.yaml:2', 'Did you mean "digits"'],
  ],
  [
    'a backend nobody knows',
    ['bench', 'unknown-backend.yaml'],
    3,
    ['unknown-backend.yaml:3', 'Did you mean "ort-cpu"'],
  ],
  ['an empty suite', ['bench', 'empty.yaml'], 3, ['empty.yaml']],
  ['a list for a suite', ['bench', 'list.yaml'], 3, ['list.yaml:1:1']],
  ['a YAML 1.1 directive', ['bench', 'directive.yaml'], 3, ['directive.yaml:1:1', '%YAML']],
  ['a key given twice', ['bench', 'twice.yaml'], 3, ['twice.yaml:2:1', 'once']],
  ['a suite that is not there', ['bench', 'defualt.yaml'], 3, ['defualt.yaml']],
  ['a profile of nothing', ['bench', '--profile', '', '--dry-run'], 3, ['--profile', '"local" is this machine']],
  [
    'a profile for each of two options, of which none is here',
    ['bench', '--profile', 'a100', '--profile', 'h100', '--require-hardware', '--dry-run'],
    3,
    ['nvidia-a100-sxm-80gb', 'nvidia-h100-sxm'],
  ],
  ['a batch size of 0', ['bench', '--batch-size', '0', '--dry-run'], 3, ['--batch-size 0']],
  ['a precision nobody knows', ['bench', '--precision', 'fp31', '--dry-run'], 3, ['--precision fp31', 'fp32']],
  [
    'an override of nothing',
    ['bench', '--set', 'policy.window.min_querys=3', '--dry-run'],
    3,
    ['--set', 'min_querys', 'min_queries'],
  ],
  ['an override without a value', ['bench', '--set', 'policy.rounds', '--dry-run'], 3, ['--set policy.rounds']],
  ['a time limit that is none', ['bench', '--max-time', 'never', '--dry-run'], 3, ['--max-time never']],
  [
    'a model that is not there',
    ['bench', '--model', 'sqare.onnx'],
    3,
    ['--model sqare.onnx', 'Did you mean "square.onnx"'],
  ],
  ['a folder for a model', ['bench', '--model', 'good'], 3, ['--model good', 'folder']],
  ['a truncated model', ['bench', '--model', 'truncated.onnx', '--quick'], 3, ['truncated.onnx', 'MODEL_INVALID']],
  [
    'a git-lfs pointer for a model',
    ['bench', '--model', 'text.onnx', '--quick'],
    3,
    ['text.onnx', 'LFS', 'MODEL_INVALID'],
  ],
  ['an empty model', ['bench', '--model', 'empty.onnx', '--quick'], 3, ['empty.onnx', 'MODEL_INVALID']],
  ['an operator that the engine does not know', ['bench', '--model', 'unknown.onnx', '--quick'], 3, ['NoSuchOperator']],
  [
    'a dynamic dimension without a size',
    ['bench', '--model', 'wide.onnx', '--quick'],
    3,
    ['--shape width=', 'MODEL_SHAPE_NEEDED'],
  ],
  ['a shape that is none', ['bench', '--model', 'wide.onnx', '--shape', 'width'], 3, ['--shape width']],
  ['a shape for nobody', ['bench', '--model', 'wide.onnx', '--shape', 'widht=32', '--quick'], 3, ['widht']],
  [
    'a batch that the model cannot take',
    ['bench', '--model', 'wide.onnx', '--shape', 'width=32', '--batch-size', '8', '--quick'],
    3,
    ['--batch-size 1'],
  ],
  ['an image that is no image', ['bench', 'no-image.yaml'], 3, ['cat.jpg']],
  ['a folder without images', ['bench', 'no-data.yaml'], 3, ['nothing']],
  ['a label that is no number', ['bench', 'bad-labels.yaml'], 3, ['labels.txt:2', 'seven']],
  ['a file where the folder of runs is to be', ['bench', '--workload', 'one-node', '--out', 'file'], 3, ['file']],
  ['a run id with a slash', ['bench', '--workload', 'one-node', '--run-id', '../x'], 3, ['--run-id', '../x']],
  ['a run that is not there, to be resumed', ['bench', '--resume', 'nobody'], 3, ['nobody', 'results list']],
  ['a run of a newer version', ['results', 'show', 'newer'], 3, ['99', 'update']],
  ['a broken run.json', ['results', 'show', 'broken'], 4, ['run.json', 'results recompute broken']],
  ['a broken event log', ['results', 'recompute', 'broken'], 4, ['events.jsonl:1']],
  ['a report of nobody', ['report', 'nobody'], 3, ['nobody']],
  ['a plug-in that is not there', ['bench', '--plugin', './none.mjs', '--dry-run'], 3, ['none.mjs', '--plugin']],
  [
    'a plug-in that registers nothing',
    ['bench', '--plugin', './empty-plugin.mjs', '--dry-run'],
    3,
    ['register(plugins)', 'nothing'],
  ],
  [
    'an engine that aborts',
    ['bench', '--plugin', './aborts.mjs', '--backend', 'aborts', '--workload', 'one-node', '--quick'],
    4,
    ['SIGABRT', 'NATIVE_CRASH'],
  ],
  [
    'a layout of the engine’s where it does not fuse',
    ['bench', '--workload', 'one-node', '--fusion', 'off', '--layout', 'engine', '--dry-run'],
    3,
    ['--layout engine', '"plain"'],
  ],
  [
    'a precision that is converted without hygiene',
    ['bench', '--workload', 'one-node', '--precision', 'int8', '--hygiene', 'off', '--dry-run'],
    3,
    ['--hygiene off', '"on"'],
  ],
  ['a number of runs to keep that is none', ['results', 'prune', '--keep', 'some'], 3, ['--keep']],
  [
    'hardware that nobody knows',
    ['bench', '--profile', 'a1000000', '--dry-run'],
    3,
    ['a1000000', 'local', 'hardware list'],
  ],
  [
    'hardware that is required and not here',
    ['bench', '--profile', 'rk3588', '--require-hardware'],
    3,
    ['rockchip-rk3588', 'HARDWARE_NOT_HERE', 'found the processor'],
  ],
  ['a folder of profiles that is not there', ['hardware', 'list', '--profiles', 'nowhere'], 3, ['nowhere']],
  ['a profile that is none', ['hardware', 'validate', 'model.onnx'], 3, ['model.onnx']],
];

test.each(cases)('%s', async (_name, words, code, fragments) => {
  const { code: got, stdout, stderr } = await runDyno(words, folder);
  const output = stdout + stderr;
  expect(output).not.toContain('fault of dyno');
  for (const fragment of fragments) expect(output).toContain(fragment);
  expect(got, output).toBe(code);
});

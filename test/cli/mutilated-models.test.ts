import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { readSoundModel } from '../../src/graph/check-model.ts';
import { modelInputs, modelOutputs } from '../../src/graph/model-values.ts';
import { writeModelWithExternalData } from '../../src/graph/move-external.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import { folderForMutilated, mutilated, whole } from '../graph/mutilated-models.ts';
import { captureStreams } from './fixtures/capture-streams.ts';

beforeEach(() => {
  vi.stubEnv('DYNO_CACHE_DIR', mkdtempSync(join(tmpdir(), 'dyno-mutilated-cache-')));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function run(words: readonly string[]) {
  const streams = captureStreams();
  const code = await main(words, streams);
  return { code, stdout: streams.out(), stderr: streams.err() };
}

const { root, path } = folderForMutilated();
const out = join(root, 'out.onnx');
const shape = ['--shape', 'x:1x3x8x8'];

/** What reads a model file, and what would be written. */
const inspect = ['model', 'inspect', path];
const changes: readonly (readonly string[])[] = [
  ['model', 'fuse', path, '--out', out, ...shape],
  ['model', 'convert', path, '--precision', 'fp16', '--out', out, ...shape],
  ['model', 'convert', path, '--precision', 'bf16', '--out', out, '--no-check'],
  ['model', 'quantize', path, '--dynamic', '--out', out, ...shape],
];

test('the whole model can be fused, and then there is a file', async () => {
  writeFileSync(path, whole);
  const { code, stderr } = await run(['model', 'fuse', path, '--out', out, '--no-check']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(readSoundModel(out).graph.node.length).toBeGreaterThan(0);
  rmSync(out);
});

test.each(mutilated)('every tool refuses a model %s by name, and writes nothing', async (_name, bytes) => {
  writeFileSync(path, bytes);
  const before = readdirSync(root).sort();
  for (const words of [inspect, ...changes]) {
    const { code, stdout, stderr } = await run(words);
    expect({ words, code, stdout }).toEqual({ words, code: 3, stdout: '' });
    expect(stderr).toMatch(/expected|Expected/);
    expect(stderr).toContain('model.onnx');
    // Words, and no trace of the program.
    expect(stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
    expect(readdirSync(root).sort()).toEqual(before);
  }
});

test('names that are paths stay names: nothing is written but what was asked for', async () => {
  const evil = '../../../evil';
  const graph = new GraphBuilder(evil);
  const x = graph.input(`${evil}/x`, 'float32', ['batch', 64]);
  const weight = graph.constant(`${evil}/w`, 'float32', [64, 64], new Float32Array(4096).fill(0.01));
  const product = graph.node('MatMul', [x, weight], { name: `${evil}/product`, outputs: [`${evil}/p`] });
  graph.output(graph.node('Relu', [product], { name: `${evil}/relu`, outputs: [`${evil}/y`] }), 'float32', [
    'batch',
    64,
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'dyno-evil-'));
  const [inside, beside] = [join(folder, 'a', 'inside.onnx'), join(folder, 'a', 'beside.onnx')];
  mkdirSync(join(folder, 'a'));
  mkdirSync(join(folder, 'b'));
  writeModel(inside, graph.model());
  writeModelWithExternalData(beside, graph.model(), { folder: null });
  const given = readdirSync(join(folder, 'a')).sort();
  expect(given).toHaveLength(3);
  for (const source of [inside, beside]) {
    for (const tool of [['fuse'], ['convert', '--precision', 'fp16'], ['quantize', '--dynamic']]) {
      const target = join(folder, 'b', 'out.onnx');
      const { code, stderr } = await run(['model', ...tool, source, '--out', target, '--force']);
      expect({ tool, code, stderr }).toMatchObject({ code: 0 });
      const made = readSoundModel(target);
      expect([...modelInputs(made), ...modelOutputs(made)].map(({ name }) => name)).toEqual([`${evil}/x`, `${evil}/y`]);
    }
  }
  expect(readdirSync(join(folder, 'a')).sort()).toEqual(given);
  expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  expect(readdirSync(join(folder, 'b')).every((name) => /^out\.onnx(\.[0-9a-f]+\.data)?$/.test(name))).toBe(true);
  expect(existsSync(join(folder, '..', 'evil'))).toBe(false);
});

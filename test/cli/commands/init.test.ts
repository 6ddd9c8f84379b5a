import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { initCommand } from '../../../src/cli/commands/init.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { compileSuites } from '../../../src/suite/compile.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-init-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function init(options: Parameters<typeof initCommand>[0]) {
  let out = '';
  let err = '';
  const streams = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  };
  return { exitCode: await initCommand(options, streams), out, err };
}

test('init writes a suite that can be run once the model is there, and says how', async () => {
  const file = join(folder, 'net.yaml');
  const model = join(folder, 'models', 'net.onnx');
  mkdirSync(dirname(model), { recursive: true });
  writeFileSync(model, '');
  const { exitCode, out, err } = await init({ file, model });
  expect(exitCode).toBe(0);
  expect(out).toBe(`${file}\n`);
  expect(err).toBe(`Then: npx dyno bench ${file} --dry-run\n`);

  const text = readFileSync(file, 'utf8');
  const schema = /^# yaml-language-server: \$schema=(.*)\n/.exec(text)?.[1] ?? '';
  expect(resolve(folder, schema)).toBe(packageFile('schemas', 'suite.schema.json'));
  expect(text).not.toContain(folder); // no path of this machine in a file that will be shared
  const plan = compileSuites([file], {}, { backends: ['ort-cpu'], workloads: ['digits'], availableCores: 2 });
  expect(plan.workloads).toMatchObject([{ name: 'net', definition: { model } }]);
  expect(plan.cases).toHaveLength(2); // fusion on and off
});

test('init overwrites only with --force', async () => {
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, 'precious');
  await expect(init({ file })).rejects.toMatchObject({ code: 'FILE_EXISTS', exitCode: 3 });
  expect(readFileSync(file, 'utf8')).toBe('precious');
  await init({ file, force: true });
  expect(readFileSync(file, 'utf8')).toMatch(/^name: mine$/m);
});

test('a name that no suite may have becomes one', async () => {
  const file = join(folder, '--my model, 2.yaml');
  await init({ file });
  expect(readFileSync(file, 'utf8')).toMatch(/^name: my-model-2$/m);
});

test.each([
  [{ file: join(folder, 'suite.json') }, /expected a file name that ends in \.yaml/],
  [{ file: join(folder, 'two\nlines.yaml') }, /without control characters/],
  [
    { file: join(folder, 'x.yaml'), model: join(folder, 'none.onnx') },
    /--model .*: expected an ONNX file, got nothing/,
  ],
  [{ file: join(folder, 'mine.yaml', 'x.yaml') }, /Could not write .*Name a place that can be written/],
])('%j is refused', async (options, message) => {
  await expect(init(options)).rejects.toMatchObject({ exitCode: 3, message: expect.stringMatching(message) });
});

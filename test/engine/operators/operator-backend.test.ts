import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { operatorBackend } from '../../../src/engine/operators/operator-backend.ts';
import type { OperatorFile } from '../../../src/engine/operators/operator-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-operators-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'picture.raw'), Uint8Array.from([1, 2, 3, 4, 5, 6]));

const options = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
} as const;

function operatorFile(changes: Partial<OperatorFile> = {}): string {
  const path = join(folder, 'operator.json');
  const picture = { file: 'picture.raw', width: 2, height: 1, channels: 3 };
  const file: OperatorFile = { operator: 'horizontal_flip', parameters: {}, pictures: [picture], encoded: null };
  writeFileSync(path, JSON.stringify({ ...file, ...changes }));
  return path;
}

test('a session runs the operator of its file on the picture beside it', async () => {
  const session = await operatorBackend.load(operatorFile(), options);
  const feeds = { item: session.tensor('int32', [1], new Int32Array([7])) };
  const { values } = await session.run(feeds, null);
  expect(values?.dims).toEqual([1, 2, 3]);
  expect([...(values?.data ?? [])]).toEqual([4, 5, 6, 1, 2, 3]);
});

test.each([
  [{ threads: 2 }, 'expected threads 1, got 2'],
  [{ precision: 'int8' }, 'expected precision fp32, got int8'],
  [{ spinning: 'on' }, 'expected spinning off, got on'],
  [{ fusion: 'off' }, 'expected fusion on, got off'],
] as const)('%o, which no operator has, is refused', async (changes, message) => {
  await expect(operatorBackend.load(operatorFile(), { ...options, ...changes })).rejects.toThrow(message);
});

test('what is no operator, or names a picture that is cut off, is refused by its path', async () => {
  const model = join(folder, 'model.onnx');
  writeFileSync(model, 'no JSON');
  await expect(operatorBackend.load(model, options)).rejects.toThrow(`${model}: expected an operator for the backend`);
  const cut = operatorFile({ pictures: [{ file: 'picture.raw', width: 3, height: 1, channels: 3 }] });
  await expect(operatorBackend.load(cut, options)).rejects.toThrow('picture.raw: expected 3 × 1 × 3 bytes, got 6');
});

import { readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSoundModel } from '../../src/graph/check-model.ts';
import { summariseModel } from '../../src/graph/summary.ts';
import { DynoError } from '../../src/kernel/errors.ts';
import { generator, integer } from '../../src/stats/random.ts';
import { folderForMutilated, mutilated, whole } from './mutilated-models.ts';

const { root, path } = folderForMutilated();

test('there are fifty and more mutilated models, and the whole one is sound', () => {
  expect(mutilated.length).toBeGreaterThanOrEqual(50);
  expect(new Set(mutilated.map(([, bytes]) => Buffer.from(bytes).toString('base64'))).size).toBe(mutilated.length);
  writeFileSync(path, whole);
  expect(readSoundModel(path).graph.node).toHaveLength(4);
});

test.each(mutilated)('a model %s is refused in words, without memory for what it claims', (_name, bytes) => {
  writeFileSync(path, bytes);
  const before = process.memoryUsage();
  const refusal = thrownBy(() => readSoundModel(path));
  const after = process.memoryUsage();
  expect(refusal).toBeInstanceOf(DynoError);
  expect(refusal).toMatchObject({
    code: expect.stringMatching(/^(MODEL_INVALID|EXTERNAL_DATA)$/),
    exitCode: 3,
    message: expect.stringContaining(`${path}: expected`),
  });
  // 64 times the file at most, and 64 MiB for what the run-time takes by the way.
  const bound = 64 * bytes.length + 2 ** 26;
  expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(bound);
  expect(readdirSync(root).sort()).toEqual(['model', 'secret.bin']);
});

test('a thousand models with random bytes changed are sound or refused in words', () => {
  const random = generator(5);
  const counts = { sound: 0, refused: 0 };
  for (let round = 0; round < 1000; round++) {
    const bytes = Uint8Array.from(whole);
    const changes = 1 + integer(random, 4);
    for (let change = 0; change < changes; change++) {
      bytes[integer(random, bytes.length)] = integer(random, 256);
    }
    writeFileSync(path, bytes);
    const refusal = thrownBy(() => summariseModel(readSoundModel(path), { x: [1, 3, 8, 8], flag: [] }));
    if (refusal === null) counts.sound += 1;
    else {
      expect(refusal, `round ${round}`).toBeInstanceOf(DynoError);
      counts.refused += 1;
    }
  }
  // Most of the file is weights, where any byte is as good as another.
  expect(counts.sound).toBeGreaterThan(50);
  expect(counts.refused).toBeGreaterThan(50);
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
    return null;
  } catch (error) {
    return error;
  }
}

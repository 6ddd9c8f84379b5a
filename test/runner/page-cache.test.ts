import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProgram } from '../../src/kernel/find-program.ts';
import { pageCacheState, stateOf } from '../../src/runner/page-cache.ts';

test.each([
  [4096, 100, 'warm'], // one page for a file of 100 bytes
  [90, 100, 'warm'],
  [89, 100, 'unknown'],
  [11, 100, 'unknown'],
  [10, 100, 'cold'],
  [0, 100, 'cold'],
  [0, 0, 'unknown'],
  [Number.NaN, 100, 'unknown'],
] as const)('%d of %d bytes resident is %s', (resident, size, state) => {
  expect(stateOf(resident, size)).toBe(state);
});

test.runIf(findProgram('fincore') !== null)('a file that was just written is warm', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-page-cache-'));
  writeFileSync(join(folder, 'model.onnx'), Buffer.alloc(100_000, 1));
  expect(await pageCacheState(join(folder, 'model.onnx'))).toBe('warm');
  rmSync(folder, { recursive: true });
});

test('a file that is not there is unknown', async () => {
  expect(await pageCacheState('/no/such/model.onnx')).toBe('unknown');
});

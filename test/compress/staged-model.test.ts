import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { stageModel } from '../../src/compress/staged-model.ts';
import { oneNode } from '../engine/small-models.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const inside = { folder: null, apart: false };

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a process that gets %s leaves nothing of a model that it has not finished',
  (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'dyno-staged-'));
    const before = new Set(process.listeners(signal));
    stageModel(oneNode(), { path: join(folder, 'model.onnx'), force: false }, inside);
    expect(readdirSync(folder)).toEqual([`.model.onnx.${process.pid}.tmp`]);
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    for (const listener of process.listeners(signal)) if (!before.has(listener)) listener(signal);
    expect(readdirSync(folder)).toEqual([]);
    // And it stops as it would have, had nobody listened.
    expect(kill.mock.calls).toEqual([[process.pid, signal]]);
    expect(new Set(process.listeners(signal))).toEqual(before);
  },
);

test('a model that is finished or discarded leaves no listener behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-staged-'));
  const before = process.listenerCount('SIGINT');
  const manifest = { method: 'none', sourceSha256: 'none', calibrationSha256: null };
  await stageModel(oneNode(), { path: join(folder, 'model.onnx'), force: false }, inside).finish(manifest);
  stageModel(oneNode(), { path: join(folder, 'other.onnx'), force: false }, inside).discard();
  expect(readdirSync(folder)).toEqual(['model.onnx']);
  expect(process.listenerCount('SIGINT')).toBe(before);
});

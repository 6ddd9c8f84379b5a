import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withDeviceTimes } from '../../../src/engine/backends/ort-webgpu-profile.ts';
import { operatorProfile } from '../../../src/engine/proof/operator-profile.ts';
import { temporaryFolder } from '../small-models.ts';

function written(events: readonly object[]): string {
  const path = join(temporaryFolder(), 'profile.json');
  writeFileSync(path, JSON.stringify(events));
  return path;
}

const run = (ts: number, dur: number) => ({ cat: 'Session', name: 'model_run', ts, dur });
const node = (name: string, ts: number, provider = 'WebGpuExecutionProvider') => ({
  ...{ cat: 'Node', name: `${name}_kernel_time`, ts, dur: 3 },
  args: { op_name: name.slice(0, 4), provider, node_index: name },
});
const program = (name: string, ts: number, dur: number) => ({ cat: 'Api', name: `${name}&Conv&Conv2dMM`, ts, dur });

test('a node has the time of its programs in the same run', async () => {
  const path = written([
    ...[node('conv1', 1), node('flat1', 5), node('conv2', 8)],
    run(0, 1000),
    ...[node('conv1', 1001), node('flat1', 1005), node('conv2', 1008)],
    run(1000, 1000),
    ...[program('conv1', 100, 40), program('conv2', 150, 60), program('conv2', 220, 5)],
    ...[program('conv1', 1100, 10), program('conv2', 1150, 20), program('conv2', 1180, 7)],
  ]);
  expect(await withDeviceTimes(path)).toBe(path);
  // The first run is cold. A node without a program, which only renames its input, took the device no time.
  expect(operatorProfile(path)?.nodes.map(({ name, seconds }) => [name, seconds])).toEqual([
    ['conv1', 10e-6],
    ['flat1', 0],
    ['conv2', 27e-6],
  ]);
});

test('nodes of the processor keep their time, and one that runs several times has the mean', async () => {
  const path = written([
    node('conv1', 1),
    node('conv1', 2),
    node('topk1', 3, 'CPUExecutionProvider'),
    run(0, 1000),
    ...[program('conv1', 100, 30), program('conv1', 200, 50)],
  ]);
  await withDeviceTimes(path);
  expect(operatorProfile(path)?.nodes).toMatchObject([
    { name: 'conv1', seconds: 80e-6, calls: 2 },
    { name: 'topk1', seconds: 3e-6, calls: 1 },
  ]);
});

test('a device without timestamps has no profile: how long it took to hand it the work is not how long that took', async () => {
  const path = written([node('conv1', 1), run(0, 1000)]);
  expect(await withDeviceTimes(path)).toBeNull();
  expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(2);
  expect(await withDeviceTimes(written([node('conv1', 1, 'CPUExecutionProvider'), run(0, 1000)]))).not.toBeNull();
});

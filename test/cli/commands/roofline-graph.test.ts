import { expect, test } from 'vitest';
import { rooflineGraphCommand } from '../../../src/cli/commands/roofline-graph.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { captureStreams } from '../fixtures/capture-streams.ts';

const digits = packageFile('models', 'digits', 'digits.onnx');

async function answer(options: Partial<Parameters<typeof rooflineGraphCommand>[0]> = {}): Promise<string> {
  const streams = captureStreams();
  expect(await rooflineGraphCommand({ name: digits, profile: 'a100', ...options }, streams)).toBe(0);
  return streams.out();
}

test('bounds are told apart from projections, and what takes something for granted says what', async () => {
  const text = await answer({ profile: 't4,xeon-8380', precision: 'int8' });
  expect(text).toMatch(/^digits in int8, a query of 1 item \(image \[1, 1, 28, 28\]\)/);
  expect(text).toMatch(/Bounds: computed from the graph and the profile, not measured/);
  expect(text).toMatch(/nvidia-t4: 15 nodes, 7 kernels when fused/);
  expect(text).toMatch(/nvidia-t4: start of a kernel: 500 ns, assumed for a GPU/);
  expect(text).toMatch(/intel-xeon-platinum-8380: start of a kernel: 0 s, not known for a cpu/);
  // Nobody has published of a network this small.
  expect(text).toMatch(
    /as graph:digits: counted.*\nrefused: nvidia-t4 mlperf Offline, and 3 more \(--stack mlperf says which\): .*too far from it/,
  );
});

test('as JSON every kernel is there, and the bounds of a batch are those of its items', async () => {
  const [one, many] = await Promise.all(
    ['1', '64'].map(async (batchSize) => JSON.parse(await answer({ json: true, batchSize, launchOverhead: '0' }))),
  );
  expect(one.shapes).toEqual({ image: [1, 1, 28, 28] });
  expect(one.profiles[0].roofline.fused.kernels).toHaveLength(7);
  expect(many.profiles[0].roofline.operations).toBe(64 * one.profiles[0].roofline.operations);
  const seconds = ({ profiles }: typeof one) => profiles[0].roofline.fused.seconds;
  expect(seconds(many)).toBeGreaterThan(seconds(one));
  // Weights pass once for all 64.
  expect(seconds(many)).toBeLessThan(64 * seconds(one));
  expect(one.cost).toMatchObject({ id: 'graph:digits', kind: 'convolution', operationsPerItem: 2 * 4_644_416 });
});

test('a precision that a profile lacks is refused there, and the others are answered', async () => {
  const text = await answer({ profile: 'v100,h100', precision: 'fp8', stack: 'mlperf' });
  expect(text).toMatch(/refused: the profile nvidia-v100-\S+ states no peak for fp8; it has /);
  expect(text).toMatch(/^nvidia-h100-sxm +\d/m);
});

test('options that are none are refused with what was expected', async () => {
  await expect(answer({ precision: 'float16' })).rejects.toThrow('--precision: expected one of fp32, tf32');
  await expect(answer({ launchOverhead: '-1' })).rejects.toThrow('--launch-overhead: expected microseconds');
  await expect(answer({ batchSize: '0' })).rejects.toThrow('--batch-size: expected a whole number above 0');
  await expect(answer({ profile: 'a1000' })).rejects.toThrow('hardware profiles, got "a1000"');
});

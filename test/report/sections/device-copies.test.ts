import { expect, test } from 'vitest';
import { engineSection } from '../../../src/report/sections/engines.ts';
import { inputOf, sketchRun } from '../fixtures.ts';

const transport = { unit: 's', mean: 0.002, echo: 0.0015, share: 0.1 } as const;

/** What stands below the tables of two engines; those in Python travel, within their times or beside them. */
function notesOf(backends: readonly string[], inLatency = false): string {
  const run = sketchRun(
    'devices',
    backends.map((backend) => ({ workload: 'resnet50', batchSize: 64, backend })),
  );
  const cases = run.run.cases.map((one) =>
    one.axes.backend.startsWith('py') ? { ...one, transport: { ...transport, inLatency } } : one,
  );
  return engineSection(inputOf({ ...run, run: { ...run.run, cases } }), 12)?.notes.join(' ') ?? '';
}

test.each([
  ['ort-cuda', 'python-onnxruntime-cuda'],
  ['ort-tensorrt', 'python-onnxruntime-tensorrt'],
  ['ort-webgpu', 'pytorch-cuda-graphs'],
])('copies that are in the times of %s and not in those of %s are told', (embedded, peer) => {
  expect(notesOf([embedded, peer])).toContain('a ratio of the two holds that difference');
});

test.each([
  ['both are embedded', ['ort-cuda', 'ort-webgpu'], false],
  ['both are in Python', ['pytorch-eager', 'pytorch-compile'], false],
  ['the processor computes', ['ort-cpu', 'pytorch-eager'], false],
  ['transport is in the times', ['ort-cuda', 'pytorch-eager'], true],
])('nothing is said of copies where %s', (_, backends, inLatency) => {
  expect(notesOf(backends, inLatency)).not.toContain('copies');
});

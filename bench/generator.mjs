/**
 * What the load generator itself can do, on the backend that computes nothing: how late queries are sent at a rate, and how many a second
 * it sends and serves at most.
 *
 *   npm run build && node bench/generator.mjs [seconds] [load …]
 *
 * `load`: only those, such as 'server 1000/s'.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nullBackend } from '../dist/engine/backends/null.js';
import { createPipeline } from '../dist/engine/pipeline.js';
import { writeModel } from '../dist/graph/onnx-file.js';
import { monotonicSeconds } from '../dist/kernel/clock.js';
import { readSegments } from '../dist/results/segment-file.js';
import { measureWindow } from '../dist/runner/measure-window.js';
import { createQuerySource } from '../dist/runner/query-source.js';
import { openItems } from '../dist/workloads/load-items.js';
import { buildOneNodeModel } from '../dist/workloads/one-node.js';

const [, , length = '10', ...wanted] = process.argv;
const seconds = Number(length);
const folder = mkdtempSync(join(tmpdir(), 'dyno-generator-'));

const poisson = { kind: 'poisson', normalise: false };
const loads = [
  ...[100, 1_000, 10_000, 20_000, 30_000, 50_000, 100_000, 200_000, 400_000].map((rate) => ({
    kind: 'server',
    arrivals: poisson,
    rate,
  })),
  ...[1, 2, 8, 64].map((concurrency) => ({ kind: 'closed_loop', concurrency })),
];

const nameOf = ({ kind, rate, concurrency }) => (kind === 'server' ? `server ${rate}/s` : `closed_loop ${concurrency}`);
const share = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
const micro = (value) => `${(value * 1e6).toFixed(1)} µs`.padStart(11);

try {
  const path = join(folder, 'model.onnx');
  writeModel(path, buildOneNodeModel());
  const inputs = [{ name: 'x', type: 'float32', itemShape: [1, 8], batchAxis: 0 }];
  const options = { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off', dumpPath: null, profilePrefix: null };
  const session = await nullBackend.load(path, options);
  const pipeline = await createPipeline({
    session,
    batchSize: 1,
    inputs,
    preprocess: null,
    postprocess: { kind: 'none' },
  });
  const data = { kind: 'generated', seed: 1, items: 64, ranges: { x: { kind: 'uniform', low: -1, high: 1 } } };
  const items = await openItems({ data, inputs });
  console.log(
    `load${' '.repeat(18)} served/s  late > 1 ms  issue delay p50, p99      queue p50, p99            generator's core`,
  );
  for (const [index, scenario] of loads.entries()) {
    const name = nameOf(scenario);
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const source = await createQuerySource(pipeline, items, {
      batchSize: 1,
      itemsPerQuery: 1,
      scope: 'inference',
      seed: 1,
    });
    const samplesFile = join(folder, `${index}.seg`);
    const measured = await measureWindow({
      source,
      scenario,
      policy: {
        warmup: { minQueries: 1000, minSeconds: 1, maxSeconds: 5, until: 'minimum' },
        window: { minQueries: 1, minSeconds: seconds, maxSeconds: seconds },
        bareLoop: 'none',
      },
      samplesFile,
      origin: monotonicSeconds(),
      seed: 1,
      drainUntil: Number.POSITIVE_INFINITY,
    });
    const { rows, data: columns } = readSegments(samplesFile);
    const difference = (later, earlier) => columns[later].map((value, row) => value - columns[earlier][row]).sort();
    const issue = difference('sent', 'scheduled');
    const queue = difference('started', 'sent');
    const late = issue.filter((delay) => delay > 1e-3).length / rows;
    const core =
      measured.generator.cpuSeconds === null ? '' : (measured.generator.cpuSeconds / measured.windowSeconds).toFixed(2);
    console.log(
      name.padEnd(21),
      ((rows - 1) / measured.windowSeconds).toFixed(0).padStart(9),
      `${(100 * late).toFixed(3)} %`.padStart(12),
      micro(share(issue, 0.5)),
      micro(share(issue, 0.99)),
      micro(share(queue, 0.5)),
      micro(share(queue, 0.99)),
      core.padStart(8),
      measured.generator.stopped ?? '',
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

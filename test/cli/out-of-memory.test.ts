import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import { findProgram } from '../../src/kernel/find-program.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import type { Run } from '../../src/results/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const prlimit = findProgram('prlimit');
/** A process of Node.js with ONNX Runtime takes half of it before it loads a model, without using it. */
const addressSpace = 3e9;
const width = 2 ** 20;

// Each item is made one mebi-element wide: 1,024 of them are 4 GiB in one piece, which the address space does not have.
test.skipIf(prlimit === null)(
  'a case that really runs out of memory is a row that says so, and the case beside it is measured (needs prlimit)',
  async () => {
    const model = join(folder, 'wide.onnx');
    const graph = new GraphBuilder('wide');
    const x = graph.input('x', 'float32', ['batch', 1]);
    const w = graph.constant('w', 'float32', [1, width], new Float32Array(width));
    const wide = graph.node('MatMul', [x, w], { outputs: ['wide'] });
    const most = graph.node('ReduceMax', [wide], { outputs: ['y'], attributes: { axes: [1] } });
    graph.output(most, 'float32', ['batch', 1]);
    writeModel(model, graph.model());

    const bench = [
      'bench',
      '--model',
      model,
      '--shape',
      'x:1x1',
      '--batch-size',
      '1,1024',
      '--threads',
      '1',
      '--quick',
    ];
    const options = ['--set', 'policy.proof=false', '--no-report', '--out', folder, '--run-id', 'full'];
    const words = [packageFile('test', 'cli', 'fixtures', 'dyno.mjs'), ...bench, ...options];
    const child = execFile(prlimit ?? '', [`--as=${addressSpace}`, process.execPath, ...words]);
    let stdout = '';
    child.stdout?.on('data', (chunk: string) => {
      stdout += chunk;
    });
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));

    const run = JSON.parse(readFileSync(join(folder, 'full', 'run.json'), 'utf8')) as Run;
    const [small, large] = run.cases;
    expect([status, small?.status, large?.status]).toEqual([5, 'ok', 'failed']);
    expect(large?.cause).toMatchObject({
      code: 'OUT_OF_MEMORY',
      explanation: { code: 'ENGINE_ARENA_FULL' },
      memory: {
        ...{ device: 'host', place: 'address_space', neededBytes: 4 * 2 ** 30, totalBytes: addressSpace },
        evidence: { needed: 'message', free: 'at failure', total: 'limit' },
        projected: { batchSize: 1024, weightBytes: 4 * width, valueBytes: 1024 * (4 * width + 4) },
      },
    });
    const { freeBytes, batchSize } = large?.cause?.memory ?? {};
    expect(freeBytes).toBeGreaterThan(0);
    expect(freeBytes).toBeLessThan(addressSpace);
    expect(batchSize).toBeLessThanOrEqual(512);
    expect(stdout).toMatch(
      /needed 4 GiB more, .* of 2\.79 GiB free in the address space \(ulimit -v\): take --batch-size \d+/,
    );
  },
  120_000,
);

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { readRun } from '../../src/results/result-folder.ts';
import type { PreparedModel, PreparedWorkload } from '../../src/workloads/prepared-workload.ts';
import { runDyno } from '../cli/fixtures/run-dyno.ts';
import {
  angleModel,
  anglePreprocess,
  ctc,
  db,
  detectorModel,
  linePreprocess,
  page,
  pagePreprocess,
  recogniserModel,
  upsideDown,
} from '../engine/chain/small-ocr.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-chain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parametersOfEach = 7;

function written(name: string, model: OnnxModel): PreparedModel {
  const path = join(folder, `${name}.onnx`);
  writeModel(path, model);
  return {
    name,
    path,
    sha256: name,
    bytes: statSync(path).size,
    weights: 'unknown',
    parameters: parametersOfEach,
    multiplyAdds: 1,
    source: 'a test',
    licence: null,
  };
}

function input(height: number, width: number) {
  return [{ name: 'x', type: 'float32', itemShape: [1, 3, height, width], batchAxis: 0 }];
}

/** A plug-in with a workload that reads two pages, and makes two errors in ten letters. */
beforeAll(async () => {
  const pages = [
    await page(320, 96, { text: 'abc', x: 10, y: 10 }, { text: 'cab', x: 40, y: 60, upsideDown: true }),
    await page(256, 64, { text: 'cbaa', x: 10, y: 20 }),
  ];
  const file = join(folder, 'pages.bin');
  writeFileSync(file, Buffer.concat(pages));
  const offsets = [0, pages[0]?.length ?? 0, (pages[0]?.length ?? 0) + (pages[1]?.length ?? 0)];
  const workload: PreparedWorkload = {
    name: 'tiny-ocr',
    model: written('detect', detectorModel()),
    inputs: input(960, 960),
    data: {
      kind: 'images',
      file,
      offsets,
      labels: null,
      items: 2,
      truth: [
        [
          { text: 'abc', box: [10, 10, 106, 10, 106, 26, 10, 26] },
          { text: 'cac', box: [40, 60, 136, 60, 136, 76, 40, 76] }, // reads cab
        ],
        [{ text: 'cbaa', box: [10, 20, 138, 20, 138, 36, 10, 36] }], // reads cba
      ],
    },
    chain: {
      kind: 'ocr',
      angle: {
        model: written('angle', angleModel()),
        inputs: input(8, 32),
        preprocess: anglePreprocess,
        postprocess: upsideDown,
        maxBatch: 4,
      },
      recognise: {
        model: written('recognise', recogniserModel()),
        inputs: input(8, 1024),
        preprocess: linePreprocess,
        postprocess: ctc,
        maxBatch: 4,
      },
    },
    preprocess: pagePreprocess,
    postprocess: db,
    metric: { kind: 'character_accuracy' },
  };
  const { weights, parameters, multiplyAdds, source, bytes } = workload.model;
  const description = { weights, parameters, multiplyAdds, source, bytes, licence: 'none' };
  writeFileSync(
    join(folder, 'tiny.mjs'),
    `export function register({ workloads }) {
  workloads.add({
    name: 'tiny-ocr', title: 'Tiny OCR', description: 'A writing of three letters.', model: ${JSON.stringify(description)},
    isBuilt: () => true,
    prepare: async () => (${JSON.stringify(workload)}),
  });
}`,
  );
});

async function run(id: string, ...options: readonly string[]) {
  const { code, stderr } = await runDyno(
    [
      ...['bench', '--plugin', './tiny.mjs', '--workload', 'tiny-ocr', '--threads', '1', '--fusion', 'on'],
      ...['--precision', 'fp32', '--quick', '--no-report', '--run-id', id, ...options],
    ],
    folder,
  );
  return { code, stderr, cases: readRun(join(folder, 'results', id)).cases };
}

test('a chain of models is prepared, proven and measured in processes of its own, one page or two at a time', async () => {
  const { code, stderr, cases } = await run('request', '--batch-size', '1,2');
  expect(code, stderr).toBe(0);
  expect(cases.map(({ status, axes }) => [status, axes.batchSize])).toEqual([
    ['ok', 1],
    ['ok', 2],
  ]);
  // Pages in a query share frames and runs: what is true of one batch size need not be of another.
  const events = readFileSync(join(folder, 'results', 'request', 'events.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const proven = events.map((line) => JSON.parse(line)).filter(({ type }) => type === 'proof.finished');
  expect(proven.map(({ keys }) => keys)).toEqual(cases.map(({ key }) => [key]));
  for (const one of cases) {
    expect(one.accuracy).toMatchObject({ metric: 'character_accuracy', value: 0.8, items: 2 });
    expect(one.fidelity).toMatchObject({ items: 2, reference: expect.stringContaining('agrees least') });
    expect(one.fidelity?.cosine).toBeCloseTo(1, 6);
    expect(one.model).toMatchObject({ name: 'tiny-ocr', parameters: 3 * parametersOfEach, multiplyAdds: null });
    for (const stage of ['preprocess', 'inference', 'postprocess'] as const) {
      expect(one.stages[stage]?.mean).toBeGreaterThan(0);
    }
    expect(one.coldStart?.loadSeconds).toBeGreaterThan(0);
    expect(one.effective).toMatchObject({
      threads: { value: 1, evidence: 'threads of the process' },
      backend: { value: 'ort-cpu', evidence: 'profile' },
    });
    const operators = Object.keys(one.operators ?? {});
    for (const model of ['detect', 'angle', 'recognise']) {
      expect(operators.some((name) => name.startsWith(`${model}: `))).toBe(true);
    }
  }
}, 120_000);

test('only whole requests of a chain are timed: scope inference is skipped, with what to do', async () => {
  const { code, stderr, cases } = await run('inference', '--batch-size', '1', '--scope', 'inference');
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('--scope request');
  expect(cases).toMatchObject([{ status: 'skipped' }]);
  expect(Object.values(cases[0]?.reasons ?? {}).map(({ code }) => code)).toContain('SCOPE_UNSUPPORTED');
}, 60_000);

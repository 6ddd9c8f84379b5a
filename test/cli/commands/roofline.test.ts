import { expect, test } from 'vitest';
import { rooflineProjectCommand } from '../../../src/cli/commands/roofline-project.ts';
import { captureStreams } from '../fixtures/capture-streams.ts';

async function* stdin(text = '') {
  yield text;
}

async function asked(options: Parameters<typeof rooflineProjectCommand>[0], input = ''): Promise<string> {
  const streams = captureStreams();
  expect(await rooflineProjectCommand(options, streams, stdin(input))).toBe(0);
  return streams.out();
}

const row = {
  accelerator: 'nvidia-l40s',
  model: 'resnet50-v1.5',
  scenario: 'Offline',
  precision: 'int8',
  stack: 'mlperf',
  unit: 'samples/s per accelerator',
};

test('rows on stdin are answered in their order, refusals among them', async () => {
  const rows = [
    row,
    { ...row, accelerator: 'biren-br104' },
    { ...row, precision: null },
    { ...row, median: 1, n_results: 3 },
  ];
  const answers = JSON.parse(await asked({ json: true }, JSON.stringify(rows)));
  expect(answers).toHaveLength(4);
  expect(answers[0].low).toBeLessThan(answers[0].value);
  expect(answers[0].value).toBeLessThan(answers[0].high);
  expect(answers[1]).toEqual({ code: 'UNKNOWN_DEVICE', refused: expect.stringContaining('biren-br104') });
  expect(answers[2]).toMatchObject({ code: 'NO_PRECISION' });
  // Further keys of a published row say nothing of what is asked for.
  expect(answers[3]).toEqual(answers[0]);
});

test('people read rows as a table', async () => {
  const text = await asked({}, JSON.stringify([row, { ...row, stack: 'pytorch', precision: 'fp16' }]));
  expect(text).toMatch(/nvidia-l40s .* mlperf +[\d,]+ +[\d,]+ to [\d,]+ +samples\/s per accelerator/);
  expect(text).toMatch(/pytorch .*of pytorch, throughput of 2 devices are known/);
});

test('one cell by options says that it is projected, and for one device what does not fit', async () => {
  const text = await asked({ accelerator: 'a100', model: 'resnet50-v1.5', precision: 'int8' });
  expect(text).toMatch(
    /Offline, stack mlperf: projected, not measured\n[\d,]+ samples\/s per accelerator, 90 % interval/,
  );
  expect(await asked({ accelerator: 't4', model: 'llama2-70b', precision: 'int8' })).toMatch(
    /refused: does not fit: llama2-70b needs 69.1 GB in int8, nvidia-t4 has 16 GB/,
  );
});

test('a cell in part, a cell beside a file, a count that is none and rows that do not fit are refused', async () => {
  await expect(asked({ accelerator: 'a100' })).rejects.toThrow(/got no --model, no --precision/);
  await expect(asked({ scenario: 'Server' })).rejects.toThrow(/got no --accelerator, no --model, no --precision/);
  const cell = { accelerator: 'a100', model: 'resnet50-v1.5', precision: 'int8' };
  await expect(asked({ ...cell, file: 'rows.json' })).rejects.toThrow(/got both \(rows.json\)/);
  await expect(asked({ ...cell, devices: '1.5' })).rejects.toThrow(/--devices 1.5: expected a whole number/);
  await expect(asked({}, JSON.stringify([{ ...row, scenario: 3 }]))).rejects.toThrow(
    /\[0\]\.scenario: expected a text/,
  );
  await expect(asked({}, '')).rejects.toThrow(/expected an array of .accelerator, model/);
});

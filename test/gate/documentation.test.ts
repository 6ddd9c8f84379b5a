import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readAcknowledgements } from '../../src/gate/acknowledgements.ts';
import { readGateFile } from '../../src/gate/gate-file.ts';
import { gateSchema } from '../../src/gate/gate-schema.ts';
import { withDefaults } from '../../src/gate/metric-defaults.ts';
import { parsePrinted } from '../../src/gate/printed-figures.ts';
import { reasonCodes } from '../../src/gate/reason-text.ts';
import { defaultSettings } from '../../src/gate/settings.ts';
import { findProgram } from '../../src/kernel/find-program.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

const page = readFileSync(packageFile('docs', 'gate.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'dyno-gate-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, body = '']) => body);
}

function block(language: string, containing: string): string {
  const found = blocks(language).find((body) => body.includes(containing));
  if (found === undefined) throw new Error(`Expected docs/gate.md to have a block of ${language} with ${containing}.`);
  return found;
}

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Rows of the table below a heading, each as its cells. */
function table(heading: string): string[][] {
  const [section = ''] = (page.split(`\n${heading}\n`)[1] ?? '').split(/\n##+ /);
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.map((row) => row.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '').trim()));
}

test('every example of a gate section and of acknowledgements can be read', () => {
  const sections = blocks('yaml').filter((body) => /^gate:/m.test(body));
  expect(sections.length).toBeGreaterThanOrEqual(2);
  for (const [index, body] of sections.entries()) readGateFile(written(`gate-${index}.yaml`, body));
  const accepted = block('yaml', 'acknowledgements:');
  expect(readAcknowledgements(written('accepted.yaml', accepted))).toMatchObject([{ accepted: 0.08 }]);
});

test('the table of keys has every key of the gate section, and no other', () => {
  const named = table('## Keys of `gate`')
    .slice(2)
    .flatMap(([key = '']) => [...key.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(named.sort()).toEqual(Object.keys(gateSchema.shape).sort());
});

test('defaults of the documentation are those that hold', () => {
  const left = Object.fromEntries(table('## Keys of `gate`').map(([key = '', , value = '']) => [key, value]));
  expect(left['`looks`']).toBe(`\`[${defaultSettings.looks.join(', ')}]\``);
  expect(left['`confirm_rounds`']).toBe(String(defaultSettings.confirmRounds));
  expect(left['`alpha`']).toBe(String(defaultSettings.alpha));
  expect(left['`seed`']).toBe(String(defaultSettings.seed));
  const limit = (key: string) => table('## What voids a pair').find((cells) => cells.includes(`\`${key}\``))?.[2];
  const { limits } = defaultSettings;
  const percent = (share: number) => `${100 * share} %`;
  expect(limit('foreign_cpu')).toBe(percent(limits.foreignCpuShare));
  expect(limit('steal')).toBe(percent(limits.stealShare));
  expect(limit('throttled_periods')).toBe(String(limits.throttledPeriods));
  expect(limit('gpu_idle_utilisation')).toBe(percent(limits.idleUtilisation));
  expect(limit('gpu_power_cap')).toBe(percent(limits.powerCapShare));
  expect(limit('gpu_clock_difference')).toBe(percent(limits.smClockDifference));
  expect(limit('dropped')).toBe(percent(limits.droppedShare));
});

test('margins of the documentation are those that hold', () => {
  const margins = table('## Choosing margins').filter(([, margin = '']) => /^\d+ %$|^0:/.test(margin));
  const of = (metric: string, unit: string, kind: 'sampled' | 'exact' = 'sampled') =>
    withDefaults([{ scenario: 'a', metric, unit, kind }])[0]?.margin ?? Number.NaN;
  expect(margins.map(([, margin = '']) => Number.parseFloat(margin) / 100)).toEqual([
    of('p50', 's'),
    of('p99', 's'),
    of('peak_rss', 'bytes'),
    of('energy', 'J/item'),
    of('model_bytes', 'bytes', 'exact'),
  ]);
});

test('every code that a row may say is explained', () => {
  const explained = ['## Two runs that are stored', '## What voids a pair', '## What a row may say']
    .flatMap(table)
    .flatMap(([codes = '']) => [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code));
  expect(explained.sort()).toEqual([...reasonCodes].sort());
});

test('every error that docs/troubleshooting.md has of the gate is one that the gate throws', () => {
  const [, section = ''] = readFileSync(packageFile('docs', 'troubleshooting.md'), 'utf8').split(
    '\n## Errors of the gate\n',
  );
  const codes = [...section.matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm)].flatMap(([, cell = '']) =>
    cell.replaceAll('`', '').split(', '),
  );
  expect(codes.length).toBeGreaterThan(15);
  const thrown = ['gate', 'cli', join('cli', 'commands')]
    .flatMap((name) =>
      readdirSync(packageFile('src', name))
        .filter((file) => file.endsWith('.ts'))
        .map((file) => packageFile('src', name, file)),
    )
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  // Of the two versions, and of kinds of files, codes are put together.
  const isThrown = (code: string) =>
    thrown.includes(`'${code}'`) || thrown.includes(code.replace(/^(BASE|HEAD)/, '')) || /_INVALID$/.test(code);
  expect(codes.filter((code) => !isThrown(code))).toEqual([]);
});

const photos = {
  'photos.mjs':
    'export const load = async () => 0;\nexport const classify = async (_model, request) => request.map((item) => item % 3);\n',
  'photos.py':
    'load = lambda: 0\ndecode = lambda request: request\nclassify = lambda model, images: [len(image) for image in images]\n',
};

function runExample(program: string, script: string, scenarios: readonly string[]) {
  for (const [name, text] of Object.entries(photos)) writeFileSync(join(folder, name), text);
  written('model.onnx', 'model');
  const env = { ...process.env, DYNO_GATE_SEED: '7', DYNO_GATE_SCENARIOS: JSON.stringify(scenarios) };
  return parsePrinted(execFileSync(program, [script], { cwd: folder, encoding: 'utf8', env }));
}

test('the benchmark in Node.js prints what the gate reads, of the scenarios that are asked for', () => {
  const script = written('bench.mjs', block('js', 'DYNO_GATE_SCENARIOS'));
  const all = runExample(process.execPath, script, []);
  expect([...all.keys()]).toEqual(['batch-1', 'batch-8']);
  expect([...runExample(process.execPath, script, ['batch-8']).keys()]).toEqual(['batch-8']);
  const one = all.get('batch-1');
  expect(one).toMatchObject({ outcome: 'measured', outputs: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(one?.outcome === 'measured' && one.figures.map(({ metric, unit }) => [metric, unit])).toEqual([
    ['latency_p50', 's'],
    ['peak_rss', 'bytes'],
  ]);
});

test.runIf(findProgram('python3') !== null)('the benchmark in Python prints what the gate reads', () => {
  const script = written('bench.py', block('python', 'DYNO_GATE_SCENARIOS'));
  const all = runExample('python3', script, []);
  expect([...all.keys()]).toEqual(['batch-1', 'batch-8']);
  const one = all.get('batch-8');
  expect(one).toMatchObject({ outcome: 'measured', outputs: expect.stringMatching(/^[0-9a-f]{64}$/) });
  if (one?.outcome !== 'measured') return;
  expect(Object.keys(one.stages)).toEqual(['decode', 'classify']);
  expect(one.figures.map(({ metric }) => metric)).toEqual([
    'latency_p50',
    'latency_p90',
    'throughput',
    'peak_rss',
    'load_time',
    'model_size',
  ]);
  expect(one.figures.at(-1)).toMatchObject({ value: 5, unit: 'bytes', kind: 'exact' });
});

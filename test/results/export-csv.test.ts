import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageFile } from '../../src/kernel/package-root.ts';
import { exportCsv } from '../../src/results/export-csv.ts';
import { sealedFiles, sealToParquet } from '../../src/results/parquet.ts';
import { readRun } from '../../src/results/result-folder.ts';
import type { Run } from '../../src/results/run.ts';
import { SegmentWriter } from '../../src/results/segment-file.ts';

const example = packageFile('results', 'example');
let target: string;
beforeEach(() => {
  target = mkdtempSync(join(tmpdir(), 'dyno-export-'));
});
afterEach(() => rmSync(target, { recursive: true, force: true }));

function lines(name: string): string[] {
  const text = readFileSync(join(target, name), 'utf8');
  expect(text.endsWith('\r\n')).toBe(true);
  return text.slice(0, -2).split('\r\n');
}

test('every query and every sample of the machine is a line, with the case and the round that it is of', async () => {
  const run = readRun(example);
  const exported = await exportCsv(example, run, target);
  const rounds = run.cases.flatMap(({ rounds }) => rounds);
  const rows = (what: 'samples' | 'telemetry') => rounds.reduce((sum, round) => sum + (round[what]?.rows ?? 0), 0);
  expect(exported).toMatchObject({ queries: rows('samples'), telemetryRows: rows('telemetry') });
  const [header = '', ...queries] = lines('queries.csv');
  expect(header).toMatch(/^case,round,attempt,status,query,items,first_item,kind,scheduled,sent,/);
  expect(queries).toHaveLength(rows('samples'));
  expect(lines('telemetry.csv')).toHaveLength(rows('telemetry') + 1);

  // The third case's first query, as its Parquet file has it.
  const [one, two, three] = run.cases;
  const before = (one?.rounds[0]?.samples?.rows ?? 0) + (two?.rounds[0]?.samples?.rows ?? 0);
  const sealed = three?.rounds[0]?.samples;
  if (sealed == null) throw new Error('The example has no third case.');
  const columns = await sealedFiles(example).columns(sealed);
  const names = header.split(',').slice(4);
  expect(queries[before]).toBe([three?.id, 0, 0, 'ok', ...names.map((name) => columns[name]?.[0])].join(','));
});

test('every column is described, with its unit', async () => {
  await exportCsv(example, readRun(example), target);
  const described = lines('columns.csv').map((line) => line.split(','));
  for (const name of ['queries.csv', 'telemetry.csv']) {
    const columns = lines(name)[0]?.split(',') ?? [];
    const ofFile = described.filter(([file]) => file === name);
    expect(ofFile.map(([, column]) => column)).toEqual(columns);
    for (const [, column, , description] of ofFile)
      expect({ column, description }).not.toEqual({ column, description: '' });
  }
  expect(described).toContainEqual(['queries.csv', 'completed', 's', 'When its answer was there.']);
});

/** A run of two cut or finished rounds with columns of their own. */
async function unlikeRounds(): Promise<{ folder: string; run: Run }> {
  const folder = join(target, 'run');
  const { cases, ...rest } = readRun(example);
  const [one] = cases;
  const [round] = one?.rounds ?? [];
  if (one === undefined || round === undefined) throw new Error('The example has no round.');
  const seal = async (name: string, column: string, value: number) => {
    const segment = join(folder, 'samples', `${name}.seg`);
    const writer = new SegmentWriter(segment, [{ name: column, type: 'float64' }]);
    writer.append([value]);
    writer.close();
    return sealToParquet(segment, join(folder, 'samples', `${name}.parquet`));
  };
  const rounds = [
    { ...round, status: 'interrupted', telemetry: null, samples: await seal('a', 'sent', 0.25) },
    { ...round, status: 'ok', telemetry: null, samples: await seal('b', 'completed', Number.NaN) },
  ] as const;
  return { folder, run: { ...rest, cases: [{ ...one, id: '=cmd|x', rounds }] } };
}

test('a round that was cut is told apart, what a round does not have is empty, and no id is a formula', async () => {
  const { folder, run } = await unlikeRounds();
  await exportCsv(folder, run, target);
  expect(lines('queries.csv')).toEqual([
    'case,round,attempt,status,sent,completed',
    "'=cmd|x,0,0,interrupted,0.25,",
    "'=cmd|x,0,1,ok,,",
  ]);
  expect(lines('telemetry.csv')).toEqual(['case,round,attempt,status']);
});

test('an export that would overwrite a file, or whose samples are damaged, leaves nothing new', async () => {
  const { folder, run } = await unlikeRounds();
  writeFileSync(join(target, 'telemetry.csv'), 'mine');
  await expect(exportCsv(folder, run, target)).rejects.toMatchObject({ code: 'EXPORT_EXISTS' });
  expect(existsSync(join(target, 'queries.csv'))).toBe(false);
  rmSync(join(target, 'telemetry.csv'));
  const rest = async (): Promise<string[]> => {
    await expect(exportCsv(folder, run, target)).rejects.toMatchObject({ code: 'SAMPLES_CORRUPT' });
    return readdirSync(target);
  };
  // The telemetry comes last: the queries have been read by then.
  const [one] = run.cases;
  const [first] = one?.rounds ?? [];
  if (one === undefined || first?.samples == null) throw new Error('There is no round.');
  Object.assign(first, { telemetry: { ...first.samples, sha256: 'another' } });
  expect(await rest()).toEqual(['run']);
  writeFileSync(join(folder, 'samples', 'b.parquet'), 'damaged');
  expect(await rest()).toEqual(['run']);
});

/** A Python that has the package, or null. */
function pythonWith(name: string): string | null {
  const candidates = [process.env.DYNO_PYTHON, 'python3'].filter((one) => one !== undefined);
  return candidates.find((one) => spawnSync(one, ['-c', `import ${name}`]).status === 0) ?? null;
}

function python(program: string, script: string, ...args: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(program, ['-c', script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

test.skipIf(pythonWith('pandas') === null)('pandas reads the same from the CSV and the Parquet files', async () => {
  const run = readRun(example);
  await exportCsv(example, run, target);
  const [one] = run.cases;
  const { samples, telemetry } = one?.rounds[0] ?? {};
  const read = python(
    pythonWith('pandas') ?? '',
    `
import json, sys
import pandas as pd
csv, parquet, telemetry, case = sys.argv[1:]
all = pd.read_csv(csv + '/queries.csv', float_precision='round_trip')
some = all[all['case'] == case].reset_index(drop=True)
direct = pd.read_parquet(parquet)
machine = pd.read_csv(csv + '/telemetry.csv', float_precision='round_trip')
machine = machine[machine['case'] == case].reset_index(drop=True)
sampled = pd.read_parquet(telemetry)
print(json.dumps({
  'queries': some[list(direct.columns)].astype(direct.dtypes.to_dict()).equals(direct),
  'telemetry': all.shape[0] > 0 and machine[list(sampled.columns)].astype(sampled.dtypes.to_dict()).equals(sampled),
  'types': sorted(set(str(t) for t in direct.dtypes)),
}))`,
    target,
    join(example, samples?.file ?? ''),
    join(example, telemetry?.file ?? ''),
    one?.id ?? '',
  );
  expect(read).toEqual({ queries: true, telemetry: true, types: ['float64', 'int32'] });
});

test.skipIf(pythonWith('duckdb') === null)(
  'DuckDB takes from the Parquet file the mean that run.json tells',
  async () => {
    const [one] = readRun(example).cases;
    const read = python(
      pythonWith('duckdb') ?? '',
      `
import json, sys, duckdb
print(json.dumps(duckdb.sql(f"select count(*), avg(completed - scheduled) from '{sys.argv[1]}' where kind = 0").fetchall()[0]))`,
      join(example, one?.rounds[0]?.samples?.file ?? ''),
    ) as [number, number];
    expect(read[0]).toBe(one?.latency?.count);
    expect(read[1]).toBeCloseTo(one?.latency?.mean ?? Number.NaN, 12);
  },
);

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AmdAnswer, readAmdSmi, readRocmSmi } from '../../src/collectors/amd-json.ts';
import { SmiCsv, type SmiLine } from '../../src/collectors/nvidia-csv.ts';
import { fieldsOfHelp } from '../../src/collectors/nvidia-fields.ts';
import { setupOf } from '../../src/collectors/nvidia-probe.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

/** Captured outputs of many machines lie beside a checkout of the project where somebody put them; they are not part of it. */
const folder = packageFile('..', 'shared', 'data', 'smi-samples');
const files = (sub: string) =>
  (existsSync(folder) ? readdirSync(join(folder, sub)) : []).map((name) => [sub, name] as const);
const text = (sub: string, name: string) => readFileSync(join(folder, sub, name), 'utf8');

/** What becomes of each line: every one is read, or refused in words. */
function linesOf(output: string, key = 'uuid'): SmiLine[] {
  const csv = new SmiCsv(key);
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => csv.read(line));
}

const queries = files('nvidia').filter(([, name]) => name.endsWith('.csv'));

test.skipIf(queries.length === 0).each(queries)('%s/%s: one device with its figures', (sub, name) => {
  const setup = setupOf(text(sub, name), 0);
  if ('code' in setup) throw new Error(setup.reason);
  const [one] = setup.devices;
  expect(setup.devices).toHaveLength(1);
  expect(one?.device).toMatchObject({ index: 0, kind: 'gpu', notes: expect.any(Array) });
  expect(one?.device.memoryBytes).toBeGreaterThan(7e9);
  expect(one?.device.powerLimitWatts).toBeGreaterThan(200);
  expect(one?.device.isSliced).toBe(name.includes('mig') ? true : name.includes('geforce') ? null : false);
  expect(one?.fields).toContain('power.draw.instant');
  const missing = setup.missing.map(({ column }) => column);
  expect(missing.includes('gpu0_utilization')).toBe(name.includes('mig'));
});

test.skipIf(queries.length === 0).each(files('nvidia').filter(([, name]) => name.endsWith('.fields.txt')))(
  '%s/%s: fields that the driver has are all found in a list of this kind',
  (sub, name) => {
    const fields = text(sub, name).trim().split('\n');
    const known = fieldsOfHelp(fields.map((field) => `"${field}"\nSays something.\n`).join('\n'));
    expect([...known].sort()).toEqual([...new Set(fields)].sort());
  },
);

const sessions = files('nvidia').filter(([, name]) => name.endsWith('.sample.txt'));

test.skipIf(sessions.length === 0).each(sessions)('%s/%s: each section is read or refused', (sub, name) => {
  const sections = text(sub, name).split(/^=== /m).slice(1);
  expect(sections.length).toBeGreaterThan(5);
  for (const section of sections) {
    const [title = '', ...body] = section.split('\n');
    const output = body.filter((line) => !line.startsWith('$ ')).join('\n');
    const isQuery = title.includes('query-gpu');
    const isApps = title.includes('query-compute-apps');
    const lines = linesOf(output, isApps ? 'gpu_uuid' : 'uuid');
    const kinds = new Set(lines.map(({ kind }) => kind));
    if (isQuery) {
      // The captures were cut to 38 fields, the header and a row alike.
      expect(kinds, title).toEqual(new Set(['header', 'row']));
    } else if (isApps) {
      expect(kinds.has('header'), title).toBe(true);
      expect(kinds.has('error'), title).toBe(false);
    } else {
      for (const line of lines) {
        expect(line.kind, title).toBe('refused');
        if (line.kind === 'refused') expect(line.reason.length).toBeGreaterThan(10);
      }
    }
  }
});

test.skipIf(sessions.length === 0).each([...files('nvidia-xml'), ...files('errors')])(
  '%s/%s: no figures, and the reason says what was printed',
  (sub, name) => {
    const setup = setupOf(text(sub, name), name.includes('exit9') ? 9 : 0);
    expect(setup).toMatchObject({ code: name.includes('exit9') ? 'NO_DRIVER' : 'NO_DEVICE' });
    if ('reason' in setup) expect(setup.reason).toContain('It said: ');
  },
);

/** Figures that stand in the captures, worked out by hand. */
const known: Readonly<Record<string, object>> = {
  'amd-smi__metric-p__changelog-6.1.json': [{ index: 0, power: 10, utilization: Number.NaN }],
  'amd-smi__metric-u__W7700__beszel737.json': [{ index: 0, utilization: 0.42, memoryUtilization: 0.01 }],
  'amd-smi__metric__banner+list__clustermon-test.txt': [
    { index: 1, power: 142, memoryUsed: 49148 * 2 ** 20, temperature: 45 },
    { index: 0, power: 90, memoryUsed: 0, temperature: 30, utilization: 0 },
  ],
  'amd-smi__metric-watch__allNA__rocm-systems-2720.txt': [{ index: 0, power: Number.NaN, smClock: Number.NaN }],
  'amd-smi__static__python-warnings-prefix__ajean39.txt': [
    { index: 0, name: 'AMD Radeon RX 7800 XT', power: Number.NaN },
  ],
  'rocm-smi__2019-lowercase-c__RainbowMiner749.json': [{ index: 0, power: 222, temperature: 77 }],
  'rocm-smi__APU-780M__rocm6.2.4__si960.json': [
    { index: 0, power: 7.222, utilization: 0.19, smClock: 8e8, name: 'Phoenix3' },
  ],
  'telegraf__rocm-smi__rx6700xt_rocm602.json': [{ index: 0, power: Number.NaN, memoryUsed: 1572757504 }],
  'telegraf__rocm-smi__vega-10-XT.json': [{ index: 0, power: 15, memoryUtilization: Number.NaN, smClock: 1.269e9 }],
  'telegraf__rocm-smi__mi100_rocm602.json': [{}, {}, {}, {}],
  'telegraf__rocm-smi__mi100_rocm571.json': [{}, {}, {}, {}, {}, {}],
};
const refused: Readonly<Record<string, string>> = {
  'amd-smi__metric__human__joular67.txt': 'NOT_JSON',
  'rocm-smi__nodata.txt': 'NO_DEVICE',
};
const answers = files('amd');

test.skipIf(answers.length === 0).each(answers)('%s/%s: read to its devices, or refused', (sub, name) => {
  const read: (output: string) => AmdAnswer = name.includes('amd-smi__') ? readAmdSmi : readRocmSmi;
  const answer = read(text(sub, name));
  if (refused[name] !== undefined) {
    expect(answer).toMatchObject({ code: refused[name] });
    return;
  }
  if ('code' in answer) throw new Error(`${answer.code}: ${answer.text}`);
  if (known[name] !== undefined) expect(answer.devices).toMatchObject(known[name]);
  for (const device of answer.devices) {
    expect(device.power >= 0 || Number.isNaN(device.power)).toBe(true);
  }
});

import { expect, test } from 'vitest';
import { casesAsCsv } from '../../../src/report/csv.ts';
import { caseTableSection } from '../../../src/report/sections/case-table.ts';
import { environmentSection } from '../../../src/report/sections/environment.ts';
import { missingSection } from '../../../src/report/sections/missing.ts';
import type { CaseEnergy } from '../../../src/results/energy.ts';
import type { CollectorState, DeviceState } from '../../../src/results/events.ts';
import type { Case } from '../../../src/results/run.ts';
import { inputOf, sketchRun } from '../fixtures.ts';

const measured = sketchRun('energy', [
  { workload: 'a', batchSize: 1 },
  { workload: 'b', batchSize: 2 },
]);

const energy: CaseEnergy = {
  joulesPerItem: 0.0123,
  meanPowerWatts: 300,
  method: 'power',
  covers: ['gpu'],
  uncertainty: 0.06,
  idleSubtracted: {
    joulesPerItem: 0.0082,
    meanPowerWatts: 200,
    idleWatts: 100,
    idleSpreadWatts: 0.5,
    uncertainty: 0.065,
  },
  devices: [
    {
      id: 'd',
      kind: 'gpu',
      name: 'A board',
      joulesPerItem: 0.0123,
      meanPowerWatts: 300,
      method: 'power',
      sensorCoverage: 0.25,
      sensorSource: 'a study',
      uncertainty: 0.06,
      idleSubtracted: null,
    },
  ],
};

/** The run with the first case's energy as given; the second has none. */
function withEnergy(first: CaseEnergy, reasons: Case['reasons'] = {}) {
  const [one, other] = measured.run.cases;
  if (one === undefined || other === undefined) throw new Error('Two cases were sketched.');
  const cases = [{ ...one, energy: first, reasons: { ...one.reasons, ...reasons } }, other];
  return inputOf({ ...measured, run: { ...measured.run, cases } });
}

test('energy has columns where a case has any, and none where none has', () => {
  const titles = (input: Parameters<typeof caseTableSection>[0]) =>
    caseTableSection(input).tables[0]?.columns.map(({ title }) => title) ?? [];
  expect(titles(inputOf(measured))).not.toContain('Energy an item');
  const table = caseTableSection(withEnergy(energy)).tables[0];
  const at = titles(withEnergy(energy)).indexOf('Energy an item');
  const cells = table?.rows.map((row) => row.cells.slice(at, at + 3).map(({ text }) => text));
  expect(cells).toEqual([
    ['12.3 mJ ± 6 % (sensor 25 %)', '8.2 mJ ± 6.5 %', '300'],
    ['–', '–', '–'],
  ]);
  expect(table?.rows[0]?.cells[at]?.note).toBe(
    'of GPU boards (1 sensor), ± 6 %, sensor covers 25 % of the time, 100 W at rest (standard deviation 0.500 W)',
  );
});

test('of an engine in a process of its own, energy says that it holds what was drawn while tensors travelled', () => {
  const noteOf = (inLatency: boolean) => {
    const { runs } = withEnergy(energy);
    const transport = { unit: 's', mean: 0.002, echo: 0.0015, share: 0.1, inLatency } as const;
    const changed = runs.map((one) => ({
      ...one,
      run: { ...one.run, cases: one.run.cases.map((of) => ({ ...of, transport })) },
    }));
    const [table] = caseTableSection({ ...withEnergy(energy), runs: changed }).tables;
    const at = table?.columns.findIndex(({ title }) => title === 'Energy an item') ?? -1;
    return table?.rows[0]?.cells[at]?.note;
  };
  expect(noteOf(false)).toMatch(/, with what was drawn while tensors travelled to the engine$/);
  expect(noteOf(true)).not.toContain('travelled');
});

test('why nothing was taken off is said once, not again for each device', () => {
  const why = { code: 'IDLE_NOT_QUIET', need: null, have: 'gpu0 was 30 % busy' };
  const section = missingSection(
    withEnergy(
      { ...energy, idleSubtracted: null },
      { 'energy.idleSubtracted': why, 'energy.devices.0.idleSubtracted': why },
    ),
  );
  const rows = section.tables[0]?.rows.filter((row) => row.cells[1]?.text.includes('at rest before')) ?? [];
  expect(rows.map((row) => row.cells[0]?.text)).toEqual(['energy above what is drawn at rest']);
});

test('the CSV has the energy raw and above rest, in base units, and is empty where there is none', () => {
  const [head = '', first = '', second = ''] = casesAsCsv(withEnergy(energy)).split('\r\n');
  const names = head.split(',');
  const of = (line: string, name: string) => line.split(',')[names.indexOf(name)];
  expect(of(first, 'energy_j_per_item')).toBe('0.0123');
  expect(of(first, 'energy_above_idle_j_per_item')).toBe('0.0082');
  expect(of(first, 'power_sensor_coverage')).toBe('0.25');
  expect(of(second, 'energy_j_per_item')).toBe('');
  expect(of(second, 'power_sensor_coverage')).toBe('');
});

test('the machine has what limits each device and the processor; a result of an older version says that it is not known', () => {
  const board: DeviceState = {
    id: 'd',
    index: 0,
    kind: 'gpu',
    vendor: 'NVIDIA',
    name: 'A board',
    driver: '590.48',
    memoryBytes: null,
    powerLimitWatts: 250,
    isSliced: null,
    notes: [],
  };
  const collector: CollectorState = {
    name: 'nvidia',
    available: true,
    code: null,
    reason: null,
    columns: [{ name: 'gpu0_power', unit: 'W', description: '' }],
    devices: [board],
  };
  const input = inputOf({ ...measured, run: { ...measured.run, collectors: [collector] } });
  const machine = environmentSection(input).tables.find(({ caption }) => caption === 'Machine');
  const lines = Object.fromEntries((machine?.rows ?? []).map(({ cells }) => [cells[0]?.text, cells[1]?.text]));
  expect(lines.gpu0).toBe('A board, driver 590.48; limit 250 W');
  expect(lines['Power settings of the processor']).toBe('not known');
});

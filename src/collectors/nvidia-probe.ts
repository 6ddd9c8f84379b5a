import { commandResult } from '../kernel/command-output.ts';
import type { Column, Device, MissingColumn } from './collector.ts';
import { errorCode, exitMeaning, SmiCsv, type SmiRow } from './nvidia-csv.ts';
import { fieldFigure, fieldsOfHelp, firstField, nvidiaColumns, staticFields, unknownField } from './nvidia-fields.ts';
import { nvidiaPower, powerFields } from './nvidia-power.ts';
import { nvidiaPowerSensor } from './power-sensor.ts';
import { figureOf, readCell } from './tool-cell.ts';

/** A device with the field of nvidia-smi that fills each of its columns; null where none does. */
export interface NvidiaDevice {
  readonly device: Device;
  readonly fields: readonly (string | null)[];
}

export interface NvidiaSetup {
  readonly devices: readonly NvidiaDevice[];
  readonly columns: readonly Column[];
  readonly missing: readonly MissingColumn[];
}

/** Columns of a device beside those of {@link nvidiaColumns}; they stand behind them. */
const ownColumns: readonly Column[] = [
  {
    name: 'foreign_processes',
    unit: 'count',
    description: 'Processes that compute on the device and are not the measured one, at the beginning and at the end',
  },
  {
    name: 'age',
    unit: 's',
    description: 'How long before the row these figures had come',
  },
];

export const columnsPerDevice = nvidiaColumns.length + ownColumns.length;

const secondsForHelp = 2;
const secondsForQuery = 6;

/** What nvidia-smi answered when it was asked for the devices, or why it has no answer. */
export async function probeNvidia(
  program: string,
): Promise<NvidiaSetup | { readonly code: string; readonly reason: string }> {
  const help = await commandResult(program, ['--help-query-gpu'], { seconds: secondsForHelp });
  const known = fieldsOfHelp(help.stdout);
  const wanted = [...new Set([...nvidiaColumns.flatMap(({ fields }) => fields), ...powerFields, ...staticFields])];
  let fields = known.size === 0 ? wanted : wanted.filter((field) => known.has(field));
  // A driver that has no help of this kind names one field at a time that it does not know.
  for (;;) {
    const query = `--query-gpu=${fields.join(',')}`;
    const result = await commandResult(program, [query, '--format=csv,nounits'], { seconds: secondsForQuery });
    if (result.timedOut) {
      return {
        code: 'SENSOR_HUNG',
        reason: `${program} did not answer within ${secondsForQuery} s: its driver hangs.`,
      };
    }
    const output = `${result.stdout}\n${result.stderr}`;
    const unknown = unknownField(output);
    if (unknown !== null && fields.includes(unknown)) {
      fields = fields.filter((field) => field !== unknown);
      continue;
    }
    return setupOf(output, result.exitCode);
  }
}

/** Devices and columns from the answer of nvidia-smi to a query for all fields that are wanted. */
export function setupOf(
  output: string,
  exitCode: number | null,
): NvidiaSetup | { readonly code: string; readonly reason: string } {
  const csv = new SmiCsv('uuid');
  const rows: SmiRow[] = [];
  const complaints: string[] = [];
  for (const line of output.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const read = csv.read(line);
    if (read.kind === 'row') {
      const index = read.row.cells.get('index') ?? 'nothing';
      if (/^\d{1,4}$/.test(index)) rows.push(read.row);
      else complaints.push(`a device with ${index} in the place of its number.`);
    } else if (read.kind === 'error') complaints.push(read.text);
    else if (read.kind === 'refused') complaints.push(read.reason);
  }
  const said = complaints.length === 0 ? '' : ` It said: ${complaints.slice(0, 3).join(' ')}`;
  const [first] = rows;
  if (first === undefined) {
    const { code, meaning } =
      exitCode === null || exitCode === 0
        ? { code: 'NO_DEVICE', meaning: 'it named no device' }
        : exitMeaning(exitCode);
    const named = complaints.map(errorCode).find((one) => one !== null);
    return { code: named ?? code, reason: `nvidia-smi has no figures (exit code ${exitCode}: ${meaning}).${said}` };
  }

  const devices = rows.map((row) => deviceOf(row, said));
  return {
    devices,
    columns: devices.flatMap(({ device, fields }) => columnsOf(device.index, fields)),
    missing: devices.flatMap(({ device, fields }, index) => missingOf(device, fields, rows[index] ?? first)),
  };
}

function deviceOf(row: SmiRow, said: string): NvidiaDevice {
  const text = (field: string): string | null => {
    const cell = row.cells.get(field) ?? '';
    const read = readCell(cell);
    return typeof read === 'number' || read.code === 'NOT_A_NUMBER' || read.code === 'UNKNOWN_UNIT' ? cell : null;
  };
  const figure = (field: string): number | null => {
    const value = figureOf(fieldFigure(row, field));
    return Number.isFinite(value) ? value : null;
  };
  const mig = text('mig.mode.current');
  const recovery = text('gpu_recovery_action');
  const model = text('driver_model.current');
  const persistence = text('persistence_mode');
  const notes = [
    ...(recovery === null ? [] : [`The driver asks for a recovery of this device: ${recovery}.`]),
    ...(model === 'WDDM' ? ['Driver model WDDM: memory is managed by Windows, and not told by process.'] : []),
    ...(persistence === 'Disabled' ? ['Persistence mode is off: the first use after a pause loads the driver.'] : []),
    ...(said === '' ? [] : [`nvidia-smi complained when it was asked.${said}`]),
  ];
  return {
    device: {
      uuid: row.cells.get('uuid') ?? '',
      index: Number(row.cells.get('index')),
      kind: 'gpu',
      vendor: 'NVIDIA',
      name: text('name'),
      driver: text('driver_version'),
      memoryBytes: figure('memory.total'),
      powerLimitWatts: figure('power.limit'),
      isSliced: mig === null ? null : mig === 'Enabled',
      power: nvidiaPower(row),
      ...nvidiaPowerSensor(text('name')),
      notes,
    },
    fields: nvidiaColumns.map(({ fields }) => firstField(row, fields)),
  };
}

function columnsOf(index: number, fields: readonly (string | null)[]): Column[] {
  const sampled = nvidiaColumns.map(({ name, unit, description }, at) => {
    const field = fields[at];
    return { name: `gpu${index}_${name}`, unit, description: `${description}${field ? ` (${field})` : ''}.` };
  });
  const own = ownColumns.map(({ name, unit, description }) => ({
    name: `gpu${index}_${name}`,
    unit,
    description: `${description}.`,
  }));
  return [...sampled, ...own];
}

function missingOf(device: Device, fields: readonly (string | null)[], row: SmiRow): MissingColumn[] {
  return nvidiaColumns.flatMap((column, at): MissingColumn[] => {
    if (fields[at] !== null) return [];
    // What the driver says of the field that it knows counts; of those that it does not know, the first.
    const asked = column.fields.find((field) => row.cells.has(field)) ?? column.fields[0] ?? '';
    const read = fieldFigure(row, asked);
    const why = typeof read === 'number' ? { code: 'NOT_TOLD', text: String(read) } : read;
    const sliced = device.isSliced ? ' The device is cut into slices (MIG), of which nvidia-smi tells less.' : '';
    return [
      {
        column: `gpu${device.index}_${column.name}`,
        code: why.code,
        reason: `nvidia-smi answers ${why.text} for ${asked}.${sliced}`,
      },
    ];
  });
}

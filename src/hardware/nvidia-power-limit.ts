import { errorCode, exitMeaning, SmiCsv, type SmiRow } from '../collectors/nvidia-csv.ts';
import { fieldFigure, unknownField } from '../collectors/nvidia-fields.ts';
import { figureOf } from '../collectors/tool-cell.ts';
import { commandResult } from '../kernel/command-output.ts';

/** A device of NVIDIA and the limits of its power in watts; null: not told. */
export interface PowerLimits {
  readonly uuid: string;
  readonly index: number;
  readonly vendor: 'NVIDIA';
  readonly name: string | null;
  /** Whether it is cut into slices (MIG): its limit is that of the whole device. */
  readonly isSliced: boolean | null;
  /** The limit that holds, unless something else than a user, such as the board's firmware, holds it lower still. */
  readonly limitWatts: number | null;
  readonly leastWatts: number | null;
  readonly mostWatts: number | null;
  /** Whether the driver stays loaded while nobody uses the device. */
  readonly persistence: boolean | null;
}

/** Why the tool did not do what it was asked for, in its own words. */
export interface ToolRefusal {
  readonly code: string;
  readonly reason: string;
}

/** Fields of the query; the name is the last, because there may be commas in it. */
const fields = [
  'index',
  'uuid',
  'power.limit',
  'power.min_limit',
  'power.max_limit',
  'persistence_mode',
  'mig.mode.current',
  'name',
] as const;

/** The first question may wait for a driver to be loaded. */
const secondsToAnswer = 8;

/** The devices of NVIDIA with the limits of their power, or why nvidia-smi does not tell. Sets nothing, never throws. */
export async function readPowerLimits(program: string): Promise<readonly PowerLimits[] | ToolRefusal> {
  let asked: readonly string[] = fields;
  for (;;) {
    const query = [`--query-gpu=${asked.join(',')}`, '--format=csv,nounits'];
    const { exitCode, stdout, stderr, timedOut } = await commandResult(program, query, { seconds: secondsToAnswer });
    if (timedOut) return hung('tell the limits of its devices');
    const output = `${stdout}\n${stderr}`;
    const unknown = unknownField(output);
    if (unknown !== null && asked.includes(unknown)) {
      asked = asked.filter((field) => field !== unknown);
      continue;
    }
    const devices = rowsOf(output).flatMap(limitsOf);
    return devices.length > 0 ? devices : refusal(exitCode, output, 'it named no device');
  }
}

/**
 * Sets the limit of one device, which needs the rights of root. Answers with null when the tool says that it did, which is no proof: of a device whose
 * limit cannot be changed it warns, and ends well all the same. Never throws.
 */
export async function writePowerLimit(program: string, uuid: string, watts: number): Promise<ToolRefusal | null> {
  const words = ['-i', uuid, '-pl', String(watts)];
  const { exitCode, stdout, stderr, timedOut } = await commandResult(program, words, { seconds: secondsToAnswer });
  if (timedOut) return hung('set the limit');
  const output = `${stdout}\n${stderr}`;
  if (exitCode === 0 && !/not supported|insufficient permissions/i.test(output)) return null;
  return refusal(exitCode, output, 'it did not say why');
}

/** The line that sets the limit of a device, for a person to copy. */
export function powerLimitLine(uuid: string, watts: number): string {
  return `sudo nvidia-smi -i ${uuid} -pl ${watts}`;
}

function rowsOf(output: string): SmiRow[] {
  const csv = new SmiCsv('uuid');
  return output.split(/\r?\n/).flatMap((line) => {
    if (line.trim() === '') return [];
    const read = csv.read(line);
    return read.kind === 'row' ? [read.row] : [];
  });
}

function limitsOf(row: SmiRow): PowerLimits[] {
  const index = row.cells.get('index') ?? '';
  const uuid = row.cells.get('uuid') ?? '';
  if (!/^\d{1,4}$/.test(index) || !/^GPU-\S+$/.test(uuid)) return [];
  const watts = (field: string): number | null => {
    const value = figureOf(fieldFigure(row, field));
    return Number.isFinite(value) ? value : null;
  };
  const isOn = (field: string): boolean | null => {
    const cell = row.cells.get(field);
    return cell === 'Enabled' ? true : cell === 'Disabled' ? false : null;
  };
  const name = row.cells.get('name') ?? '';
  return [
    {
      uuid,
      index: Number(index),
      vendor: 'NVIDIA',
      name: name === '' || name.startsWith('[') ? null : name,
      isSliced: isOn('mig.mode.current'),
      limitWatts: watts('power.limit'),
      leastWatts: watts('power.min_limit'),
      mostWatts: watts('power.max_limit'),
      persistence: isOn('persistence_mode'),
    },
  ];
}

/** The first line that says what is wrong, and the code of it. */
function refusal(exitCode: number | null, output: string, otherwise: string): ToolRefusal {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const said = lines.find((line) => codeOf(line) !== null) ?? lines.find((line) => line !== '') ?? otherwise;
  const byExit = exitCode === null || exitCode === 0 ? 'TOOL_FAILED' : exitMeaning(exitCode).code;
  return {
    code: codeOf(said) ?? byExit,
    reason: `nvidia-smi (exit code ${exitCode}): ${said.slice(0, 240).replace(/\.$/, '')}`,
  };
}

/** What a line of the tool complains of; null for one that does not. */
function codeOf(line: string): string | null {
  if (/insufficient permissions/i.test(line)) return 'NO_PERMISSION';
  if (/not supported/i.test(line)) return 'NOT_SUPPORTED';
  if (/is not a valid power limit/i.test(line)) return 'OUT_OF_RANGE';
  return errorCode(line);
}

function hung(what: string): ToolRefusal {
  return { code: 'SENSOR_HUNG', reason: `nvidia-smi did not ${what} within ${secondsToAnswer} s: its driver hangs.` };
}

import { basename } from 'node:path';
import { commandResult } from '../kernel/command-output.ts';
import { findProgram } from '../kernel/find-program.ts';
import { SmiCsv, type SmiRow } from './nvidia-csv.ts';
import { fieldFigure } from './nvidia-fields.ts';

/** Memory of a device at one moment, and who holds it. */
export interface DeviceMemory {
  /** Number of the device, as in the names of the collector's columns. */
  readonly index: number;
  readonly uuid: string;
  readonly totalBytes: number | null;
  readonly freeBytes: number | null;
  /** null: it is not told. In a container the driver often names none, or processes by numbers that are not those in it. */
  readonly holders:
    | readonly { readonly pid: number; readonly name: string | null; readonly bytes: number | null }[]
    | null;
}

const secondsForQuery = 6;

/** Asks nvidia-smi once for the memory of all NVIDIA devices. Empty where it is not there, fails or hangs; never throws. */
export async function readNvidiaMemory(
  find: (name: string) => string | null = findProgram,
): Promise<readonly DeviceMemory[]> {
  const program = find('nvidia-smi');
  if (program === null) return [];
  const devices = await query(program, '--query-gpu=index,uuid,memory.total,memory.free', 'uuid');
  if (devices === null) return [];
  const apps = await query(program, '--query-compute-apps=gpu_uuid,pid,used_gpu_memory,name', 'gpu_uuid');
  return devices.flatMap((row): DeviceMemory[] => {
    const index = Number(row.cells.get('index') ?? '');
    const uuid = row.cells.get('uuid') ?? '';
    if (!Number.isInteger(index) || row.cells.get('index') === '') return [];
    const holders = apps?.filter(({ cells }) => cells.get('gpu_uuid') === uuid).flatMap(holderOf) ?? null;
    return [{ index, uuid, totalBytes: figure(row, 'memory.total'), freeBytes: figure(row, 'memory.free'), holders }];
  });
}

/** The rows of an answer; null when it has none to give. */
async function query(program: string, asked: string, key: string): Promise<readonly SmiRow[] | null> {
  const { exitCode, stdout } = await commandResult(program, [asked, '--format=csv'], { seconds: secondsForQuery });
  if (exitCode !== 0) return null;
  const csv = new SmiCsv(key);
  return stdout.split(/\r?\n/).flatMap((line) => {
    const read = line.trim() === '' ? null : csv.read(line);
    return read?.kind === 'row' ? [read.row] : [];
  });
}

function holderOf(row: SmiRow): NonNullable<DeviceMemory['holders']>[number][] {
  const pid = Number(row.cells.get('pid') ?? '');
  if (!Number.isInteger(pid) || pid <= 0) return [];
  const program = row.cells.get('process_name') ?? row.cells.get('name') ?? '';
  const name = program === '' || program.startsWith('[') ? null : basename(program);
  return [{ pid, name, bytes: figure(row, 'used_gpu_memory') }];
}

function figure(row: SmiRow, field: string): number | null {
  const value = fieldFigure(row, field);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

import { cpus } from 'node:os';
import { availableCores } from '../kernel/available-cores.ts';
import { systemFolders } from './detect.ts';
import { gpuNames } from './device-names.ts';
import type { Identity } from './match.ts';

/** What this machine says of itself, in a millisecond: no tool is started. */
export function identifyMachine(folders: { readonly proc: string; readonly sys: string } = systemFolders): Identity {
  const name = cpus()[0]?.model.trim() ?? '';
  return {
    processor: name === '' || name === 'unknown' ? null : name,
    availableCores: availableCores(),
    gpus: gpuNames(folders),
  };
}

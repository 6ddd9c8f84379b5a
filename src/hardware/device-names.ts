import { join } from 'node:path';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';

/** A device by the name that its driver gives it. */
export interface NamedDevice {
  readonly name: string;
  /** The file that says so. */
  readonly evidence: string;
}

/**
 * The GPUs of this machine by name, as far as files tell it: NVIDIA's driver has one for each GPU, amdgpu one for server cards. No tool is
 * started: with a broken driver some never end. Linux only; empty elsewhere.
 */
export function gpuNames(folders: { readonly proc: string; readonly sys: string }): readonly NamedDevice[] {
  return [...ofNvidia(folders.proc), ...ofAmd(folders.sys)];
}

function ofNvidia(procRoot: string): NamedDevice[] {
  const folder = join(procRoot, 'driver', 'nvidia', 'gpus');
  return namesIfReadable(folder).flatMap((address) => {
    const evidence = join(folder, address, 'information');
    const name = /^Model:\s*(.+?)\s*$/m.exec(textIfReadable(evidence) ?? '')?.[1];
    return name === undefined ? [] : [{ name, evidence }];
  });
}

function ofAmd(sysRoot: string): NamedDevice[] {
  const folder = join(sysRoot, 'class', 'drm');
  return namesIfReadable(folder)
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((card) => {
      const evidence = join(folder, card, 'device', 'product_name');
      const name = textIfReadable(evidence)?.trim() ?? '';
      return name === '' ? [] : [{ name, evidence }];
    });
}

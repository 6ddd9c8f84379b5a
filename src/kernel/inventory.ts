import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { withTimeout } from './lifecycle.ts';

/**
 * What this machine is, as far as it can be known: null where not. Serial numbers and UUIDs, which the source also offers, are left
 * out here, so that nothing downstream can write them.
 */
export interface Inventory {
  readonly os: {
    readonly platform: string;
    readonly distribution: string | null;
    readonly release: string | null;
    readonly kernel: string;
    readonly arch: string;
  };
  readonly cpu: {
    readonly vendor: string | null;
    readonly model: string | null;
    readonly physicalCores: number | null;
    readonly logicalCores: number;
    readonly flags: readonly string[];
    readonly maximumHertz: number | null;
  };
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number | null };
  /** The machine's maker and model, and the hypervisor when it is a virtual one. */
  readonly system: {
    readonly manufacturer: string | null;
    readonly model: string | null;
    readonly hypervisor: string | null;
  };
}

const secondsAllowed = 5;

/**
 * Takes the inventory of this machine. The host's figures: limits of a container are in `cgroup.ts`. Never throws: a source that fails
 * or takes longer than 5 s (it starts tools of the system, such as `lscpu`) leaves null.
 */
export async function takeInventory(): Promise<Inventory> {
  // Only these calls: others of this package start many more tools or report the serial numbers of disks and boards.
  const { cpu, mem, osInfo, system } = await import('systeminformation');
  const [processor, memory, software, machine] = await Promise.all([
    orNull(cpu()),
    orNull(mem()),
    orNull(osInfo()),
    orNull(system()),
  ]);
  const logical = cpus();
  return {
    os: {
      platform: platform(),
      distribution: known(software?.distro),
      release: known(software?.release),
      kernel: known(software?.kernel) ?? release(),
      arch: arch(),
    },
    cpu: {
      vendor: known(processor?.vendor),
      model: known(logical[0]?.model) ?? known(`${processor?.manufacturer ?? ''} ${processor?.brand ?? ''}`),
      physicalCores: positive(processor?.physicalCores),
      logicalCores: logical.length > 0 ? logical.length : (positive(processor?.cores) ?? availableParallelism()),
      flags: (processor?.flags ?? '').split(/\s+/).filter((flag) => flag !== ''),
      maximumHertz: scaled(positive(processor?.speedMax), 1e9),
    },
    memory: { totalBytes: memory?.total ?? totalmem(), availableBytes: memory?.available ?? null },
    system: {
      manufacturer: known(machine?.manufacturer),
      model: known(machine?.model),
      hypervisor: machine?.virtual === true ? (known(machine.virtualHost) ?? 'unknown hypervisor') : null,
    },
  };
}

/** Bytes of memory that programs could still take without swapping, on any system; null when it cannot be found out. */
export async function availableMemoryBytes(): Promise<number | null> {
  const { mem } = await import('systeminformation');
  return (await orNull(mem()))?.available ?? null;
}

/** The answer of a source, or null when it fails or hangs. */
async function orNull<T>(source: Promise<T>): Promise<T | null> {
  try {
    return await withTimeout(source, secondsAllowed, 'inventory of this machine');
  } catch {
    return null;
  }
}

/** Sources say "unknown" in several ways: nothing, blanks, `unknown`, `Not Specified`. */
function known(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || /^(unknown|not specified|default string|to be filled.*)$/i.test(trimmed) ? null : trimmed;
}

function positive(value: number | undefined): number | null {
  return value !== undefined && value > 0 ? value : null;
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

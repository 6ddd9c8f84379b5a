import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { processorName } from '../../kernel/processor-name.ts';

/** What WebGPU computes on. */
export interface WebGpuDevice {
  readonly name: string;
  /** `software`: a Vulkan driver that computes on the processor: no figure of it is one of a GPU. null: nothing tells. */
  readonly kind: 'hardware' | 'software' | null;
}

/** What a process shows of the devices that it uses while it has a session on one. */
export interface ProcessView {
  /** Names of the files that are mapped into it. */
  readonly libraries: readonly string[];
  /** Devices that it has open. */
  readonly openDevices: readonly string[];
  /** NVIDIA devices of the machine, by model. */
  readonly nvidia: readonly string[];
}

interface Driver {
  /** How the file of its library begins. */
  readonly library: string;
  readonly name: string;
}

const softwareDrivers: readonly Driver[] = [
  { library: 'libvk_swiftshader.so', name: 'SwiftShader' },
  { library: 'libvulkan_lvp.so', name: 'llvmpipe' },
];

const hardwareDrivers: readonly Driver[] = [
  { library: 'libGLX_nvidia.so', name: 'NVIDIA' },
  { library: 'libEGL_nvidia.so', name: 'NVIDIA' },
  { library: 'libvulkan_nouveau.so', name: 'NVIDIA (NVK)' },
  { library: 'libvulkan_radeon.so', name: 'AMD (RADV)' },
  { library: 'amdvlk64.so', name: 'AMD (AMDVLK)' },
  { library: 'libvulkan_intel.so', name: 'Intel (ANV)' },
  { library: 'libvulkan_intel_hasvk.so', name: 'Intel (HASVK)' },
  { library: 'libvulkan_asahi.so', name: 'Apple (Honeykrisp)' },
  { library: 'libvulkan_panfrost.so', name: 'Mali (PanVK)' },
  { library: 'libvulkan_freedreno.so', name: 'Adreno (Turnip)' },
  { library: 'libvulkan_broadcom.so', name: 'Broadcom (V3DV)' },
  { library: 'libvulkan_virtio.so', name: 'virtio (Venus)' },
  { library: 'libvulkan_dzn.so', name: 'Direct3D 12 (Dozen)' },
];

/** What drivers of hardware have open while they compute. */
const deviceFiles = /^\/dev\/(dri\/renderD\d+|nvidia\d+|dxg|mali\d+|kgsl-3d\d+)$/;

/**
 * What WebGPU computes on, seen from a process that has a session on it. The library does not tell: on Linux the driver that is mapped does. The Vulkan
 * loader maps all drivers that are installed, those without a device, too, so that software beside hardware is what computes only where no device
 * is open; with a choice, WebGPU takes hardware.
 */
export function webGpuDevice(view: ProcessView | null = processView()): WebGpuDevice {
  if (view === null) return { name: process.platform === 'darwin' ? 'Metal device' : 'WebGPU device', kind: null };
  const software = mapped(softwareDrivers, view);
  const hardware = mapped(hardwareDrivers, view);
  const names = [...new Set(hardware.map(({ name }) => name))];
  if (names.length > 0 && (view.openDevices.length > 0 || software.length === 0)) {
    const models = names.includes('NVIDIA') ? [...new Set(view.nvidia)] : [];
    const name = models.length > 0 ? models.join(' or ') : names.join(' or ');
    return { name, kind: view.openDevices.length > 0 ? 'hardware' : null };
  }
  if (software.length > 0) return { name: softwareName(software), kind: 'software' };
  return { name: 'WebGPU device of an unknown driver', kind: null };
}

function mapped(drivers: readonly Driver[], { libraries }: ProcessView): readonly Driver[] {
  return drivers.filter(({ library }) => libraries.some((name) => name.startsWith(library)));
}

function softwareName(drivers: readonly Driver[]): string {
  const processor = processorName();
  return `${drivers.map(({ name }) => name).join(' or ')} (software, on ${processor})`;
}

/** This process; null where there is no `/proc`. */
export function processView(): ProcessView | null {
  try {
    const maps = readFileSync('/proc/self/maps', 'utf8');
    const paths = maps.split('\n').flatMap((line) => /\s(\/.*)$/.exec(line)?.[1] ?? []);
    return {
      libraries: [...new Set(paths.map((path) => basename(path)))],
      openDevices: openFiles().filter((path) => deviceFiles.test(path)),
      nvidia: nvidiaModels(),
    };
  } catch {
    return null;
  }
}

function openFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(join('/proc/self/fd', descriptor))];
    } catch {
      return []; // closed meanwhile
    }
  });
}

function nvidiaModels(): readonly string[] {
  const folder = '/proc/driver/nvidia/gpus';
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((device) => {
    const text = readFileSync(join(folder, device, 'information'), 'utf8');
    return /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? [];
  });
}

/** What a machine has of Vulkan. */
export interface VulkanState {
  /** Whether the loader, libvulkan.so.1, can be opened. */
  readonly hasLoader: boolean;
  /** What names the drivers instead of the folders, and the files that it names; null: nothing does. */
  readonly chosen: { readonly variable: string; readonly files: readonly string[] } | null;
  /** Files that name drivers, in the folders where the loader looks for them. */
  readonly installed: readonly string[];
}

/** Vulkan on this machine, as its loader will find it. */
export function vulkanState(environment: NodeJS.ProcessEnv = process.env): VulkanState {
  const variable = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'].find((name) => (environment[name] ?? '') !== '');
  return {
    hasLoader: canOpen('libvulkan.so.1'),
    chosen: variable === undefined ? null : { variable, files: (environment[variable] ?? '').split(delimiter) },
    installed: driverFolders(environment).flatMap((folder) =>
      existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => name.endsWith('.json'))
            .map((name) => join(folder, name))
        : [],
    ),
  };
}

/** @see https://github.com/KhronosGroup/Vulkan-Loader/blob/main/docs/LoaderDriverInterface.md#driver-discovery-on-linux */
function driverFolders({
  XDG_CONFIG_HOME,
  XDG_CONFIG_DIRS,
  XDG_DATA_HOME,
  XDG_DATA_DIRS,
}: NodeJS.ProcessEnv): string[] {
  const or = (value: string | undefined, usual: string) => (value === undefined || value === '' ? usual : value);
  const roots = [
    or(XDG_CONFIG_HOME, join(homedir(), '.config')),
    or(XDG_CONFIG_DIRS, '/etc/xdg'),
    '/usr/local/etc:/etc',
    or(XDG_DATA_HOME, join(homedir(), '.local', 'share')),
    or(XDG_DATA_DIRS, '/usr/local/share:/usr/share'),
  ];
  return [...new Set(roots.flatMap((list) => list.split(delimiter)))].map((root) => join(root, 'vulkan', 'icd.d'));
}

/** Whether the dynamic linker finds a library: Node.js asks it by name, and then refuses what is no module of its own. */
function canOpen(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    return !/cannot open shared object file/.test(String(error));
  }
}

/** Why WebGPU finds no device on a machine that is so, and what to do. */
export function whyNoAdapter({ hasLoader, chosen, installed }: VulkanState): { reason: string; remedy: string } {
  if (!hasLoader) {
    return {
      reason: 'the Vulkan loader libvulkan.so.1, through which WebGPU reaches a device, is not found',
      remedy: 'apt-get install --yes libvulkan1',
    };
  }
  const absent = chosen?.files.filter((file) => !existsSync(file)) ?? [];
  if (chosen !== null && absent.length > 0) {
    return {
      reason: `${chosen.variable} names a Vulkan driver that is not there: ${absent.join(', ')}`,
      remedy: `unset ${chosen.variable}`,
    };
  }
  const drivers = chosen?.files ?? installed;
  if (drivers.length === 0) {
    return {
      reason: 'no Vulkan driver is installed: the loader has none to open',
      remedy:
        'apt-get install --yes mesa-vulkan-drivers # AMD and Intel; that of NVIDIA brings its own, in a container with NVIDIA_DRIVER_CAPABILITIES=all',
    };
  }
  return {
    reason: `no supported adapters: WebGPU takes no device of the Vulkan drivers ${drivers.map((file) => basename(file)).join(', ')}`,
    remedy:
      'apt-get install --yes vulkan-tools && vulkaninfo --summary # what the drivers offer: WebGPU needs newer ones, or a device',
  };
}

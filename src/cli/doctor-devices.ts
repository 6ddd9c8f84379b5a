import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { cudaErrorOf, knownErrors } from '../engine/diagnosis/explain-error.ts';
import { findAccelerators } from '../hardware/accelerators.ts';
import { loadCatalogue } from '../hardware/catalogue.ts';
import { type SystemFolders, systemFolders } from '../hardware/detect.ts';
import { gpuNames } from '../hardware/device-names.ts';
import { identifyMachine } from '../hardware/identity.ts';
import { type Identity, matchProfiles } from '../hardware/match.ts';
import { errorText } from '../kernel/errors.ts';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';
import { type Check, ok } from './doctor-check.ts';
import type { LibraryIndex } from './library-search.ts';

/**
 * The oldest driver for CUDA 12 of any minor version on Linux.
 * @see https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/index.html (table "CUDA Toolkit and Minimum Required Driver Version")
 */
const leastNvidiaDriver = '525.60.13';

const gpusOfContainer = 'In a container: docker run --gpus all (needs the NVIDIA Container Toolkit).';

/** The NVIDIA driver, from what it writes to files: its tools hang when it does. */
export function checkNvidia(index: LibraryIndex, folders: SystemFolders = systemFolders): Check {
  const name = 'nvidia';
  const module = versionIn(textIfReadable(join(folders.proc, 'driver', 'nvidia', 'version')));
  const files = namesIfReadable(folders.dev).filter((file) => /^nvidia\d+$/.test(file));
  const onBus = findAccelerators(folders).some(
    ({ vendor, evidence }) => vendor === 'NVIDIA' && evidence.startsWith('PCI'),
  );
  const library = libraryVersion(index);
  const warning = (message: string, fix: string): Check => ({ name, status: 'warning', message, fix });

  if (module === null && existsSync(join(folders.dev, 'dxg'))) {
    return library === null
      ? warning('the device of Windows (WSL 2) is here, but not libcuda.so.1', 'Install the NVIDIA driver on Windows.')
      : ok(name, 'the driver of Windows (WSL 2)');
  }
  if (module === null) {
    if (!onBus && files.length === 0)
      return { name, status: 'optional', message: 'no NVIDIA device is here', fix: null };
    const fix = `sudo modprobe nvidia; where that fails, install the driver. ${gpusOfContainer}`;
    return warning('an NVIDIA device is here, but its driver is not loaded', fix);
  }
  const devices = [...new Set(gpuNames(folders).map((gpu) => gpu.name))].join(', ') || 'names are not told';
  const driver = `driver ${module}, ${files.length} ${files.length === 1 ? 'device' : 'devices'} (${devices})`;
  if (files.length === 0) {
    return warning(`${driver}: there is no /dev/nvidia0`, `sudo nvidia-modprobe -u -c 0. ${gpusOfContainer}`);
  }
  if (library === null) {
    const fix = `Install the libraries of the driver. ${gpusOfContainer} With NVIDIA_DRIVER_CAPABILITIES=compute,utility.`;
    return warning(`${driver}: the loader does not find libcuda.so.1`, fix);
  }
  if (library !== '' && library !== module) {
    return warning(`${driver}, but libcuda.so.1 is of driver ${library}`, remedyOf('NVML_MISMATCH'));
  }
  if (isOlder(module, leastNvidiaDriver)) {
    return warning(`${driver}: CUDA 12 needs ${leastNvidiaDriver} or newer`, cudaErrorOf(35)?.remedy ?? '');
  }
  return ok(name, driver);
}

/** The AMD driver and ROCm, and whether this user may use them. */
export function checkAmd(
  folders: SystemFolders = systemFolders,
  mayUse: (path: string) => boolean = isReadableAndWritable,
): Check {
  const name = 'amd';
  const devices = findAccelerators(folders).filter(
    ({ vendor, kind, evidence }) => vendor === 'AMD' && kind === 'gpu' && evidence.startsWith('PCI'),
  );
  const kfd = join(folders.dev, 'kfd');
  const hasModule = existsSync(join(folders.sys, 'module', 'amdgpu'));
  if (devices.length === 0 && !existsSync(kfd)) {
    return { name, status: 'optional', message: 'no AMD device is here', fix: null };
  }
  const warning = (message: string, fix: string): Check => ({ name, status: 'warning', message, fix });
  if (!hasModule) return warning('an AMD device is here, but its driver amdgpu is not loaded', 'sudo modprobe amdgpu');
  if (!existsSync(kfd)) {
    const message = `the driver amdgpu is loaded, but there is no ${kfd}: nothing can be computed on the device`;
    return warning(message, remedyOf('HIP_NO_DEVICE'));
  }
  if (!mayUse(kfd)) return warning(`this user may not open ${kfd}`, remedyOf('HIP_NO_DEVICE'));
  const rocm = textIfReadable(join(folders.root, 'opt', 'rocm', '.info', 'version'));
  return ok(name, `driver amdgpu, ${kfd} may be used, ${rocm === null ? 'no ROCm in /opt/rocm' : `ROCm ${rocm}`}`);
}

/** The Vulkan drivers, through which WebGPU reaches a device on Linux. */
export function checkVulkan(
  index: LibraryIndex,
  root = '/',
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Check {
  const name = 'vulkan';
  const given = [environment.VK_DRIVER_FILES, environment.VK_ICD_FILENAMES].find(
    (list) => list !== undefined && list !== '',
  );
  const named = given?.split(delimiter) ?? [];
  const lost = named.filter((file) => !existsSync(file));
  if (lost.length > 0) {
    const message = `VK_ICD_FILENAMES names ${lost.join(', ')}, which is not there`;
    return { name, status: 'warning', message, fix: 'unset VK_ICD_FILENAMES VK_DRIVER_FILES' };
  }
  const folders = [
    ...['usr/share', 'usr/local/share', 'etc'].map((folder) => join(root, folder)),
    ...(root === '/' ? [join(homedir(), '.local', 'share')] : []),
  ];
  const found = folders.flatMap((folder) =>
    namesIfReadable(join(folder, 'vulkan', 'icd.d')).filter((file) => file.endsWith('.json')),
  );
  const drivers = given === undefined ? found : named.map((file) => basename(file));
  const missing = [
    ...(index.loadable.has('libvulkan.so.1') ? [] : ['libvulkan.so.1']),
    ...(drivers.length === 0 ? ['a driver in /usr/share/vulkan/icd.d'] : []),
  ];
  if (missing.length === 0) return ok(name, `drivers ${drivers.join(', ')}`);
  const message = `not here: ${missing.join(', ')}; only WebGPU needs them`;
  return { name, status: 'optional', message, fix: 'apt-get install libvulkan1 mesa-vulkan-drivers' };
}

/** Which hardware profiles are this machine's. */
export function checkProfile(
  machine: Identity = identifyMachine(),
  load: () => Parameters<typeof matchProfiles>[1] = () => loadCatalogue({ own: undefined }).profiles,
): Check {
  const name = 'profile';
  let profiles: ReturnType<typeof load>;
  try {
    profiles = load();
  } catch (error) {
    const fix = 'npx dyno hardware validate';
    return { name, status: 'problem', message: `the hardware profiles cannot be read (${errorText(error)})`, fix };
  }
  const matches = matchProfiles(machine, profiles);
  if (matches.length === 0) {
    const message = `none of ${profiles.length} hardware profiles is this machine's; it is measured as "local" all the same`;
    return { name, status: 'optional', message, fix: null };
  }
  const list = matches.map(
    ({ profile, confidence }) => `${profile.id}${confidence === 'part' ? ' (a part of one)' : ''}`,
  );
  return ok(name, `this machine is ${list.join(', ')}`);
}

/** The version in the file name that libcuda.so.1 stands for; empty when it has none; null when there is no such library. */
function libraryVersion({ loadable }: LibraryIndex): string | null {
  const folder = loadable.get('libcuda.so.1');
  if (folder === undefined) return null;
  try {
    return /^libcuda\.so\.(\d+\.\d+(?:\.\d+)?)$/.exec(basename(realpathSync(join(folder, 'libcuda.so.1'))))?.[1] ?? '';
  } catch {
    // A link that leads nowhere cannot be loaded either.
    return null;
  }
}

/** `NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 …`, or `… Open Kernel Module for x86_64  550.54.14  Release …`. */
function versionIn(text: string | null): string | null {
  return /\b(\d{3}\.\d{2,3}(?:\.\d{1,2})?)\b/.exec(text ?? '')?.[1] ?? null;
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

function isReadableAndWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function remedyOf(code: string): string {
  return knownErrors.find((error) => error.code === code)?.remedy ?? '';
}

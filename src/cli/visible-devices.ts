import type { Device } from '../collectors/collector.ts';

/** What tells whether a program may use a device. */
type Identified = Pick<Device, 'vendor' | 'name' | 'uuid' | 'index' | 'isSliced'>;

type Environment = Readonly<Record<string, string | undefined>>;

/** What tells programs which devices they may use, by vendor; of several that are set the first one holds. */
const variables: Readonly<Record<string, readonly string[]>> = {
  NVIDIA: ['CUDA_VISIBLE_DEVICES'],
  AMD: ['ROCR_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'CUDA_VISIBLE_DEVICES'],
};

/** Whether a program with this environment may use any device of a vendor, as far as that can be told without asking for them. */
export function mayUseDevices(vendor: 'NVIDIA' | 'AMD', environment: Environment): boolean {
  const names = namesFor(vendor, environment);
  return names === null || names.length > 0;
}

/**
 * The devices that a program with this environment may use: on those of others it does not matter what others do. All of them where the names cannot
 * be resolved: CUDA numbers unlike devices by their speed unless `CUDA_DEVICE_ORDER` is `PCI_BUS_ID`, which is how nvidia-smi numbers them.
 * @see https://docs.nvidia.com/cuda/cuda-c-programming-guide/#env-vars
 */
export function visibleDevices<One extends Identified>(
  devices: readonly One[],
  environment: Environment,
): readonly One[] {
  return devices.filter((device) => {
    const names = namesFor(device.vendor ?? '', environment);
    if (names === null) return true;
    const ofVendor = devices.filter(({ vendor }) => vendor === device.vendor);
    const isNumbered = isOrdered(ofVendor, environment);
    return names.some((name) => {
      if (/^\d+$/.test(name)) return !isNumbered || device.index === Number(name);
      if (name.startsWith('MIG-')) return device.isSliced === true;
      return device.uuid.startsWith(name);
    });
  });
}

/** The first name of NVIDIA's list that may be one of several devices, for which {@link visibleDevices} then answers with all of them; null: there is none. */
export function ambiguousName(devices: readonly Identified[], environment: Environment): string | null {
  const ofVendor = devices.filter(({ vendor }) => vendor === 'NVIDIA');
  const sliced = ofVendor.filter(({ isSliced }) => isSliced === true);
  const isAmbiguous = (name: string): boolean =>
    /^\d+$/.test(name) ? !isOrdered(ofVendor, environment) : name.startsWith('MIG-') && sliced.length > 1;
  return namesFor('NVIDIA', environment)?.find(isAmbiguous) ?? null;
}

/** Whether the numbers of devices of one vendor are those that its tool has for them. */
function isOrdered(devices: readonly Identified[], environment: Environment): boolean {
  const isAlike = new Set(devices.map(({ name }) => name)).size <= 1;
  const [first] = devices;
  return isAlike || environment.CUDA_DEVICE_ORDER === 'PCI_BUS_ID' || first?.vendor !== 'NVIDIA';
}

/** Names of devices as the vendor's variable lists them, up to the first that names none; null: there is no such list. */
function namesFor(vendor: string, environment: Environment): readonly string[] | null {
  const list = (variables[vendor] ?? []).map((name) => environment[name]).find((value) => value !== undefined);
  if (list === undefined) return null;
  const names = list.split(',').map((name) => name.trim());
  const end = names.findIndex((name) => !/^(\d+|(GPU|MIG)-\S+)$/.test(name));
  return end === -1 ? names : names.slice(0, end);
}

import type { HardwareProfile } from './profile.ts';

/** What a device adapts suites to: values of axes by the names that suites have for them. */
export interface AdaptedDevice {
  readonly id: string;
  readonly backend: string;
  readonly axes: Readonly<Record<string, readonly (string | number)[]>>;
}

/** The adaptation of a profile as values of axes; null where no backend runs on the device, or it adapts nothing. */
export function adaptedDevice({ id, adaptation }: HardwareProfile): AdaptedDevice | null {
  const { backend, batch_size, precision, fusion, threads, spinning } = adaptation;
  if (backend === undefined || backend === null) return null;
  const stated: Readonly<Record<string, readonly (string | number)[] | undefined>> = {
    backend: [backend],
    batch_size,
    precision,
    fusion,
    threads,
    spinning,
  };
  const axes = Object.entries(stated).flatMap(([axis, values]) =>
    values === undefined ? [] : [[axis, values] as const],
  );
  return { id, backend, axes: Object.fromEntries(axes) };
}

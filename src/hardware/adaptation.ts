import type { HardwareProfile } from './profile.ts';
import { optionBackends, providerOptionsFor } from './provider-options.ts';

/** What a device adapts suites to: values of axes by the names that suites have for them, and options of providers. */
export interface AdaptedDevice {
  readonly id: string;
  readonly backend: string;
  readonly axes: Readonly<Record<string, readonly (string | number)[]>>;
  /** What cases of a backend hand to its provider, by backend; one that is not there hands over nothing. */
  readonly providerOptions: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
}

/** The adaptation of a profile as values of axes; null where no backend runs on the device, or it adapts nothing. */
export function adaptedDevice({ id, adaptation }: HardwareProfile): AdaptedDevice | null {
  const { backend, batch_size, precision, fusion, threads, spinning, provider_options = {} } = adaptation;
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
  const byBackend = [...new Set([backend, ...optionBackends])].flatMap((one) => {
    const options = providerOptionsFor(one, backend, provider_options);
    return Object.keys(options).length === 0 ? [] : [[one, options] as const];
  });
  return { id, backend, axes: Object.fromEntries(axes), providerOptions: Object.fromEntries(byBackend) };
}

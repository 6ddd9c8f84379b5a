import { loadCatalogue } from '../../hardware/catalogue.ts';
import type { Figure, HardwareProfile } from '../../hardware/profile.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import { hasMeasured, legend, marked, printedNumber } from '../hardware-text.ts';
import type { Streams } from '../streams.ts';
import { textTable } from '../text-table.ts';

export interface HardwareListOptions {
  readonly vendor?: string;
  readonly kind?: string;
  readonly profiles?: string;
  readonly json?: boolean;
}

/** `dyno hardware list`: the profiles with their key figures, by vendor and kind. */
export async function hardwareListCommand(
  options: HardwareListOptions,
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  const { profiles } = loadCatalogue({ own: options.profiles });
  const chosen = chosenBy(profiles, options).sort(byVendorAndKind);
  if (options.json) {
    stdout.write(`${JSON.stringify(chosen, null, 2)}\n`);
    return 0;
  }
  const number = (figure: Figure, unit: string): string =>
    figure.value === null ? '–' : marked(printedNumber(figure.value, unit), figure.confidence);
  const table = textTable(chosen, [
    { title: 'profile', align: 'left', cell: ({ id }) => id },
    { title: 'kind', align: 'left', cell: ({ kind }) => kind },
    { title: 'fp32', align: 'right', cell: (one) => number(one.peakOperationsPerSecond.fp32, 'operations/s') },
    { title: 'fp16', align: 'right', cell: (one) => number(one.peakOperationsPerSecond.fp16, 'operations/s') },
    { title: 'int8', align: 'right', cell: (one) => number(one.peakOperationsPerSecond.int8, 'operations/s') },
    { title: 'GB', align: 'right', cell: ({ memory }) => number(memory.capacityBytes, 'bytes') },
    { title: 'GB/s', align: 'right', cell: ({ memory }) => number(memory.bandwidthBytesPerSecond, 'bytes/s') },
    { title: 'W', align: 'right', cell: ({ powerWatts }) => number(powerWatts.design, 'W') },
    { title: '', align: 'left', cell: ({ origin }) => (origin === 'own' ? 'own' : '') },
  ]);
  stdout.write(table);
  stderr.write(
    [
      `${chosen.length} of ${profiles.length} profiles. Peaks are dense, in TOP/s, ${hasMeasured(chosen) ? 'as data sheets state them, or measured (*).' : 'as data sheets state them: nothing here was measured.'}`,
      ...legend(table),
      '– not stated; "npx dyno hardware show PROFILE" says why, and has sources, prices and what suites adapt to.',
      '',
    ].join('\n'),
  );
  return 0;
}

function chosenBy(profiles: readonly HardwareProfile[], { vendor, kind }: HardwareListOptions): HardwareProfile[] {
  expectOne('--vendor', vendor, [...new Set(profiles.map((profile) => profile.vendor))]);
  expectOne('--kind', kind, ['gpu', 'cpu', 'npu', 'soc']);
  const fits = (asked: string | undefined, value: string): boolean =>
    asked === undefined || asked.toLowerCase() === value.toLowerCase();
  return profiles.filter((profile) => fits(vendor, profile.vendor) && fits(kind, profile.kind));
}

function expectOne(option: string, given: string | undefined, known: readonly string[]): void {
  if (given === undefined || known.some((one) => one.toLowerCase() === given.toLowerCase())) return;
  const near = nearest(given, known);
  const hint = near === null ? '' : ` Did you mean "${near}"?`;
  throw new InputError(
    'USAGE',
    `${option} ${given}: expected one of ${known.join(', ')}, got ${JSON.stringify(given)}.${hint}`,
  );
}

function byVendorAndKind(a: HardwareProfile, b: HardwareProfile): number {
  return a.vendor.localeCompare(b.vendor, 'en') || a.kind.localeCompare(b.kind, 'en') || a.id.localeCompare(b.id, 'en');
}

import { basename, extname } from 'node:path';
import type { Ceiling } from '../ceilings/ceiling.ts';
import type { Catalogue } from '../hardware/catalogue.ts';
import { profileFindings } from '../hardware/plausibility.ts';
import { localProfileId } from '../hardware/profile.ts';
import { type FigureFile, type PeakPrecision, type ProfileFile, profileId } from '../hardware/profile-schema.ts';
import { DynoError, InputError } from '../kernel/errors.ts';
import { formatDecimal, formatNumber } from '../units/format.ts';

/** What `dyno hardware measure` found, as far as a profile says it. */
export interface MeasuredMachine {
  /** As the backend names it. */
  readonly device: string;
  readonly stack: string;
  readonly version: string;
  readonly threads: number;
  readonly vendor: string | null;
  /** Such as `x64`. */
  readonly architecture: string;
  /** What results of machines like it are known by; null: the processor has no name. */
  readonly measuredOn: NonNullable<ProfileFile['measured_on']> | null;
  /** Day of the measurement, `2026-11-22`. */
  readonly date: string;
  readonly ceilings: readonly Ceiling[];
}

/**
 * The id of a profile that is written to this file. Throws `OPTION_INVALID` for a file whose name is no id, or whose id is a device's that is
 * known already: a measurement of this machine must not stand in its place.
 */
export function idOfMeasuredFile(file: string, { profiles }: Catalogue): string {
  const ending = extname(file);
  const id = basename(file, ending);
  const wrong = (expected: string) =>
    new InputError('OPTION_INVALID', `--out ${file}: expected ${expected}, got ${JSON.stringify(basename(file))}.`);
  if (!['.yaml', '.yml'].includes(ending)) throw wrong('a file that ends in .yaml');
  if (id === localProfileId || !profileId.safeParse(id).success) {
    throw wrong('a name of lower-case letters, digits, dots and dashes, other than "local", such as this-machine.yaml');
  }
  const owner = profiles.find((one) => one.origin === 'built-in' && (one.id === id || one.aliases.includes(id)));
  if (owner !== undefined) throw wrong(`a name that no device has (${owner.name} has this one)`);
  return id;
}

/**
 * A profile of this machine from its ceilings: figures from the median call, each with how it was taken. A precision that the engine computes
 * in another one has no figure, and says so. Nothing that was not measured is in it, and it recognises no machine by name.
 * Throws `MEASUREMENT_IMPLAUSIBLE` (exit 4) where the figures contradict each other.
 */
export function measuredProfile(id: string, machine: MeasuredMachine): ProfileFile {
  const { device, stack, version, threads, vendor, architecture, measuredOn, date, ceilings } = machine;
  const source = `dyno hardware measure, ${stack} ${version}, ${formatNumber(threads)} ${threads === 1 ? 'thread' : 'threads'}`;
  const figure = (ceiling: Ceiling | undefined, note: string, why: string | null): FigureFile => {
    if (ceiling === undefined) return { value: null, confidence: 'unverified', note: 'not measured' };
    if (ceiling.value === null) {
      return {
        value: null,
        source,
        date,
        confidence: 'measured',
        note: `not measured: ${ceiling.reason ?? 'no reason'}`,
      };
    }
    if (why !== null) return { value: null, source, date, confidence: 'measured', note: why };
    return { value: Number(ceiling.value.toPrecision(4)), source, date, confidence: 'measured', note };
  };
  const peaks = ceilings
    .filter(({ name }) => name === 'gemm')
    .map((one) => [one.precision, figure(one, productNote(one), elsewhere(one))] as const);
  const copy = ceilings.find(({ name }) => name === 'copy');
  const read = ceilings.find(({ name }) => name === 'read');
  const profile: ProfileFile = {
    id,
    name: `${device} as measured`,
    vendor: vendor ?? 'unknown',
    architecture,
    kind: 'cpu',
    note: 'What an engine reached on this machine, the median call: below what the data sheet of the device promises',
    ...(measuredOn === null ? {} : { measured_on: measuredOn }),
    peak_operations_per_second: Object.fromEntries(peaks) as Partial<Record<PeakPrecision, FigureFile>>,
    memory: {
      capacity_bytes: { value: null, confidence: 'unverified', note: 'of the machine, not of the processor' },
      bandwidth_bytes_per_second: figure(copy, copyNote(copy, read), null),
    },
    power_watts: {},
  };
  const errors = profileFindings(profile, date).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const lines = errors.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new DynoError(
      'MEASUREMENT_IMPLAUSIBLE',
      `The measured figures make no profile: ${lines.join('; ')}. Measure again on a quiet machine, with more --seconds.`,
      { exitCode: 4 },
    );
  }
  return profile;
}

/** Why a product tells nothing of the precision that it was asked for; null: it does. */
function elsewhere({ precision, computedIn }: Ceiling): string | null {
  if (computedIn === null || computedIn === precision) return null;
  if (precision === 'int8' && computedIn.startsWith('int8')) return null;
  return `the engine computes it in ${computedIn}`;
}

function productNote({ size, calls, best, computedIn }: Ceiling): string {
  const fastest = best === null ? '' : `, the fastest ${formatDecimal(best, 'OP/s')}`;
  const unseen = computedIn === null ? '; the engine does not tell what it computes in' : '';
  return `matrix product ${size ?? ''}, median of ${formatNumber(calls)} calls${fastest}${unseen}`;
}

function copyNote(copy: Ceiling | undefined, read: Ceiling | undefined): string {
  const weights = read?.value == null ? '' : `; the engine reads weights at ${formatDecimal(read.value, 'B/s')}`;
  return `copying ${copy?.size ?? ''}, bytes read and bytes written${weights}`;
}

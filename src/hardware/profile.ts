import {
  type AdaptationFile,
  type Confidence,
  type FigureFile,
  type PeakPrecision,
  type ProfileFile,
  peakPrecisions,
} from './profile-schema.ts';

/** A figure and what it rests on. A null value has its reason in `note`. */
export interface Figure {
  readonly value: number | null;
  readonly source: string | null;
  /** When the source was read, or is from: `2025-03-04`, `2025-03`, `2025`, `2023/2025`. */
  readonly date: string | null;
  readonly confidence: Confidence;
  readonly note: string | null;
}

/** A piece of hardware. Operations and bytes a second, bytes, watts; everything is there, what is not known is a figure of null. */
export interface HardwareProfile {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly kind: ProfileFile['kind'];
  /** Shared by the variants of one device. */
  readonly family: string | null;
  readonly aliases: readonly string[];
  readonly note: string | null;
  /** Physical cores of one socket; null for what is no processor. */
  readonly cores: number | null;
  /** Names by which the operating system or the driver calls it. */
  readonly recognise: { readonly processor: readonly string[]; readonly gpu: readonly string[] };
  /** Which machine it was measured on; left out where it states what a device is. */
  readonly measuredOn?: NonNullable<ProfileFile['measured_on']>;
  /** Dense; a multiply-add is two operations. */
  readonly peakOperationsPerSecond: Readonly<Record<PeakPrecision, Figure>>;
  readonly memory: { readonly capacityBytes: Figure; readonly bandwidthBytesPerSecond: Figure };
  /** Both directions together. */
  readonly interconnectBytesPerSecond: Figure;
  readonly powerWatts: { readonly design: Figure; readonly idle: Figure; readonly allIn: Figure };
  readonly adaptation: AdaptationFile;
  /** Where it was read. */
  readonly file: string;
  /** `own`: from a folder of the user's. */
  readonly origin: 'built-in' | 'own';
  /** The file whose profile of the same id this one replaced. */
  readonly replaces: string | null;
}

/** The id of this machine, whatever it is: figures under it are measured here. */
export const localProfileId = 'local';

const notStated: Figure = {
  value: null,
  source: null,
  date: null,
  confidence: 'unverified',
  note: 'the profile does not state it',
};

/** The profile of a checked file with everything filled in. */
export function profileOf(
  file: ProfileFile,
  where: Pick<HardwareProfile, 'file' | 'origin' | 'replaces'>,
): HardwareProfile {
  const peaks = peakPrecisions.map((name) => [name, figureOf(file.peak_operations_per_second[name])] as const);
  return {
    id: file.id,
    name: file.name,
    vendor: file.vendor,
    architecture: file.architecture,
    kind: file.kind,
    family: file.family ?? null,
    aliases: file.aliases ?? [],
    note: file.note ?? null,
    cores: file.cores ?? null,
    recognise: { processor: file.recognise?.processor ?? [], gpu: file.recognise?.gpu ?? [] },
    ...(file.measured_on === undefined ? {} : { measuredOn: file.measured_on }),
    peakOperationsPerSecond: Object.fromEntries(peaks) as Record<PeakPrecision, Figure>,
    memory: {
      capacityBytes: figureOf(file.memory.capacity_bytes),
      bandwidthBytesPerSecond: figureOf(file.memory.bandwidth_bytes_per_second),
    },
    interconnectBytesPerSecond: figureOf(file.interconnect_bytes_per_second),
    powerWatts: {
      design: figureOf(file.power_watts.design),
      idle: figureOf(file.power_watts.idle),
      allIn: figureOf(file.power_watts.all_in),
    },
    adaptation: file.adaptation ?? {},
    ...where,
  };
}

function figureOf(file: FigureFile | undefined): Figure {
  if (file === undefined) return notStated;
  const { value, source = null, date = null, confidence, note = null } = file;
  return { value, source, date, confidence, note };
}

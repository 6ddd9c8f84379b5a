/** A power limit that was set on devices for a run, because somebody asked for it. Watts. */
export interface PowerLimitRecord {
  readonly watts: number;
  readonly devices: readonly LimitedDevice[];
}

/** A device whose limit was set. */
export interface LimitedDevice {
  /** Hash of its UUID, as that of the devices of a collector. */
  readonly id: string;
  readonly index: number;
  readonly name: string | null;
  /** What it was before, and is set back to. */
  readonly beforeWatts: number;
  /** Whether its driver stays loaded while nobody uses it; null: not told. Where it does not, a limit may be lost between two uses. */
  readonly persistence: boolean | null;
}

/** What became of the limit of a device at the end of a run. */
export interface PowerRestoration {
  readonly id: string;
  /** The limit just before it was set back; null: it was not told. Not the one that was set: something else changed it while the run went on. */
  readonly heldWatts: number | null;
  /** The limit as it was read after it had been set back; null: it could not be set back, and `problem` says why. */
  readonly restoredWatts: number | null;
  readonly problem: string | null;
}

/** `powerLimit` of a run: what was set in its last sitting and what became of it. */
export interface RunPowerLimit {
  readonly watts: number;
  readonly devices: readonly (LimitedDevice & Omit<PowerRestoration, 'id' | 'problem'>)[];
}

import type { SealedFile } from './events.ts';

/** What a case or one of its devices drew above what it draws at rest. */
export interface AboveIdle {
  readonly joulesPerItem: number;
  readonly meanPowerWatts: number;
  /** At rest, before the rounds; of several sittings the mean, weighted by the time that was measured in each. */
  readonly idleWatts: number;
  /** Standard deviation of the readings at rest; of several devices the root of the sum of squares. */
  readonly idleSpreadWatts: number;
  /** ± as a share of it, as that of the energy. */
  readonly uncertainty: number | null;
}

/** Energy of a case over the windows of all its finished rounds, of the devices that have a sensor; what they draw at rest is in it. */
export interface CaseEnergy {
  readonly joulesPerItem: number;
  readonly meanPowerWatts: number;
  /** `counter`: difference of an energy counter. `power`: integral of power samples. */
  readonly method: 'counter' | 'power' | 'both';
  /** What kinds of devices it is of: `gpu` boards, processor `package`s. Whatever is not here is not in it. */
  readonly covers: readonly ('gpu' | 'package')[];
  /**
   * ± as a share of it: the error of the sensors, and what a sensor that looks at a part of the time may have missed (95 %). null: nothing is
   * known of a sensor. Left out in results of older versions.
   */
  readonly uncertainty?: number | null;
  /** The same above what the devices draw at rest. Left out in results of older versions. */
  readonly idleSubtracted?: AboveIdle | null;
  readonly devices: readonly DeviceEnergy[];
}

export interface DeviceEnergy {
  readonly id: string;
  readonly kind: 'gpu' | 'package';
  readonly name: string | null;
  readonly joulesPerItem: number;
  readonly meanPowerWatts: number;
  readonly method: 'counter' | 'power' | 'both';
  /** Worked out from something else than a sensor: never valid. Left out where it was measured. */
  readonly estimated?: boolean;
  /** The share of the time that its power sensor looks at. Left out where nothing is known against all of it. */
  readonly sensorCoverage?: number;
  /** Where that is from. */
  readonly sensorSource?: string;
  /** As that of the whole. Left out in results of older versions. */
  readonly uncertainty?: number | null;
  /** Left out in results of older versions. */
  readonly idleSubtracted?: AboveIdle | null;
}

/** Energy over the window of one round. */
export interface RoundEnergy {
  readonly joules: number;
  readonly meanPowerWatts: number;
  readonly devices: readonly RoundDeviceEnergy[];
}

export interface RoundDeviceEnergy {
  readonly id: string;
  readonly kind: 'gpu' | 'package';
  readonly name: string | null;
  readonly joules: number;
  readonly meanPowerWatts: number;
  readonly method: 'counter' | 'power';
  /** Left out where it was measured. */
  readonly estimated?: boolean;
  /** Of a device that has both sensors: the integral of its power over the difference of its counter. Left out where it has one. */
  readonly powerAgainstCounter?: number;
  /** Readings of power, or steps of the counter, within the window. Left out in results of older versions. */
  readonly readings?: number;
  /** Standard deviation of the power between them. Left out in results of older versions. */
  readonly spreadWatts?: number;
  /** Of its power sensor, as with the device. Left out where nothing is known of that, and where a counter was taken. */
  readonly sensorError?: number;
  readonly sensorCoverage?: number;
  readonly sensorSource?: string;
}

/** What the devices drew before the rounds of a sitting, while nothing of ours ran. */
export interface IdlePower {
  readonly telemetry: SealedFile | null;
  readonly windowStart: number;
  readonly windowSeconds: number;
  /** null: it is not known, or something else ran meanwhile. */
  readonly devices:
    | readonly {
        readonly id: string;
        readonly kind: 'gpu' | 'package';
        readonly name: string | null;
        readonly meanPowerWatts: number;
        readonly spreadWatts: number;
        readonly readings: number;
      }[]
    | null;
}

import type { Decision } from '../src/gate/decision.ts';
import type { MachineNoise } from './gate-experiments.mjs';

export interface StoredSetup {
  /** 1 unless told. */
  readonly scenarios?: number;
  /** 10 unless told. */
  readonly rounds?: number;
  /** 0.05 unless told. */
  readonly margin?: number;
  readonly effect?: number;
  readonly affected?: number;
  readonly between?: number;
  readonly noise?: Partial<MachineNoise>;
}

export interface StoredRates {
  readonly alarmed: number;
  readonly shifted: number;
  readonly found: number;
  readonly missed: number;
  readonly pass: number;
  readonly inconclusive: number;
}

export function simulateStored(seed: number, setup: StoredSetup): Decision;

export function storedRates(setup: StoredSetup, count: number): StoredRates;

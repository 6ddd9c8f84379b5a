import type { GateSettings } from '../src/gate/settings.ts';
import type { MachineNoise } from './gate-experiments.mjs';

export interface AaShares {
  readonly machines: number;
  readonly flagged: number;
  readonly regressed: number;
  readonly passed: number;
  readonly inconclusive: number;
  readonly rarelyPassed: number;
}

export interface AaValidation {
  /** Margins that were named: of 5 %, half and 95 % of the machines none is larger. */
  readonly supported: readonly (number | undefined)[];
  readonly predicted: AaShares;
  readonly atMargin: AaShares;
  readonly atSupported: AaShares;
  readonly enough: AaShares;
  readonly difference: number;
}

export function machineOf(number: number): MachineNoise;

export function validateAa(setup: {
  readonly machines: number;
  readonly gates: number;
  readonly rounds?: number;
  readonly margin?: number;
  readonly settings?: Partial<GateSettings>;
  readonly noiseOf?: (number: number) => MachineNoise;
  readonly replays?: number;
}): AaValidation;

export function unevenShare(setup: {
  readonly machines: number;
  readonly bias: number;
  readonly noiseOf?: (number: number) => MachineNoise;
}): number;

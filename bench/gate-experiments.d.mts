import type { Decision } from '../src/gate/decision.ts';
import type { Pair } from '../src/gate/pair.ts';
import type { GateSettings } from '../src/gate/settings.ts';

export interface MachineNoise {
  readonly walk: number;
  readonly step: { readonly size: number; readonly chance: number; readonly slots: readonly [number, number] };
  readonly process: number;
  readonly iterations: number;
  readonly within: number;
  readonly spike: { readonly chance: number; readonly size: number };
}

export interface GateSetup {
  /** 1 unless told. */
  readonly scenarios?: number;
  /** 0.05 unless told. */
  readonly margin?: number;
  readonly code?: { readonly effect?: number; readonly affected?: number; readonly slotPenalty?: number };
  readonly noise?: Partial<MachineNoise>;
  readonly settings?: Partial<GateSettings>;
  readonly order?: 'drawn' | 'fixed';
}

export interface GateRates {
  readonly flagged: number;
  readonly regressed: number;
  readonly inconclusive: number;
  readonly pass: number;
  readonly improved: number;
  readonly invalid: number;
  readonly pairs: number;
}

export interface SuiteRates {
  readonly flagged: number;
  readonly regressed: number;
  readonly shifted: number;
  readonly found: number;
  readonly inconclusive: number;
}

export const machine: MachineNoise;

export function simulateGate(
  seed: number,
  setup: GateSetup,
): { readonly decision: Decision; readonly pairs: readonly Pair[] };

export function gateRates(setup: GateSetup, count: number): GateRates;

export function suiteRates(setup: GateSetup, count: number): SuiteRates;

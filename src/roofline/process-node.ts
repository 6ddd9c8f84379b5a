/**
 * Size in nanometres by which foundries name the process that chips of an architecture are made in (vendors' white papers and product
 * pages; from memory where they agree). Half as large a name takes about half of the energy an operation: what a power limit allows
 * is compared with the peak on that scale. Enhanced steps count as the process that they are a step of: 12 as 12, 4N as 5.
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

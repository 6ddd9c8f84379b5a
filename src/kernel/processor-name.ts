import { cpus } from 'node:os';

/** What the processor calls itself; where it does not tell (as on Linux for Arm), the instruction set of this Node.js, such as `arm64`. */
export function processorName(): string {
  return nameAmong(cpus());
}

/** Of the first core: Node.js answers "unknown" or nothing where the system has no name. */
export function nameAmong(cores: readonly { readonly model: string }[]): string {
  const name = cores[0]?.model.trim() ?? '';
  return name === '' || name === 'unknown' ? process.arch : name;
}

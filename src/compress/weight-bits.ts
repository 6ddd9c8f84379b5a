import { join } from 'node:path';
import { textIfReadable } from '../kernel/tolerant-read.ts';
import type { WeightBits } from './affine-quantization.ts';

/** Instructions that add products of 8-bit numbers in 32 bits at once, as Linux names them. */
const exact = ['avx512_vnni', 'avx_vnni', 'amx_int8'];

/**
 * How many bits of a weight this processor multiplies without an overflow. x64 without VNNI adds two products in 16 bits first
 * (VPMADDUBSW), which 7-bit weights cannot fill; where nothing is known of an x64 processor, it is taken to be such a one.
 */
export function weightBitsHere(arch: string = process.arch, procRoot = '/proc'): WeightBits {
  if (arch !== 'x64' && arch !== 'ia32') return 8;
  const flags = /^flags\s*:(.*)$/m.exec(textIfReadable(join(procRoot, 'cpuinfo')) ?? '')?.[1] ?? '';
  return flags.split(/\s+/).some((flag) => exact.includes(flag)) ? 8 : 7;
}

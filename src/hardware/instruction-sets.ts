/** Instruction sets that decide which kernels an inference engine may use: x86 as the kernel names them, then ARM. */
const thoseThatMatter = new Set([
  ...['sse4_2', 'avx', 'avx2', 'fma', 'f16c', 'avx_vnni', 'avx_vnni_int8'],
  ...['avx512f', 'avx512bw', 'avx512dq', 'avx512vl', 'avx512_vnni', 'avx512_bf16', 'avx512_fp16'],
  ...['amx_tile', 'amx_int8', 'amx_bf16', 'amx_fp16'],
  ...['neon', 'asimd', 'asimdhp', 'asimddp', 'sve', 'sve2', 'i8mm', 'bf16', 'sme'],
]);

/** Those of a processor's flags that matter for inference, in alphabetical order. */
export function instructionSets(flags: readonly string[]): readonly string[] {
  return flags.filter((flag) => thoseThatMatter.has(flag)).sort();
}

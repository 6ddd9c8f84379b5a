import { DynoError, type ExitCode } from '../kernel/errors.ts';
import type { GateVerdict } from './decision.ts';

/** How a gate ended: with a verdict, or with something thrown on the way to one. */
export type GateEnd = { readonly verdict: GateVerdict } | { readonly thrown: unknown };

const codeOf: Readonly<Record<GateVerdict, ExitCode>> = {
  pass: 0,
  improved: 0,
  regressed: 1,
  inconclusive: 2,
  invalid: 2,
  nothing: 4,
};

/**
 * What the gate says to the shell: 0 pass or improved · 1 regressed · 2 inconclusive or invalid · 3 usage, configuration or input · 4 nothing
 * was judged: no benchmark was found, there is no baseline, or a tool failed. Never 0 where nothing was compared.
 */
export function gateExitCode(end: GateEnd): ExitCode {
  if ('verdict' in end) return codeOf[end.verdict];
  return end.thrown instanceof DynoError ? end.thrown.exitCode : 4;
}

import { InputError } from '../../kernel/errors.ts';
import type { LoadOptions } from './backend.ts';

/**
 * A provider that compiles the graph fuses as it likes, in a layout of its own. Throws `AXIS_UNSUPPORTED` where that is not asked for; the reference
 * of a proof is asked for without both, a case is not.
 */
export function refuseAxesOfCompiler(
  backend: string,
  { fusion, layout, optimization }: Pick<LoadOptions, 'fusion' | 'layout' | 'optimization'>,
): void {
  if (optimization === 'none') return;
  const refuse = (axis: string, came: string, use: string): never => {
    throw new InputError(
      'AXIS_UNSUPPORTED',
      `The backend ${backend}: expected ${axis} ${use}, got ${came}: it compiles the graph, and cannot be told to leave that. Set it in the matrix.`,
    );
  };
  if (fusion === 'off') refuse('fusion', 'off or graph', 'on or engine');
  if (layout === 'plain') refuse('layout', 'plain', 'engine');
}

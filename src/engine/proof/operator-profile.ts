import { readFileSync } from 'node:fs';
import { DynoError } from '../../kernel/errors.ts';

/** How often the kernels of each execution provider ran, by the provider's name, such as `CPUExecutionProvider`. */
export type ProviderCalls = Readonly<Record<string, number>>;

interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly args?: { readonly provider?: string };
}

/** Counts the kernel calls in an operator profile of ONNX Runtime: events of category `Node` named `…_kernel_time`. */
export function providerCalls(profilePath: string): ProviderCalls {
  const calls: Record<string, number> = {};
  for (const { cat, name, args } of readEvents(profilePath)) {
    if (cat !== 'Node' || args?.provider === undefined || !name?.endsWith('_kernel_time')) continue;
    calls[args.provider] = (calls[args.provider] ?? 0) + 1;
  }
  return calls;
}

function readEvents(profilePath: string): readonly ProfileEvent[] {
  try {
    return JSON.parse(readFileSync(profilePath, 'utf8')) as ProfileEvent[];
  } catch (cause) {
    throw new DynoError('PROFILE_INVALID', `${profilePath}: expected the operator profile of ONNX Runtime as JSON.`, {
      cause,
    });
  }
}

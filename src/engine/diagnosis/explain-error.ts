import { cudaErrors } from './cuda-errors.ts';
import type { KnownError } from './known-error.ts';
import { nvidiaErrors } from './nvidia-errors.ts';
import { otherDeviceErrors } from './other-device-errors.ts';
import { systemErrors } from './system-errors.ts';

/** All errors that are explained here. What names a cause stands before what is only its consequence. */
export const knownErrors: readonly KnownError[] = [
  ...nvidiaErrors.filter(({ code }) => isLibraryMissing(code)),
  // PyTorch says "torch.cuda.OutOfMemoryError: HIP out of memory" on AMD devices.
  ...otherDeviceErrors,
  ...cudaErrors,
  ...nvidiaErrors.filter(({ code }) => !isLibraryMissing(code)),
  ...systemErrors,
];

/** "CUDA error 35", "CUDA failure 2: …", "cuda runtime error (77) : …", "HIP error: 209". */
const numbered =
  /\b(cuda|hip)(?:[\s_]+(?:runtime|driver))?(?:\s+api)?[\s_]*(?:error|failure)s?(?:\s+code)?[\s:=#]*\(?(\d{1,3})(?![\d.])/gi;

/**
 * The known errors that a text speaks of, causes before consequences; none when it speaks of none. Each line is taken by itself: its words
 * count, and a number ("CUDA error 12") only where no words are known, because texts give the same number different meanings.
 */
export function explainError(text: string): readonly KnownError[] {
  const found = new Set(text.split(/\r?\n/).flatMap(errorsOfLine));
  return knownErrors.filter((error) => found.has(error));
}

/** The error of a number of the CUDA runtime, in today's numbering or, where that has none, in the one until CUDA 10.0. */
export function cudaErrorOf(number: number): KnownError | null {
  const today = knownErrors.find(({ cuda }) => cuda?.includes(number));
  return today ?? knownErrors.find(({ cudaBefore }) => cudaBefore?.includes(number)) ?? null;
}

function errorsOfLine(line: string): readonly KnownError[] {
  const byText = knownErrors.find(({ texts }) => texts.some((pattern) => pattern.test(line)));
  if (byText !== undefined) return [byText];
  return [...line.matchAll(numbered)].flatMap(([, api = '', digits = '']) => {
    const number = Number(digits);
    const error = api.toLowerCase() === 'hip' ? hipErrorOf(number) : cudaErrorOf(number);
    return error === null ? [] : [error];
  });
}

function hipErrorOf(number: number): KnownError | null {
  return knownErrors.find(({ hip }) => hip?.includes(number)) ?? null;
}

/** A library that cannot be opened is why what needs it fails. */
function isLibraryMissing(code: string): boolean {
  return code.endsWith('_MISSING');
}

import { DynoError, InputError } from '../kernel/errors.ts';

/**
 * What a failed write to `path` means for a person: `DISK_FULL` (exit 4) or `FOLDER_UNWRITABLE` (exit 3), each with what to
 * do. Any other error comes back as it is.
 */
export function diskError(error: unknown, path: string): unknown {
  if (error instanceof DynoError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DynoError(
        'DISK_FULL',
        `No space is left to write ${path}. What was written before is safe. Free some space (\`dyno results prune\` removes old ` +
          'runs) or choose another disk with --out DIR, then go on with --resume.',
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST': // of mkdir: a file stands where a folder should
      return new InputError(
        'FOLDER_UNWRITABLE',
        `Expected to be able to write ${path}, but the system refused (${code}). Give this user the right to write there, or ` +
          'choose another folder with --out DIR.',
        { cause: error },
      );
    default:
      return error;
  }
}

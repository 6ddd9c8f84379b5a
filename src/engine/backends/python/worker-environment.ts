import { join } from 'node:path';
import { cacheFolder } from '../../../kernel/cache-folder.ts';
import { tf32Variable } from '../tf32.ts';

/**
 * What a worker gets in its environment, so that peers are set up as fairly as the engine within this process is. What the user has set counts.
 *
 * - glibc hands large blocks back to the kernel and zeroes their pages anew at every run: that costs a peer up to 70 % where its
 *   tensors are above 128 KiB. 32 MiB is the largest threshold that mallopt(3) takes on 64-bit systems.
 * - NumPy's own linear algebra takes no part, and needs no threads of its own.
 * - NVIDIA's libraries round the factors of products of 32-bit floats (TF32) only where the precision is `tf32`. TensorRT, for one, does it by default.
 * - Threads of OpenMP sleep or spin between two operators as the axis `spinning` asks.
 */
export function workerEnvironment(
  { spinning, precision }: { readonly spinning: 'on' | 'off'; readonly precision: string },
  own: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  const wanted = {
    MALLOC_MMAP_THRESHOLD_: String(32 * 2 ** 20),
    MALLOC_TRIM_THRESHOLD_: String(2 ** 30),
    OPENBLAS_NUM_THREADS: '1',
    OMP_WAIT_POLICY: spinning === 'on' ? 'ACTIVE' : 'PASSIVE',
    // Sends usage data to its maker from a thread of the measured process, as the library for Node.js does.
    ORT_DISABLE_TELEMETRY: '1',
    TORCHINDUCTOR_CACHE_DIR: join(cacheFolder(own), 'torchinductor'),
  };
  return {
    ...Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, own[name] ?? value])),
    // The precision of a case is what its name says, whatever else is asked for.
    [tf32Variable]: precision === 'tf32' ? '1' : '0',
  };
}

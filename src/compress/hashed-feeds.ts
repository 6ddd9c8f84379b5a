import { createHash } from 'node:crypto';
import type { Tensors } from '../engine/backends/backend.ts';
import { DynoError } from '../kernel/errors.ts';
import type { SampleRuns } from './watch-values.ts';

/** Feeds that are hashed as they go by for the first time. */
export interface HashedFeeds {
  readonly feeds: SampleRuns['feeds'];
  /**
   * SHA-256 of names, types, shapes and values of all feeds in their order.
   * @throws DynoError `CALIBRATION_NOT_READ` before they went by to the end once.
   */
  sha256(): string;
}

/** So that a model can say what it was calibrated with, without another pass over the data. */
export function hashedFeeds(feeds: SampleRuns['feeds']): HashedFeeds {
  let digest: string | null = null;
  return {
    async *feeds() {
      if (digest !== null) {
        yield* feeds();
        return;
      }
      const hash = createHash('sha256');
      for await (const some of feeds()) {
        // The consumer may have stopped early: only who comes to the end has seen all.
        addTo(hash, some);
        yield some;
      }
      digest ??= hash.digest('hex');
    },
    sha256() {
      if (digest !== null) return digest;
      throw new DynoError('CALIBRATION_NOT_READ', 'Expected calibration data that were read to their end.');
    },
  };
}

function addTo(hash: ReturnType<typeof createHash>, feeds: Tensors): void {
  for (const [name, { type, dims, data }] of Object.entries(feeds)) {
    hash.update(JSON.stringify([name, type, dims]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}

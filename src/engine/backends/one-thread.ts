import type { LoadOptions } from './backend.ts';

/** How a model in 32-bit floats is loaded where nothing is timed: on one thread, as the engine runs it best, with nothing written. */
export const oneThread: LoadOptions = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
};

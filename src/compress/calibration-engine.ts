import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend, Session, Tensors } from '../engine/backends/backend.ts';
import { oneThread } from '../engine/backends/one-thread.ts';
import { writeAll } from '../kernel/atomic-write.ts';
import { availableCores } from '../kernel/available-cores.ts';
import { makeTemporaryFolder } from '../kernel/temporary-folder.ts';
import type { LoadForCalibration } from './watch-values.ts';

/**
 * Calibration on a backend of the engine, in 32-bit floats, on all cores: no time is taken here. Engines load files: each model is written
 * to a folder of its own, which is gone when the session is.
 */
export function calibrationOn(backend: Backend): LoadForCalibration {
  return async (model) => {
    const folder = makeTemporaryFolder('dyno-calibration-');
    const remove = () => rmSync(folder, { recursive: true, force: true });
    try {
      const path = join(folder, 'model.onnx');
      writeParts(path, model);
      const session = await backend.load(path, { ...oneThread, threads: availableCores() });
      return {
        run: (feeds) => session.run(tensorsOf(session, feeds), null),
        async dispose() {
          await session.dispose();
          remove();
        },
      };
    } catch (error) {
      remove();
      throw error;
    }
  };
}

/** Engines want tensors that they made themselves. */
function tensorsOf(session: Session, feeds: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, dims, data }]) => [name, session.tensor(type, dims, data)]),
  );
}

/** Part by part, for a whole may be as large as the model in memory. */
function writeParts(path: string, parts: readonly Uint8Array[]): void {
  const file = openSync(path, 'w');
  try {
    for (const part of parts) writeAll(file, part);
  } finally {
    closeSync(file);
  }
}

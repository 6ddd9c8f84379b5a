import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend } from '../engine/backends/backend.ts';
import { oneThread } from '../engine/backends/one-thread.ts';
import { writeModel } from '../graph/onnx-file.ts';
import type { Evaluate } from '../graph/passes/pass.ts';
import type { ConstantTensor } from '../graph/tensor-proto.ts';
import { makeTemporaryFolder } from '../kernel/temporary-folder.ts';

/** Constant folding on a backend of the engine, which runs each piece as it stands. */
export function evaluateOn(backend: Backend): Evaluate {
  return async (piece) => {
    const folder = makeTemporaryFolder('dyno-folding-');
    try {
      const path = join(folder, 'piece.onnx');
      writeModel(path, piece);
      const session = await backend.load(path, { ...oneThread, fusion: 'off', optimization: 'none' });
      try {
        const outputs = await session.run({}, null);
        return new Map(
          Object.entries(outputs).map(([name, { type, dims, data }]): [string, ConstantTensor] => [
            name,
            { name, type, dims: [...dims], data: data.slice() },
          ]),
        );
      } finally {
        await session.dispose();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

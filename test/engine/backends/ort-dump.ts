import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { readModel } from '../../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { operatorCounts } from '../../../src/graph/operator-counts.ts';
import { temporaryFolder, writtenModel } from '../small-models.ts';

/** Operators of a model after ONNX Runtime has optimised it, straight from the library. */
export async function optimizedOperators(
  model: OnnxModel,
  level: 'all' | 'extended' | 'basic' | 'disabled',
  disabled: string,
): Promise<Record<string, number>> {
  const dump = join(temporaryFolder(), 'dump.onnx');
  const session = await InferenceSession.create(writtenModel(model), {
    graphOptimizationLevel: level,
    optimizedModelFilePath: dump,
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    ...(disabled === '' ? {} : { extra: { optimization: { disable_specified_optimizers: disabled } } }),
  });
  await session.release();
  return operatorCounts(readModel(dump));
}

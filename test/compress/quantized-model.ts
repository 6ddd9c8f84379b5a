import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Range } from '../../src/compress/affine-quantization.ts';
import { calibrate } from '../../src/compress/calibrate.ts';
import { calibrationOn } from '../../src/compress/calibration-engine.ts';
import { type PlanOptions, planQuantization } from '../../src/compress/quantization-plan.ts';
import { quantizeStatic, type StaticOptions, type StaticReport } from '../../src/compress/quantize-static.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { compareOutputs } from '../../src/engine/proof/fidelity.ts';
import { modelBytes } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { generator, normal } from '../../src/stats/random.ts';
import { optimizedOperators } from '../engine/backends/ort-dump.ts';

export type Inputs = Readonly<Record<string, Tensor>>;

/** Numbers around 0 from a seed. */
export function normals(seed: number, ...dims: number[]): Tensor {
  const random = generator(seed);
  const count = dims.reduce((product, dimension) => product * dimension, 1);
  return new Tensor(
    'float32',
    Float32Array.from({ length: count }, () => normal(random)),
    dims,
  );
}

/** What a model answers, on the real engine. */
export async function answers(
  model: OnnxModel,
  inputs: Inputs,
  level: 'all' | 'disabled' = 'all',
): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(modelBytes(model), {
    graphOptimizationLevel: level,
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    return (await session.run({ ...inputs })) as Record<string, Tensor>;
  } finally {
    await session.release();
  }
}

export interface Quantized {
  readonly report: StaticReport;
  readonly ranges: ReadonlyMap<string, Range>;
  /** Operators after the engine has optimised the model with all it has. */
  readonly operators: Record<string, number>;
  /** Signal to noise of the quantised model's answers to the calibration data, in decibels. */
  readonly decibels: number;
}

/** Calibrates a model on one run, quantises it in place, and compares it with what it was. */
export async function quantized(
  model: OnnxModel,
  inputs: Inputs,
  options: PlanOptions & StaticOptions = {},
): Promise<Quantized> {
  const before = await answers(model, inputs);
  const plan = planQuantization(model, options);
  const ranges = await calibrate(model, plan.calibrated, calibrationOn(ortCpu), {
    method: { kind: 'min_max' },
    feeds: () => [inputs as Record<string, Tensor & { data: Float32Array }>],
  });
  const report = quantizeStatic(plan, ranges, options);
  const agreement = compareOutputs(
    (await answers(model, inputs)) as Parameters<typeof compareOutputs>[0],
    before as Parameters<typeof compareOutputs>[0],
  );
  const operators = await optimizedOperators(model, 'all', '');
  return { report, ranges, operators, decibels: agreement?.sqnrDb ?? Number.NaN };
}

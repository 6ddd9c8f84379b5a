import type { OnnxModel } from '../graph/onnx-message.ts';
import { constantFolding } from '../graph/passes/constant-folding.ts';
import { deadCode } from '../graph/passes/dead-code.ts';
import { foldIntoNextConvolution } from '../graph/passes/fold-ahead.ts';
import { foldBatchNormalization, foldScaleAndShift } from '../graph/passes/fold-linear.ts';
import { recogniseHardSwish } from '../graph/passes/hard-swish.ts';
import { hygiene } from '../graph/passes/hygiene-pass.ts';
import { identity } from '../graph/passes/identity.ts';
import type { Pass } from '../graph/passes/pass.ts';
import { runPasses } from '../graph/passes/run-passes.ts';
import { InputError } from '../kernel/errors.ts';
import { type CalibrationMethod, type CalibrationOptions, calibrate, type LoadForCalibration } from './calibrate.ts';
import { hashedFeeds } from './hashed-feeds.ts';
import { writeManifest } from './model-manifest.ts';
import { type PlanOptions, planQuantization, type QuantizationPlan } from './quantization-plan.ts';
import { quantizeStatic, type StaticOptions, type StaticReport } from './quantize-static.ts';
import { raiseOpset } from './raise-opset.ts';

export interface QuantizeModelOptions extends PlanOptions, StaticOptions, CalibrationOptions {
  readonly load: LoadForCalibration;
  /** SHA-256 of the file that the model was read from. */
  readonly sourceSha256: string;
}

export interface QuantizeModelReport extends StaticReport {
  /** The version of the standard operators that the model had; it may be higher now (`raiseOpset`). */
  readonly opsetBefore: number;
  readonly calibrationSha256: string;
}

/** What is folded into a weight takes no rounding of its own: nothing that can be is to stand between two 8-bit operators. */
export const preparation: readonly Pass[] = [
  hygiene,
  identity,
  constantFolding,
  foldBatchNormalization,
  foldScaleAndShift,
  recogniseHardSwish,
  foldIntoNextConvolution,
  deadCode,
];

/**
 * Static quantisation from end to end, in place: raise the opset where 8-bit operators need it, clean the graph and fold normalisations into
 * weights, decide what becomes 8 bits, run the model on sample data for the ranges, rewrite it, and write into its metadata how it was
 * made. The data must be none that the accuracy is measured on.
 * @throws InputError `NOTHING_TO_QUANTIZE`; and those of `raiseOpset`, `planQuantization` and `calibrate`.
 */
export async function quantizeModel(model: OnnxModel, options: QuantizeModelOptions): Promise<QuantizeModelReport> {
  const opsetBefore = raiseOpset(model);
  await runPasses(model, preparation);
  const plan = planQuantization(model, options);
  if (plan.nodes.size === 0) {
    throw new InputError(
      'NOTHING_TO_QUANTIZE',
      `Expected a Conv, Gemm or MatMul with a constant weight in 32-bit floats, but "${model.graph.name}" has none that may be quantised (${reasonsOf(plan)}).`,
    );
  }
  const { feeds, sha256 } = hashedFeeds(options.feeds);
  const ranges = await calibrate(model, plan.calibrated, options.load, { ...options, feeds });
  const report = quantizeStatic(plan, ranges, options);
  const calibrationSha256 = sha256();
  const method = `int8 static, ${methodText(options.method)}${options.weightBits === 7 ? ', 7-bit weights' : ''}`;
  writeManifest(model, { method, sourceSha256: options.sourceSha256, calibrationSha256 });
  return { ...report, opsetBefore, calibrationSha256 };
}

/** How many of the nodes that have weights stay in floats, by reason. */
function reasonsOf({ decisions }: QuantizationPlan): string {
  const counts = new Map<string, number>();
  for (const { operator, reason } of decisions) {
    if (reason === null || reason === 'OPERATOR_NOT_QUANTIZABLE') continue;
    const what = `${operator} ${reason}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts.size === 0 ? 'no such operators' : [...counts].map(([what, count]) => `${count} ${what}`).join(', ');
}

function methodText(method: CalibrationMethod): string {
  return method.kind === 'min_max' ? 'min_max' : `percentile ${method.percent}`;
}

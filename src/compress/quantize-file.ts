import type { OnnxModel } from '../graph/onnx-message.ts';
import { deadCode } from '../graph/passes/dead-code.ts';
import { hygiene } from '../graph/passes/hygiene-pass.ts';
import { runPasses } from '../graph/passes/run-passes.ts';
import { InputError } from '../kernel/errors.ts';
import type { PreparedWorkload } from '../workloads/prepared-workload.ts';
import type { Calibration } from '../workloads/workload.ts';
import type { CalibrationMethod } from './calibrate.ts';
import { calibrationOn } from './calibration-engine.ts';
import { openCalibration, smallestBatch } from './calibration-feeds.ts';
import { type Change, type ChangeReport, type ChangeRequest, changeModel } from './change-model.ts';
import { countDecisions, type DecisionCount, keptInFloats } from './kept-in-floats.ts';
import { readManifest } from './model-manifest.ts';
import type { NodeDecision } from './node-decision.ts';
import { quantizeDynamic } from './quantize-dynamic.ts';
import { quantizeModel } from './quantize-model.ts';
import { raiseOpset } from './raise-opset.ts';

/** How a model file is quantised. */
export type QuantizeFileMethod =
  /** Ranges by run; no data are needed. */
  | { readonly kind: 'dynamic' }
  /** Ranges from sample data. */
  | { readonly kind: 'static'; readonly calibration: Calibration; readonly ranges: CalibrationMethod };

export interface QuantizeFileRequest extends Pick<ChangeRequest<unknown>, 'source' | 'target' | 'backend'> {
  readonly workload: PreparedWorkload;
  readonly method: QuantizeFileMethod;
  /** Operators or names of nodes that stay in floats. */
  readonly keep: readonly string[];
}

export interface QuantizeFileReport {
  readonly decisions: readonly NodeDecision[];
  readonly counts: readonly DecisionCount[];
  /** Weights that are stored in 8 bits. */
  readonly weights: number;
}

/**
 * Quantises a model file and writes what became of it (`changeModel`), with accuracy and agreement before and after.
 * @throws InputError `NOTHING_TO_QUANTIZE`, `NODE_UNKNOWN` for what is to be kept and is not there, and those of `changeModel` and calibration.
 */
export function quantizeFile(request: QuantizeFileRequest): Promise<ChangeReport<QuantizeFileReport>> {
  const { method } = request;
  return changeModel({
    ...request,
    optimization: 'full',
    inlinesData: true,
    change: (model) =>
      method.kind === 'dynamic' ? dynamically(model, request) : statically(model, { ...request, method }),
  });
}

async function dynamically(model: OnnxModel, { keep }: QuantizeFileRequest): Promise<Change<QuantizeFileReport>> {
  const kept = keptInFloats(model, keep);
  raiseOpset(model);
  await runPasses(model, [hygiene, deadCode]);
  const { decisions, weights } = quantizeDynamic(model, kept);
  const counts = countDecisions(decisions);
  if (weights === 0) {
    const reasons = counts.map(({ reason, operators }) => `${Object.keys(operators).join(', ')}: ${reason}`);
    throw new InputError(
      'NOTHING_TO_QUANTIZE',
      `Expected a MatMul or Gemm with a constant weight in 32-bit floats, but "${model.graph.name}" has none that may be quantised (${reasons.join('; ')}). Convolutions are quantised with calibration data only: leave out --dynamic.`,
    );
  }
  return { method: 'int8 dynamic', calibrationSha256: null, report: { decisions, counts, weights } };
}

async function statically(
  model: OnnxModel,
  request: QuantizeFileRequest & { readonly method: QuantizeFileMethod & { readonly kind: 'static' } },
): Promise<Change<QuantizeFileReport>> {
  const { workload, backend, source, keep, method } = request;
  const opened = await openCalibration(workload, method.calibration, backend, smallestBatch(workload, model));
  try {
    const { decisions, weights, calibrationSha256 } = await quantizeModel(model, {
      ...keptInFloats(model, keep),
      method: method.ranges,
      feeds: await opened.of(null),
      load: calibrationOn(backend),
      sourceSha256: source.sha256,
    });
    return {
      method: readManifest(model)?.method ?? 'int8 static',
      calibrationSha256,
      calibrationData: method.calibration.what,
      report: { decisions, counts: countDecisions(decisions), weights },
    };
  } finally {
    await opened.close();
  }
}

import type { OnnxModel } from '../graph/onnx-message.ts';
import { deadCode } from '../graph/passes/dead-code.ts';
import { hygiene } from '../graph/passes/hygiene-pass.ts';
import { runPasses } from '../graph/passes/run-passes.ts';
import { InputError } from '../kernel/errors.ts';
import { calibrationOn } from './calibration-engine.ts';
import { openCalibration, smallestBatch } from './calibration-feeds.ts';
import { type Change, type ChangeReport, type ChangeRequest, changeModel } from './change-model.ts';
import { convertToFloat16 } from './convert-float16.ts';
import { countDecisions, type DecisionCount, keptInFloats } from './kept-in-floats.ts';
import { opsetForBfloat16, raiseOpset } from './raise-opset.ts';
import { storeWeights } from './store-weights.ts';

export interface ConvertFileRequest extends Pick<ChangeRequest<unknown>, 'source' | 'target' | 'backend' | 'workload'> {
  /** `fp16`: the graph computes in 16 bits. `bf16`: weights are stored in 16 bits. */
  readonly precision: 'fp16' | 'bf16';
  /** For fp16: operators or names of nodes that stay in 32 bits. */
  readonly keep: readonly string[];
}

export interface ConvertFileReport {
  /** Nodes for fp16, weights for bf16. */
  readonly converted: number;
  readonly counts: readonly DecisionCount[];
  /** Signal to noise of what suffers most, in decibels; null: it is not known, or nothing is lost. */
  readonly worstDecibels: number | null;
  /** Whether numbers inside of the model were looked at, on samples, to keep those in 32 bits that do not fit 16. */
  readonly sampled: boolean;
}

/** Values of this many samples show which numbers are too large for 16 bits. */
const sampledItems = 4;

/**
 * Converts a model file to 16-bit floats and writes what became of it (`changeModel`). Inputs and outputs stay in 32 bits.
 * @throws InputError `NOTHING_TO_CONVERT`, `OPSET_UNSUPPORTED`, `NODE_UNKNOWN`, and those of `changeModel`.
 */
export function convertFile(request: ConvertFileRequest): Promise<ChangeReport<ConvertFileReport>> {
  return changeModel({
    ...request,
    optimization: 'full',
    inlinesData: true,
    change: (model) => (request.precision === 'fp16' ? toFloat16(model, request) : toBfloat16(model)),
  });
}

async function toFloat16(model: OnnxModel, request: ConvertFileRequest): Promise<Change<ConvertFileReport>> {
  const { workload, backend, keep } = request;
  const excluded = keptInFloats(model, keep);
  await runPasses(model, [hygiene, deadCode]);
  const samples =
    workload === null
      ? null
      : await openCalibration(
          workload,
          { what: 'samples', data: workload.data, items: sampledItems },
          backend,
          smallestBatch(workload, model),
        );
  try {
    const { decisions, converted, worstDecibels } = await convertToFloat16(model, {
      ...excluded,
      samples: samples && { feeds: await samples.of(null), load: calibrationOn(backend) },
    });
    return {
      method: 'fp16, inputs and outputs in fp32',
      calibrationSha256: null,
      report: {
        converted,
        counts: countDecisions(decisions),
        worstDecibels: finite(worstDecibels),
        sampled: samples !== null,
      },
    };
  } finally {
    await samples?.close();
  }
}

async function toBfloat16(model: OnnxModel): Promise<Change<ConvertFileReport>> {
  raiseOpset(model, opsetForBfloat16);
  await runPasses(model, [hygiene, deadCode]);
  const { stored, kept, worstDecibels } = storeWeights(model, 'bfloat16');
  const decisions = [
    ...Array.from({ length: stored }, () => ({ operator: 'weight', becomes: 'bf16', reason: null })),
    ...kept.map(({ reason }) => ({ operator: 'weight', becomes: 'float', reason })),
  ];
  const counts = countDecisions(decisions);
  if (stored === 0) {
    const reasons = counts.map(({ reason, operators }) => `${operators.weight} ${reason}`);
    throw new InputError(
      'NOTHING_TO_CONVERT',
      `Expected weights of 256 or more elements in 32-bit floats, but "${model.graph.name}" has none that may be stored as bfloat16 (${reasons.join(', ') || 'no such weights'}).`,
    );
  }
  const report = { converted: stored, counts, worstDecibels: finite(worstDecibels), sampled: false };
  return { method: 'bf16 weights, computed in fp32', calibrationSha256: null, report };
}

/** JSON has no infinity. */
function finite(decibels: number | null): number | null {
  return decibels !== null && Number.isFinite(decibels) ? decibels : null;
}

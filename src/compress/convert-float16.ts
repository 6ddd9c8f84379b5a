import { elementType } from '../graph/element-type.ts';
import { modelTensors } from '../graph/model-tensors.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { elementCount } from '../graph/tensor-proto.ts';
import { InputError } from '../kernel/errors.ts';
import type { Float32Reason } from './float16-operators.ts';
import { type Float16Decision, type Float16PlanOptions, planFloat16 } from './float16-plan.ts';
import { type Float16Changes, rewriteFloat16 } from './float16-rewriting.ts';
import { hashedFeeds } from './hashed-feeds.ts';

export type Float16Options = Float16PlanOptions;

/** What the conversion made of a model. */
export interface Float16Report extends Float16Changes {
  /** The nodes of the main graph that have to do with floats, in its order. */
  readonly decisions: readonly Float16Decision[];
  /** Of these, how many compute in 16 bits now. */
  readonly converted: number;
  /** Of these, how many stay in 32 bits, by reason. */
  readonly kept: Readonly<Partial<Record<Float32Reason, number>>>;
  /** Bytes of all constants of the model. */
  readonly bytes: { readonly before: number; readonly after: number };
  /** Signal to noise of the worst value or constant that is rounded, in decibels; infinite where nothing is rounded; null: none was looked at. */
  readonly worstDecibels: number | null;
  /** SHA-256 of the sample data; null: there were none, or nothing that is converted depends on them. */
  readonly sampleSha256: string | null;
}

/**
 * Lets a model compute in 16-bit floats, in place. Inputs and outputs stay in 32 bits, with a Cast at each edge. In 32 bits stay, with Casts around them:
 * what the caller excludes; operators that are not defined for 16 bits or need the range; nodes that hold bodies, and those bodies; arithmetic on
 * shapes; and, where there are samples, every node that takes or makes values beyond ±60,000, values of which rounding would leave less than 20 dB, or
 * integers that would not stay what they are.
 *
 * What is computed inside of a node in higher precision is the engine's choice: on ONNX Runtime's CPU all of it is, and half the file is the gain.
 * @throws InputError `NOTHING_TO_CONVERT` when no node would compute in 16 bits, `OPSET_UNSUPPORTED` before opset 7, and those of `planFloat16`.
 */
export async function convertToFloat16(model: OnnxModel, options: Float16Options): Promise<Float16Report> {
  refuseOldOpset(model);
  const hashed = options.samples === null ? null : hashedFeeds(options.samples.feeds);
  const samples = options.samples && hashed && { ...options.samples, feeds: hashed.feeds };
  const plan = await planFloat16(model, { ...options, samples });
  const kept: Partial<Record<Float32Reason, number>> = {};
  for (const { reason } of plan.decisions) if (reason !== null) kept[reason] = (kept[reason] ?? 0) + 1;
  if (plan.converted.size === 0) {
    const reasons = Object.entries(kept).map(([reason, count]) => `${count} ${reason}`);
    throw new InputError(
      'NOTHING_TO_CONVERT',
      `Expected nodes that can compute in 16-bit floats, but "${model.graph.name}" has none (nodes with floats: ${reasons.join(', ') || 'none'}).`,
    );
  }
  const before = constantBytes(model);
  const changes = rewriteFloat16(model, plan);
  return {
    ...changes,
    decisions: plan.decisions,
    converted: plan.converted.size,
    kept,
    bytes: { before, after: constantBytes(model) },
    worstDecibels: plan.worstDecibels,
    sampleSha256: plan.isSampled ? (hashed?.sha256() ?? null) : null,
  };
}

/** Before version 7 Cast names its type in words, and arithmetic has other rules. */
function refuseOldOpset(model: OnnxModel): void {
  const opset = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version;
  if (opset === undefined || opset >= 7n) return;
  throw new InputError(
    'OPSET_UNSUPPORTED',
    `Expected a model of opset 7 or newer to convert to 16-bit floats, got opset ${opset}. Export it with opset 13 or newer.`,
  );
}

function constantBytes(model: OnnxModel): number {
  let bits = 0;
  for (const { dims, dataType } of modelTensors(model)) {
    bits += elementCount(dims.map(Number)) * (elementType(dataType).storage?.bits ?? 0);
  }
  return Math.ceil(bits / 8);
}

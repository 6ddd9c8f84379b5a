import type { OnnxModel } from '../graph/onnx-message.ts';
import { InputError } from '../kernel/errors.ts';
import type { WeightBits } from './affine-quantization.ts';
import type { LoadForCalibration } from './calibrate.ts';
import type { Feeds } from './calibration-feeds.ts';
import { convertToFloat16, type Float16Report } from './convert-float16.ts';
import type { NodeDecision } from './node-decision.ts';
import { computesInInt8 } from './quantization-plan.ts';
import { quantizeDynamic } from './quantize-dynamic.ts';
import { quantizeModel } from './quantize-model.ts';
import { opsetForBfloat16, raiseOpset } from './raise-opset.ts';
import { storeWeights } from './store-weights.ts';
import type { VariantSettings } from './variant.ts';
import type { Conversion } from './variant-record.ts';

/** What conversions need besides the model. */
export interface ConversionTools {
  readonly load: LoadForCalibration;
  readonly weightBits: WeightBits;
  /** What the model is fed with for calibration; asked for only where a conversion looks at data. null: there are none, which int8 does not take. */
  calibration(): Promise<CalibrationSamples | null>;
}

export interface CalibrationSamples {
  readonly feeds: Feeds;
  /** What these data are, in a few words. */
  readonly what: string;
  readonly items: number;
}

/**
 * Converts a clean model to a precision, in place, with all its constants in the model itself; null: to 32-bit floats there is nothing to do.
 * @throws InputError `NOTHING_TO_QUANTIZE` when no part of it can be converted, and those of each conversion.
 */
export async function convertPrecision(
  model: OnnxModel,
  precision: VariantSettings['precision'],
  tools: ConversionTools,
): Promise<Conversion | null> {
  switch (precision) {
    case 'fp32':
      return null;
    case 'int8':
      return toInt8(model, tools);
    case 'int8_dynamic':
      return toDynamicInt8(model, tools);
    case 'fp16':
      return toFloat16(model, tools);
    case 'bf16':
      return storedAsBfloat16(model);
  }
}

async function toInt8(model: OnnxModel, { calibration, load, weightBits }: ConversionTools): Promise<Conversion> {
  const samples = await calibration();
  if (samples === null) throw new Error('Static quantisation needs data to calibrate with.');
  const { feeds, what, items } = samples;
  const method = { kind: 'min_max' } as const;
  // Whoever rewrites the model writes its manifest over that of this step.
  const report = await quantizeModel(model, { method, feeds, load, weightBits, sourceSha256: '' });
  return {
    ...countsOf(report.decisions),
    method: `int8 static, min_max${bitsText(weightBits)}`,
    worstDecibels: null,
    calibration: { data: what, items, sha256: report.calibrationSha256 },
  };
}

function bitsText(bits: WeightBits): string {
  return bits === 7 ? ', 7-bit weights' : '';
}

function toDynamicInt8(model: OnnxModel, { weightBits }: ConversionTools): Conversion {
  raiseOpset(model);
  const { decisions } = quantizeDynamic(model, { weightBits });
  const counts = countsOf(decisions);
  if (counts.converted === 0) {
    throw nothingToConvert(model, 'a MatMul or Gemm with a constant weight in 32-bit floats', counts.kept);
  }
  return { ...counts, method: `int8 dynamic${bitsText(weightBits)}`, worstDecibels: null, calibration: null };
}

async function toFloat16(model: OnnxModel, { calibration, load }: ConversionTools): Promise<Conversion> {
  const samples = await calibration();
  let report: Float16Report;
  try {
    report = await convertToFloat16(model, { samples: samples && { feeds: samples.feeds, load } });
  } catch (error) {
    if (!(error instanceof InputError && error.code === 'NOTHING_TO_CONVERT')) throw error;
    throw new InputError('NOTHING_TO_QUANTIZE', error.message, { cause: error });
  }
  const { converted, kept, worstDecibels, sampleSha256 } = report;
  return {
    method: samples === null ? 'fp16, by operators and weights alone' : 'fp16, by range',
    converted,
    kept,
    worstDecibels: finite(worstDecibels),
    calibration:
      samples === null || sampleSha256 === null
        ? null
        : { data: samples.what, items: samples.items, sha256: sampleSha256 },
  };
}

function storedAsBfloat16(model: OnnxModel): Conversion {
  raiseOpset(model, opsetForBfloat16);
  const { stored, kept, worstDecibels } = storeWeights(model, 'bfloat16');
  const counts = countsBy(kept.map(({ reason }) => reason));
  if (stored === 0) throw nothingToConvert(model, 'a weight of 256 or more elements in 32-bit floats', counts);
  return {
    method: 'bf16 weights',
    converted: stored,
    kept: counts,
    worstDecibels: finite(worstDecibels),
    calibration: null,
  };
}

function countsOf(decisions: readonly NodeDecision[]): Pick<Conversion, 'converted' | 'kept'> {
  return {
    converted: decisions.filter(({ becomes, operator }) => becomes === 'int8' && computesInInt8(operator)).length,
    kept: countsBy(decisions.flatMap(({ reason }) => reason ?? [])),
  };
}

function countsBy(reasons: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function nothingToConvert(model: OnnxModel, expected: string, kept: Conversion['kept']): InputError {
  const reasons = Object.entries(kept).map(([reason, count]) => `${count} ${reason}`);
  return new InputError(
    'NOTHING_TO_QUANTIZE',
    `Expected ${expected}, but "${model.graph.name}" has none that may be converted (${reasons.join(', ') || 'no such operators'}).`,
  );
}

/** JSON has no infinity, which says that nothing was lost. */
function finite(decibels: number | null): number | null {
  return decibels === null || Number.isFinite(decibels) ? decibels : null;
}

import { modelContent } from '../graph/model-content.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { deadCode } from '../graph/passes/dead-code.ts';
import { hygiene } from '../graph/passes/hygiene-pass.ts';
import type { Evaluate, Pass } from '../graph/passes/pass.ts';
import { type PassesReport, runPasses } from '../graph/passes/run-passes.ts';
import { joinedCount, standardPasses } from '../graph/passes/standard-passes.ts';
import { InputError } from '../kernel/errors.ts';
import type { LoadForCalibration } from './calibrate.ts';
import type { Feeds } from './calibration-feeds.ts';
import { writeManifest } from './model-manifest.ts';
import type { NodeDecision } from './node-decision.ts';
import { computesInInt8 } from './quantization-plan.ts';
import { quantizeDynamic } from './quantize-dynamic.ts';
import { preparation, quantizeModel } from './quantize-model.ts';
import { raiseOpset } from './raise-opset.ts';
import { storeWeights } from './store-weights.ts';
import type { VariantSettings } from './variant.ts';
import type { Conversion, VariantRecord } from './variant-record.ts';

/** What rewriting needs besides the model. */
export interface RewriteTools {
  /** SHA-256 of the file that the model was read from. */
  readonly sourceSha256: string;
  /** Its size, files beside it included. */
  readonly sourceBytes: number;
  readonly evaluate: Evaluate;
  readonly load: LoadForCalibration;
  /** What the model is fed with for calibration, and what these data are; asked for only where a conversion needs them. */
  calibration(): Promise<{ readonly feeds: Feeds; readonly what: string; readonly items: number }>;
}

/** What was done to a model; the file is not yet written. */
export type RewriteReport = Omit<VariantRecord, 'sha256' | 'bytes'>;

/**
 * Does to a model, in place, what the toggles ask for: cleans it, fuses its operators, converts its precision, in this order, and writes into
 * its metadata what was done. The data of its constants must be in the model itself where its precision is converted.
 * @throws InputError `NOTHING_TO_QUANTIZE` when no part of it can be converted, and those of the conversions and of calibration.
 */
export async function rewriteModel(
  model: OnnxModel,
  settings: VariantSettings,
  tools: RewriteTools,
  folder: string | null,
): Promise<RewriteReport> {
  const before = model.graph.node.length;
  const steps: string[] = [];
  let passes: PassesReport['counts'] = {};
  const chosen = passesFor(settings);
  if (chosen.length > 0) {
    ({ counts: passes } = await runPasses(model, chosen, { evaluate: tools.evaluate, folder }));
    if (settings.hygiene === 'on') steps.push('hygiene');
    if (settings.fusion) steps.push('fusion');
  }
  const conversion = await convert(model, settings, tools);
  if (conversion !== null) steps.push(conversion.method);
  writeManifest(model, {
    method: steps.join('; '),
    sourceSha256: tools.sourceSha256,
    sourceBytes: tools.sourceBytes,
    calibrationSha256: conversion?.calibration?.sha256 ?? null,
    calibrationData: conversion?.calibration?.data ?? null,
    content: modelContent(model, folder),
  });
  const fused = fusedCount(passes, settings);
  return { steps, passes, fused, nodes: { before, after: model.graph.node.length }, conversion };
}

/**
 * How often passes joined operators which the conversion would have left apart, of what `runPasses` counted. What static quantisation folds by
 * itself, fused or not, is none of fusion's: the two would measure the same graph.
 */
export function fusedCount(passes: PassesReport['counts'], { precision }: VariantSettings): number {
  const byConversion = new Set(precision === 'int8' ? preparation.map(({ name }) => name) : []);
  return joinedCount(Object.fromEntries(Object.entries(passes).filter(([name]) => !byConversion.has(name))));
}

/** The passes that these settings ask for. */
export function passesFor({ hygiene: cleans, fusion, domains }: VariantSettings): readonly Pass[] {
  if (!fusion) return cleans === 'on' ? [hygiene, deadCode] : [];
  const all = standardPasses({ contrib: domains.includes('com.microsoft') });
  return cleans === 'on' ? all : all.filter(({ name }) => name !== hygiene.name);
}

async function convert(
  model: OnnxModel,
  { precision }: VariantSettings,
  tools: RewriteTools,
): Promise<Conversion | null> {
  switch (precision) {
    case 'fp32':
      return null;
    case 'int8':
      return toInt8(model, tools);
    case 'int8_dynamic':
      return toDynamicInt8(model);
    case 'fp16':
      throw new InputError('PRECISION_UNAVAILABLE', 'fp16 variants are not made yet. Leave fp16 out of `precision`.');
    case 'bf16':
      return storedAsBfloat16(model);
  }
}

async function toInt8(model: OnnxModel, tools: RewriteTools): Promise<Conversion> {
  const { feeds, what, items } = await tools.calibration();
  const { load, sourceSha256 } = tools;
  const method = { kind: 'min_max' } as const;
  const report = await quantizeModel(model, { method, feeds, load, sourceSha256 });
  return {
    ...countsOf(report.decisions),
    method: 'int8 static, min_max',
    worstDecibels: null,
    calibration: { data: what, items, sha256: report.calibrationSha256 },
  };
}

function toDynamicInt8(model: OnnxModel): Conversion {
  raiseOpset(model);
  const { decisions } = quantizeDynamic(model);
  const counts = countsOf(decisions);
  if (counts.converted === 0) {
    throw nothingToConvert(model, 'a MatMul or Gemm with a constant weight in 32-bit floats', counts.kept);
  }
  return { ...counts, method: 'int8 dynamic', worstDecibels: null, calibration: null };
}

function storedAsBfloat16(model: OnnxModel): Conversion {
  const { stored, kept, worstDecibels } = storeWeights(model, 'bfloat16');
  const counts = countsBy(kept.map(({ reason }) => reason));
  if (stored === 0) throw nothingToConvert(model, 'a weight of 256 or more elements in 32-bit floats', counts);
  return {
    method: 'bf16 weights',
    converted: stored,
    kept: counts,
    // JSON has no infinity.
    worstDecibels: worstDecibels === null || !Number.isFinite(worstDecibels) ? null : worstDecibels,
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

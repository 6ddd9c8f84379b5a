import { modelContent } from '../graph/model-content.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { deadCode } from '../graph/passes/dead-code.ts';
import { hygiene } from '../graph/passes/hygiene-pass.ts';
import type { Evaluate, Pass } from '../graph/passes/pass.ts';
import { type PassesReport, runPasses } from '../graph/passes/run-passes.ts';
import { joinedCount, standardPasses } from '../graph/passes/standard-passes.ts';
import { type ConversionTools, convertPrecision } from './convert-precision.ts';
import { writeManifest } from './model-manifest.ts';
import { preparation } from './quantize-model.ts';
import type { VariantSettings } from './variant.ts';
import type { VariantRecord } from './variant-record.ts';

/** What rewriting needs besides the model. */
export interface RewriteTools extends ConversionTools {
  /** SHA-256 of the file that the model was read from. */
  readonly sourceSha256: string;
  /** Its size, files beside it included. */
  readonly sourceBytes: number;
  /** null: there is no engine; only small constants are folded. */
  readonly evaluate: Evaluate | null;
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
  const conversion = await convertPrecision(model, settings.precision, tools);
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

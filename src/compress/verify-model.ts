import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Backend } from '../engine/backends/backend.ts';
import { oneThread } from '../engine/backends/one-thread.ts';
import { integerProductsOf } from '../engine/proof/integer-operators.ts';
import { withBodies } from '../graph/bodies.ts';
import { checkModel } from '../graph/check-model.ts';
import { elementType } from '../graph/element-type.ts';
import { modelContent } from '../graph/model-content.ts';
import { readModel } from '../graph/onnx-file.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { operatorCounts } from '../graph/operator-counts.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import { makeTemporaryFolder } from '../kernel/temporary-folder.ts';
import type { PreparedWorkload } from '../workloads/prepared-workload.ts';
import { type AnswerComparison, compareAnswers } from './model-answers.ts';
import { type ReadManifest, readManifest } from './model-manifest.ts';
import { SampleRuns } from './sample-runs.ts';

/** One thing that was looked at. `holds` is null where it could not be told; `finding` says what was found, or what is missing. */
export interface Check {
  readonly check: 'sound' | 'content' | 'source' | 'loads' | 'integers' | 'agreement';
  readonly holds: boolean | null;
  readonly finding: string;
}

export interface Verification {
  readonly manifest: ReadManifest | null;
  readonly checks: readonly Check[];
  /** Operators of the graph as the engine optimised it; null: it does not load. */
  readonly operators: Readonly<Record<string, number>> | null;
  readonly comparison: AnswerComparison | null;
}

export interface VerifyRequest {
  readonly path: string;
  /** The model that it was made from, with what it is fed; null: not given. */
  readonly reference: PreparedWorkload | null;
  readonly backend: Backend;
}

/**
 * Looks whether a model file is what it says: sound, as it was made, made from this reference, loaded by the engine, computed in integers where it
 * stores integers, and answering like the reference.
 * @throws InputError `MODEL_NOT_FOUND`, `MODEL_INVALID` for what is no ONNX file, and those of the reference.
 */
export async function verifyModel({ path, reference, backend }: VerifyRequest): Promise<Verification> {
  const model = readModel(path);
  const manifest = readManifest(model);
  const sound = soundness(model, path);
  const still = contentCheck(model, manifest, path);
  const source = sourceCheck(manifest, reference);
  if (sound.holds === false) return { manifest, checks: [sound, still, source], operators: null, comparison: null };
  const { loads, integers, operators } = await loaded(model, path, backend);
  const { agreement, comparison } =
    operators === null
      ? { agreement: unknown('agreement', 'the model does not load'), comparison: null }
      : await agreementCheck(model, { path, reference, backend });
  return { manifest, checks: [sound, still, source, loads, integers, agreement], operators, comparison };
}

function soundness(model: OnnxModel, path: string): Check {
  const [first, ...more] = checkModel(model, dirname(path));
  if (first === undefined)
    return { check: 'sound', holds: true, finding: 'structure, types, shapes and sizes of data' };
  const rest = more.length === 0 ? '' : `, and ${more.length} more`;
  return { check: 'sound', holds: false, finding: `${first.where}: ${first.problem} [${first.code}]${rest}` };
}

function contentCheck(model: OnnxModel, manifest: ReadManifest | null, path: string): Check {
  if (manifest === null) return unknown('content', 'the model has no manifest: it was not made by dyno model');
  if (manifest.content === null) return unknown('content', 'its manifest does not tell the hash of its content');
  try {
    const { sha256 } = modelContent(model, dirname(path));
    const holds = sha256 === manifest.content.sha256;
    const finding = holds ? 'as it was made' : 'changed after it was made: its hash is not the one of the manifest';
    return { check: 'content', holds, finding };
  } catch (error) {
    return { check: 'content', holds: false, finding: errorText(error) };
  }
}

function sourceCheck(manifest: ReadManifest | null, reference: PreparedWorkload | null): Check {
  if (manifest === null) return unknown('source', 'the model has no manifest');
  const { sourceSha256 } = manifest;
  if (reference === null) return unknown('source', `give the reference whose SHA-256 is ${sourceSha256}`);
  const holds = reference.model.sha256 === sourceSha256;
  return {
    check: 'source',
    holds,
    finding: holds ? 'made from this reference' : `made from another file, whose SHA-256 is ${sourceSha256}`,
  };
}

async function loaded(model: OnnxModel, path: string, backend: Backend) {
  const folder = makeTemporaryFolder('dyno-verify-');
  try {
    const dumpPath = join(folder, 'optimized.onnx');
    const session = await backend.load(path, { ...oneThread, dumpPath });
    await session.dispose();
    const dump = readModel(dumpPath);
    const loads: Check = { check: 'loads', holds: true, finding: `on ${backend.name}` };
    return { loads, integers: integerCheck(model, dump), operators: operatorCounts(dump) };
  } catch (error) {
    const loads: Check = { check: 'loads', holds: false, finding: errorText(error) };
    return { loads, integers: unknown('integers', 'the model does not load'), operators: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether every product that is stored in 8 bits is an operator on 8 bits in the optimised graph. */
function integerCheck(model: OnnxModel, dump: OnnxModel): Check {
  const { integer, dequantized } = integerProductsOf(model);
  const targets = integer + dequantized;
  if (targets === 0) return unknown('integers', 'no product of the model is stored in 8 bits');
  const computed = integerProductsOf(dump).integer;
  return {
    check: 'integers',
    holds: computed >= targets,
    finding: `${Math.min(computed, targets)} of ${targets} products that are stored in 8 bits are computed in integers`,
  };
}

/** What answers have to keep, by what the model stores. Quantised ones say nothing of accuracy: they are held to having the same direction. */
const limits = {
  floats: { relative: 1e-3, text: 'at most 0.001 of the largest number of an output apart' },
  halves: { cosine: 0.99, text: 'a cosine of at least 0.99' },
  integers: { cosine: 0.9, text: 'a cosine of at least 0.9' },
} as const;

async function agreementCheck(model: OnnxModel, { path, reference, backend }: VerifyRequest) {
  if (reference === null)
    return { agreement: unknown('agreement', 'give a reference to compare with'), comparison: null };
  const runs = new SampleRuns(reference, model, backend);
  const expected = await runs.observe(reference.model.path, 'none');
  try {
    const comparison = compareAnswers((await runs.observe(path, 'full')).answers, expected.answers);
    if (comparison === null) return { agreement: unknown('agreement', 'all answers are zeros'), comparison };
    const limit = limits[storedAs(model)];
    const holds =
      'relative' in limit ? comparison.relativeDifference <= limit.relative : comparison.cosine >= limit.cosine;
    const measured =
      'relative' in limit
        ? `${comparison.relativeDifference.toExponential(1)} apart`
        : `cosine ${comparison.cosine.toFixed(4)}`;
    const finding = `${measured} on ${comparison.queries} queries; expected ${limit.text}`;
    return { agreement: { check: 'agreement', holds, finding } satisfies Check, comparison };
  } catch (error) {
    if (!(error instanceof DynoError)) throw error;
    return {
      agreement: { check: 'agreement', holds: false, finding: errorText(error) } satisfies Check,
      comparison: null,
    };
  }
}

function storedAs(model: OnnxModel): keyof typeof limits {
  const { integer, dequantized } = integerProductsOf(model);
  if (integer + dequantized > 0) return 'integers';
  const constants = withBodies(model.graph).flatMap(({ initializer }) => initializer);
  return constants.some(({ dataType }) => elementType(dataType).name.endsWith('float16')) ? 'halves' : 'floats';
}

function unknown(check: Check['check'], finding: string): Check {
  return { check, holds: null, finding };
}

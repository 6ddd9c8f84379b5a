import { dirname, join } from 'node:path';
import type { Backend } from '../engine/backends/backend.ts';
import { oneThread } from '../engine/backends/one-thread.ts';
import { readSoundModel } from '../graph/check-model.ts';
import { isExternal } from '../graph/external-data.ts';
import { modelTensors } from '../graph/model-tensors.ts';
import { inlineExternalData, writeModelWithExternalData } from '../graph/move-external.ts';
import { writeModel } from '../graph/onnx-file.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { canonicalJson, sha256 } from '../kernel/content-hash.ts';
import { DynoError, errorText, InputError } from '../kernel/errors.ts';
import type { CacheEntry } from '../workloads/cache.ts';
import type { PreparedModel } from '../workloads/prepared-workload.ts';
import type { VariantSettings } from './variant.ts';

const modelName = 'model.onnx';

/**
 * A model that is about to be rewritten. Data in other files are brought into it, for the variant lies elsewhere; where they do not fit,
 * `folder` is where they are.
 * @throws InputError `MODEL_TOO_LARGE` when they do not fit and the precision is to be converted.
 */
export function readSource(
  { path }: PreparedModel,
  { precision }: VariantSettings,
): { readonly model: OnnxModel; readonly folder: string | null } {
  const model = readSoundModel(path);
  const folder = dirname(path);
  try {
    inlineExternalData(model, folder);
    return { model, folder: null };
  } catch (error) {
    if (!(error instanceof InputError && error.code === 'MODEL_TOO_LARGE')) throw error;
    if (precision === 'fp32') {
      inlineExternalData(model, folder, new Set(model.graph.initializer));
      return { model, folder };
    }
    throw new InputError(
      'MODEL_TOO_LARGE',
      `${path}: only models of up to 2 GiB can be converted to ${precision}, external data included. Leave ${precision} out of \`precision\` for this workload.`,
      { cause: error },
    );
  }
}

/** Writes a variant into its folder of the cache, with its larger constants beside it where the source had them so and they do not fit into the file. */
export function writeVariant(folder: string, model: OnnxModel, sourceFolder: string | null): void {
  const path = join(folder, modelName);
  if (modelTensors(model).some(isExternal)) writeModelWithExternalData(path, model, { folder: sourceFolder });
  else writeModel(path, model);
}

/**
 * Loads what was written, once: what an engine does not take must not be found out in the middle of a measurement.
 * @throws DynoError `VARIANT_NOT_LOADED` with the engine's own words.
 */
export async function checkLoads(
  folder: string,
  source: PreparedModel,
  { precision }: VariantSettings,
  backend: Backend,
  steps: readonly string[],
): Promise<void> {
  try {
    await loadOnce(join(folder, modelName), precision, backend);
  } catch (cause) {
    throw new DynoError(
      'VARIANT_NOT_LOADED',
      `${source.path}: what was made of it (${steps.join(', ')}) is not taken by ${backend.name}: ${errorText(cause)}. The model itself is, so that this is a fault of Dyno's: leave these toggles out for this workload, and report the operators of the model.`,
      { cause },
    );
  }
}

/**
 * Where a variant could not be made because an engine refused a model, and the engine refuses the source as well, that is what the user has to
 * know: then it is thrown instead.
 */
export async function blameSource(error: unknown, source: PreparedModel, backend: Backend): Promise<void> {
  const isRefusal = error instanceof DynoError && ['VARIANT_NOT_LOADED', 'MODEL_INVALID'].includes(error.code);
  if (isRefusal) await loadOnce(source.path, 'fp32', backend);
}

async function loadOnce(path: string, precision: VariantSettings['precision'], backend: Backend): Promise<void> {
  const session = await backend.load(path, { ...oneThread, precision });
  await session.dispose();
}

/** The file of an entry; hash and size are over external data, too, as those of the user's own models are. */
export function variantFile({ files }: CacheEntry<unknown>): Pick<PreparedModel, 'path' | 'sha256' | 'bytes'> {
  const { [modelName]: main, ...others } = files;
  if (main === undefined) throw new DynoError('MODEL_NOT_BUILT', `The entry of a variant has no ${modelName}.`);
  const external = Object.fromEntries(Object.entries(others).map(([name, file]) => [name, file.sha256]));
  const hasOthers = Object.keys(external).length > 0;
  return {
    path: main.path,
    sha256: hasOthers ? sha256(canonicalJson({ own: main.sha256, external })) : main.sha256,
    bytes: Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

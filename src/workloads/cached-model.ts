import { DynoError } from '../kernel/errors.ts';
import type { CacheRecipe, WorkloadCache } from './cache.ts';
import type { PreparedModel } from './prepared-workload.ts';
import type { Workload } from './workload.ts';

/** The model of a workload whose recipe writes `model.onnx`, built at first use. */
export async function cachedModel(
  workload: Pick<Workload, 'name' | 'model'>,
  recipe: CacheRecipe<null>,
  cache: WorkloadCache,
): Promise<PreparedModel> {
  const { files } = await cache.entry(recipe);
  const file = files['model.onnx'];
  if (file === undefined) throw new DynoError('MODEL_NOT_BUILT', `The recipe of ${workload.name} wrote no model.onnx.`);
  const { weights, parameters, multiplyAdds, source, licence } = workload.model;
  return { name: workload.name, ...file, weights, parameters, multiplyAdds, source, licence };
}

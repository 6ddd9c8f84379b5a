import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { graphCost } from '../graph/cost.ts';
import { externalLocation, isExternal } from '../graph/external-data.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { canonicalJson, sha256, sha256OfFile } from '../kernel/content-hash.ts';
import { InputError } from '../kernel/errors.ts';
import type { PreparedInput, PreparedModel } from './prepared-workload.ts';

/**
 * What is recorded of a model of the user's own. With weights in other files, the hash is over those, too.
 * Throws `EXTERNAL_DATA` when one of them is missing.
 */
export async function ownModel(
  path: string,
  model: OnnxModel,
  inputs: readonly PreparedInput[],
): Promise<PreparedModel> {
  const cost = graphCost(model, Object.fromEntries(inputs.map(({ name, itemShape }) => [name, itemShape])));
  const external = externalFiles(model, path);
  const own = await sha256OfFile(path);
  const hashes: Record<string, string> = {};
  for (const [location, file] of external) hashes[location] = await sha256OfFile(file);
  return {
    name: basename(path),
    path,
    sha256: external.size === 0 ? own : sha256(canonicalJson({ own, external: hashes })),
    bytes: [path, ...external.values()].reduce((bytes, file) => bytes + statSync(file).size, 0),
    weights: 'unknown',
    parameters: cost.parameters,
    multiplyAdds: cost.multiplyAdds,
    source: 'own model',
    licence: null,
  };
}

/** Files with weights beside the model, by the name that the model gives them. Throws `EXTERNAL_DATA` when one is missing. */
function externalFiles(model: OnnxModel, path: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const tensor of model.graph.initializer.filter(isExternal)) {
    const location = externalLocation(tensor);
    const file = join(dirname(path), location);
    if (!existsSync(file)) {
      throw new InputError(
        'EXTERNAL_DATA',
        `${path}: the model keeps its weights in "${location}", which is not beside it. Put it into ${dirname(path)}.`,
      );
    }
    files.set(location, file);
  }
  return files;
}

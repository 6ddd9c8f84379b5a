import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { graphCost } from '../graph/cost.ts';
import { externalFile, externalLocation, isExternal } from '../graph/external-data.ts';
import { modelTensors } from '../graph/model-tensors.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { canonicalJson, sha256, sha256OfFile } from '../kernel/content-hash.ts';
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

/** Files with weights beside the model, by the name that the model gives them. Throws `EXTERNAL_DATA` when one is missing or outside of its folder. */
function externalFiles(model: OnnxModel, path: string): Map<string, string> {
  const external = modelTensors(model).filter(isExternal);
  return new Map(external.map((tensor) => [externalLocation(tensor), externalFile(tensor, dirname(path))]));
}

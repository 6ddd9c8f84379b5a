import { canonicalJson, sha256 } from '../kernel/content-hash.ts';
import type { PreparedModel, PreparedWorkload } from './prepared-workload.ts';

/** A model of a workload; `name` is its part in the chain, null for the only one. */
export interface NamedModel {
  readonly name: 'detect' | 'angle' | 'recognise' | null;
  readonly model: PreparedModel;
}

/** All models of a workload, in the order in which they run. */
export function modelsOf({ model, chain }: PreparedWorkload): NamedModel[] {
  if (chain === null) return [{ name: null, model }];
  return [
    { name: 'detect', model },
    ...(chain.angle === null ? [] : [{ name: 'angle' as const, model: chain.angle.model }]),
    { name: 'recognise', model: chain.recognise.model },
  ];
}

/** What is recorded of the models of a workload as one: numbers added up (null where one is not known), and a hash over all. */
export function joinedModel(workload: PreparedWorkload): Omit<PreparedModel, 'path'> {
  const models = modelsOf(workload).map(({ model }) => model);
  const [only, ...more] = models;
  if (only !== undefined && more.length === 0) {
    const { path: _path, ...record } = only;
    return record;
  }
  const weights = new Set(models.map((model) => model.weights));
  return {
    name: workload.name,
    sha256: sha256(canonicalJson(models.map((model) => model.sha256))),
    bytes: models.reduce((sum, { bytes }) => sum + bytes, 0),
    weights: weights.size === 1 ? workload.model.weights : weights.has('unknown') ? 'unknown' : 'random',
    parameters: sumOf(models.map(({ parameters }) => parameters)),
    // How often the later models run for an item depends on what is in it.
    multiplyAdds: null,
    source: listOf(models.map(({ source }) => source)),
    licence: models.every(({ licence }) => licence !== null)
      ? listOf(models.map(({ licence }) => licence ?? ''))
      : null,
  };
}

function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0 as number | null);
}

/** Different ones once, joined. */
function listOf(values: readonly string[]): string {
  return [...new Set(values)].join(', ');
}

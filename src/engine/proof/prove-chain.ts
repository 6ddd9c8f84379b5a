import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensors } from '../backends/backend.ts';
import { mergeEffective } from '../chain/merge-effective.ts';
import type { OperatorProfile } from './operator-profile.ts';
import type { OperatorCounts } from './optimized-graph.ts';
import { holdsPrecision, takesFileAsIs } from './precision-evidence.ts';
import { type ConfigurationProof, type ProofRequest, proveConfiguration } from './prove-configuration.ts';

/** A model of a chain, and inputs of one of its runs. */
export interface ChainModel {
  readonly name: string;
  readonly modelPath: string;
  readonly feeds: Tensors;
}

/**
 * Proves the models of a chain one after the other (`proveConfiguration`) and joins what was found: settings as `mergeEffective` does,
 * operators and their times under the name of their model (`detect: Conv`). There is nothing to fuse where no model has anything.
 */
export async function proveChain(
  request: Omit<ProofRequest, 'modelPath' | 'feeds'>,
  models: readonly ChainModel[],
): Promise<ConfigurationProof> {
  const proofs: [name: string, proof: ConfigurationProof][] = [];
  for (const { name, modelPath, feeds } of models) {
    // Of the profiles in a folder, it could not be told which is whose.
    const workFolder = await mkdtemp(join(request.workFolder, `${name}-`));
    proofs.push([name, await proveConfiguration({ ...request, workFolder, modelPath, feeds })]);
  }
  const effective = withoutUnconverted(
    request.options.precision,
    proofs.map(([name, proof]) => [name, proof.effective]),
  );
  return {
    effective: mergeEffective(Object.fromEntries(effective)),
    operators: Object.fromEntries(proofs.flatMap(([name, { operators }]) => prefixed(name, operators))),
    operatorProfile: joinedProfile(proofs),
    nothingToFuse: proofs.every(([, { nothingToFuse }]) => nothingToFuse),
  };
}

type Effective = ConfigurationProof['effective'];

/**
 * Without the precision of models whose files have nothing of the one that is asked for, where another's has: nothing of them could be converted, and
 * what they are computed in instead stands in `storedPrecision` and `computePrecision`. Where no file has it, it is not in effect.
 */
function withoutUnconverted(
  asked: string,
  models: readonly (readonly [name: string, effective: Effective])[],
): (readonly [name: string, effective: Effective])[] {
  const isConverted = (effective: Effective) => holdsPrecision(effective.storedPrecision?.value ?? null, asked);
  if (takesFileAsIs(asked) || !models.some(([, effective]) => isConverted(effective))) return [...models];
  return models.map(([name, effective]) => {
    const { precision, ...others } = effective;
    if (precision === undefined || isConverted(effective)) return [name, effective];
    return [name, { ...others, precision: { ...precision, value: null } }];
  });
}

function prefixed(model: string, operators: OperatorCounts): [string, number][] {
  return Object.entries(operators).map(([name, count]) => [`${model}: ${name}`, count]);
}

/** The nodes of all models, each of a run of its own; null: none was profiled. */
function joinedProfile(
  proofs: readonly (readonly [name: string, proof: ConfigurationProof])[],
): OperatorProfile | null {
  const profiles = proofs.flatMap(([model, { operatorProfile }]) =>
    operatorProfile === null ? [] : [{ model, ...operatorProfile }],
  );
  if (profiles.length === 0) return null;
  return {
    runs: Math.min(...profiles.map(({ runs }) => runs)),
    isPartial: profiles.some(({ isPartial }) => isPartial),
    nodes: profiles.flatMap(({ model, nodes }) =>
      nodes.map((node) => ({ ...node, name: `${model}: ${node.name}`, operator: `${model}: ${node.operator}` })),
    ),
  };
}

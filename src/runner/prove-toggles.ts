import { dirname } from 'node:path';
import { evaluateOn } from '../compress/evaluate-on.ts';
import { fusedCount, passesFor } from '../compress/rewrite-model.ts';
import type { ConfigurationProof } from '../engine/proof/prove-configuration.ts';
import { readModel } from '../graph/onnx-file.ts';
import { runPasses } from '../graph/passes/run-passes.ts';
import { DynoError } from '../kernel/errors.ts';
import { graphIsFused } from '../suite/axes.ts';
import { modelsOf } from '../workloads/models-of.ts';
import { hasNothingToFuse, inWordsOfAxes, type ToggledGraph } from './axis-words.ts';
import type { ProofSubject } from './proof-subject.ts';
import { variantSettings } from './variant-settings.ts';

/** What the engine proves of its part, in the words of the axes, and whether any value of fusion makes a difference. */
export async function proveToggles(
  { effective, nothingToFuse }: ConfigurationProof,
  subject: ProofSubject,
): Promise<Pick<ConfigurationProof, 'effective' | 'nothingToFuse'>> {
  const { job, backend } = subject;
  const { axes } = job.case;
  const { usesGraph = true } = backend;
  // Where the passes did not run for the case, what they would find matters only beside an engine that has nothing to fuse.
  const { fusion } = effective;
  const engineHasNothing = fusion?.value === null && fusion.evidence !== 'unverified';
  const isToBeTried = usesGraph && engineHasNothing && !graphIsFused(axes.fusion);
  const graph: ToggledGraph = {
    axes,
    usesGraph,
    variant: job.variant,
    passesFindNothing: isToBeTried && (await passesFindNothing(subject)),
  };
  return { effective: inWordsOfAxes(effective, graph), nothingToFuse: hasNothingToFuse(nothingToFuse, graph) };
}

/** Tries what `fusion: graph` would do to the models. A model that only the engine can read is not known to have nothing. */
async function passesFindNothing({ job, backend, reference }: ProofSubject): Promise<boolean> {
  const { operatorDomains = [], usesGraph = true } = backend;
  const settings = variantSettings(
    { ...job.case.axes, hygiene: 'on', fusion: 'graph' },
    { operatorDomains, usesGraph },
  );
  if (settings === null) return false;
  try {
    for (const { model } of modelsOf(job.source)) {
      const { counts } = await runPasses(readModel(model.path), passesFor(settings), {
        evaluate: evaluateOn(reference),
        folder: dirname(model.path),
      });
      if (fusedCount(counts, settings) > 0) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof DynoError) return false;
    throw error;
  }
}

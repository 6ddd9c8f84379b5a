import { dirname } from 'node:path';
import { evaluateOn } from '../compress/evaluate-on.ts';
import type { ConfigurationProof } from '../engine/proof/prove-configuration.ts';
import { readModel } from '../graph/onnx-file.ts';
import { runPasses } from '../graph/passes/run-passes.ts';
import { joinedCount, standardPasses } from '../graph/passes/standard-passes.ts';
import { DynoError } from '../kernel/errors.ts';
import { graphIsFused } from '../suite/axes.ts';
import { modelsOf } from '../workloads/models-of.ts';
import { hasNothingToFuse, inWordsOfAxes, type ToggledGraph } from './axis-words.ts';
import type { ProofSubject } from './proof-subject.ts';

/** What the engine proves of its part, in the words of the axes, and whether any value of fusion makes a difference. */
export async function proveToggles(
  { effective, nothingToFuse }: ConfigurationProof,
  subject: ProofSubject,
): Promise<Pick<ConfigurationProof, 'effective' | 'nothingToFuse'>> {
  const { job, backend } = subject;
  const { axes } = job.case;
  const { usesGraph = true } = backend;
  // Where the passes did not run for the case, it matters only beside an engine that has nothing to fuse what they would find.
  const isToBeTried = usesGraph && nothingToFuse && !graphIsFused(axes.fusion);
  const graph: ToggledGraph = {
    axes,
    usesGraph,
    variant: job.variant,
    passesFindNothing: isToBeTried && (await passesFindNothing(subject)),
  };
  return { effective: inWordsOfAxes(effective, graph), nothingToFuse: hasNothingToFuse(nothingToFuse, graph) };
}

/** Tries the passes on the models as they are in their files. A model that only the engine can read is not known to have nothing. */
async function passesFindNothing({ job, backend, reference }: ProofSubject): Promise<boolean> {
  const contrib = (backend.operatorDomains ?? []).includes('com.microsoft');
  try {
    for (const { model } of modelsOf(job.source)) {
      const { counts } = await runPasses(readModel(model.path), standardPasses({ contrib }), {
        evaluate: evaluateOn(reference),
        folder: dirname(model.path),
      });
      if (joinedCount(counts) > 0) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof DynoError) return false;
    throw error;
  }
}

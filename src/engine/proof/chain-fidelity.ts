import type { Session } from '../backends/backend.ts';
import type { OcrModelName, OcrPipeline } from '../chain/ocr-pipeline.ts';
import { ownTensors } from '../own-tensors.ts';
import { answeredItems, type ProofItems } from './answered-items.ts';
import { type Agreement, compareOutputs, type Fidelity, summarize } from './fidelity.ts';

export interface ChainFidelity extends Fidelity {
  /** The model whose outputs agree least, which the figures are of. */
  readonly model: OcrModelName;
  /** Models that had nothing to compare: they never ran, or gave zeros only. The figures say nothing of them. */
  readonly uncompared: readonly OcrModelName[];
}

/**
 * Sends the first items through a chain and gives each of its models' inputs to the same model in a reference session, too: each model is
 * compared on what it really gets, so that a difference in one is not counted again in those after it. The figures are those of the
 * model that agrees least, means over its runs.
 * @returns null when no model computed anything but zeros.
 * @throws DynoError as `compareOutputs` does.
 */
export async function measureChainFidelity(
  chain: {
    readonly candidate: OcrPipeline;
    readonly references: ReadonlyMap<OcrModelName, Session>;
    readonly batchSize: number;
  },
  items: ProofItems,
  limit: number,
): Promise<ChainFidelity | null> {
  const { candidate, references, batchSize } = chain;
  const agreements = new Map<OcrModelName, Agreement[]>();
  candidate.watch(async ({ model, feeds, outputs }) => {
    const reference = references.get(model);
    if (reference === undefined) return;
    const agreement = compareOutputs(outputs, await reference.run(ownTensors(reference, feeds), null));
    if (agreement !== null) agreements.set(model, [...(agreements.get(model) ?? []), agreement]);
  });
  let answered = 0;
  try {
    for await (const _answer of answeredItems(candidate, batchSize, items, limit)) answered += 1;
  } finally {
    candidate.watch(null);
  }
  const figures = [...agreements].map(([model, found]) => ({ model, ...summarize(found), items: answered }));
  figures.sort((a, b) => a.cosine - b.cosine || (a.sqnrDb ?? Infinity) - (b.sqnrDb ?? Infinity));
  const [least] = figures;
  if (least === undefined) return null;
  return { ...least, uncompared: [...references.keys()].filter((name) => !agreements.has(name)) };
}

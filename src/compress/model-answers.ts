import type { Backend, Tensors } from '../engine/backends/backend.ts';
import { oneThread } from '../engine/backends/one-thread.ts';
import { compareOutputs, type Fidelity, summarize } from '../engine/proof/fidelity.ts';
import { DynoError } from '../kernel/errors.ts';
import type { Feeds } from './calibration-feeds.ts';

/** How the answers of a model agree with those of the one that it was made from. */
export interface AnswerComparison extends Omit<Fidelity, 'items'> {
  readonly queries: number;
  /** The largest difference of two numbers at the same place of an output. */
  readonly largestDifference: number;
  /** Of the output where it is largest: the largest difference over the largest magnitude that the reference has in that output. */
  readonly relativeDifference: number;
}

/**
 * The answers of a model file to queries, all of them in memory.
 * @param optimization `none`: every operator as it stands in the file. `full`: as the engine runs it best.
 * @throws DynoError What the backend throws for a model that it cannot load or run.
 */
export async function answersOf(
  backend: Backend,
  path: string,
  feeds: Feeds,
  optimization: 'full' | 'none',
): Promise<Tensors[]> {
  const session = await backend.load(path, { ...oneThread, optimization });
  try {
    const answers: Tensors[] = [];
    for await (const query of feeds()) {
      const tensors = Object.entries(query).map(([name, { type, dims, data }]) => [
        name,
        session.tensor(type, dims, data),
      ]);
      answers.push(onlyNumbers(await session.run(Object.fromEntries(tensors), null)));
    }
    return answers;
  } finally {
    await session.dispose();
  }
}

/** Outputs of strings, sequences and maps have nothing to subtract. */
function onlyNumbers(outputs: Tensors): Tensors {
  return Object.fromEntries(Object.entries(outputs).filter(([, { data }]) => ArrayBuffer.isView(data)));
}

/**
 * Compares the answers of two models to the same queries.
 * @returns null when all answers of both are zeros, or none has numbers: nothing was computed that could agree.
 * @throws DynoError `OUTPUT_MISMATCH` when the outputs are not the same in name and size, `OUTPUT_NOT_FINITE` for NaN and infinities.
 */
export function compareAnswers(candidate: readonly Tensors[], reference: readonly Tensors[]): AnswerComparison | null {
  if (candidate.length !== reference.length) {
    throw new DynoError('OUTPUT_MISMATCH', `Expected answers to ${reference.length} queries, got ${candidate.length}.`);
  }
  const agreements = reference.flatMap((expected, query) => compareOutputs(candidate[query] ?? {}, expected) ?? []);
  if (agreements.length === 0) return null;
  const differences = largestDifferences(candidate, reference);
  const relative = differences.map(({ difference, magnitude }) => (difference === 0 ? 0 : difference / magnitude));
  return {
    ...summarize(agreements),
    queries: reference.length,
    largestDifference: Math.max(...differences.map(({ difference }) => difference)),
    relativeDifference: Math.max(...relative),
  };
}

/** Of each output, over all queries. */
function largestDifferences(candidate: readonly Tensors[], reference: readonly Tensors[]) {
  const byOutput = new Map<string, { difference: number; magnitude: number }>();
  for (const [query, outputs] of reference.entries()) {
    for (const [name, { data }] of Object.entries(outputs)) {
      const largest = byOutput.get(name) ?? { difference: 0, magnitude: 0 };
      const actual = candidate[query]?.[name]?.data ?? [];
      for (let place = 0; place < data.length; place++) {
        const expected = Number(data[place]);
        largest.difference = Math.max(largest.difference, Math.abs(Number(actual[place]) - expected));
        largest.magnitude = Math.max(largest.magnitude, Math.abs(expected));
      }
      byOutput.set(name, largest);
    }
  }
  return [...byOutput.values()];
}

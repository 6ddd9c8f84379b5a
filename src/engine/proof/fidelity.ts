import { DynoError } from '../../kernel/errors.ts';
import type { LoadOptions, TensorData, Tensors } from '../backends/backend.ts';
import type { Item, Pipeline } from '../pipeline.ts';

/** How well outputs agree with the reference's. Says nothing of accuracy, needs no labels. Queries answered with zeros by both are left out. */
export interface Fidelity {
  /** Cosine of the angle between the outputs and the reference's, mean over the queries. */
  readonly cosine: number;
  /** Signal to quantisation noise in decibels, mean over the queries in which it is finite; null: see `sqnrReason`. */
  readonly sqnrDb: number | null;
  /** `BIT_EQUAL`: no output differs at all. `REFERENCE_ZERO`: the reference is all zeros where they differ. */
  readonly sqnrReason: 'BIT_EQUAL' | 'REFERENCE_ZERO' | null;
  /** Items of the queries that the figures are of. */
  readonly items: number;
}

/** How to load the reference: 32-bit floats, and the graph exactly as it stands in the file. Options are of the candidate's provider. */
export function referenceOptions(options: LoadOptions): LoadOptions {
  const { providerOptions: _, ...others } = options;
  return { ...others, precision: 'fp32', fusion: 'off', optimization: 'none', dumpPath: null, profilePrefix: null };
}

/**
 * Runs the first `limit` items through both pipelines, which must have the same inputs and batch size, and compares all their
 * outputs. A query (one item at batch size 1) is what the figures are averaged over: all outputs of a query are laid end to
 * end to one vector.
 * @returns null when all outputs of both are zero: nothing was computed that could agree.
 */
export async function measureFidelity(
  pipelines: { readonly candidate: Pipeline; readonly reference: Pipeline; readonly batchSize: number },
  items: { readonly count: number; item(index: number): Promise<Item> | Item },
  limit: number,
): Promise<Fidelity | null> {
  const { candidate, reference, batchSize } = pipelines;
  const queries = Math.max(1, Math.floor(Math.min(limit, items.count) / batchSize));
  const agreements: Agreement[] = [];
  for (let query = 0; query < queries; query++) {
    const indices = Array.from({ length: batchSize }, (_, offset) => (query * batchSize + offset) % items.count);
    const chosen = await Promise.all(indices.map((index) => items.item(index)));
    // Each prepares its own: the tensors of one engine are not always another's.
    const outputsOf = async (pipeline: Pipeline): Promise<Tensors> =>
      pipeline.infer(await pipeline.prepare(chosen, (position) => `item ${indices[position]} of the data`));
    const agreement = compareOutputs(await outputsOf(candidate), await outputsOf(reference));
    if (agreement !== null) agreements.push(agreement);
  }
  return agreements.length === 0 ? null : { ...summarize(agreements), items: agreements.length * batchSize };
}

/** How the outputs of one run agree. */
export interface Agreement {
  readonly cosine: number;
  /** Infinite when equal, NaN when the reference is zero. */
  readonly sqnrDb: number;
}

/**
 * Compares the outputs of one query: cosine `r·c / (|r| |c|)` and `10 log10(Σ r² / Σ (r − c)²)`, over all elements of all outputs.
 * Null for two vectors of zeros, which have no direction to compare; the cosine of a single one is 0.
 * @throws DynoError `OUTPUT_MISMATCH` when the outputs are not the same in name and size, `OUTPUT_NOT_FINITE` for NaN and infinities.
 */
export function compareOutputs(candidate: Tensors, reference: Tensors): Agreement | null {
  let product = 0;
  let ofCandidate = 0;
  let ofReference = 0;
  let noise = 0;
  for (const [name, tensor] of Object.entries(reference)) {
    const expected = tensor.data;
    const actual = dataOf(candidate, name, expected.length);
    for (let index = 0; index < expected.length; index++) {
      const r = Number(expected[index]);
      const c = Number(actual[index]);
      product += r * c;
      ofCandidate += c * c;
      ofReference += r * r;
      noise += (r - c) * (r - c);
    }
  }
  if (!Number.isFinite(noise) || !Number.isFinite(product)) {
    throw new DynoError(
      'OUTPUT_NOT_FINITE',
      'Expected finite outputs to compare, but there is a NaN or an infinity among them. Check the model and its precision.',
    );
  }
  if (ofCandidate === 0 && ofReference === 0) return null;
  // One root of the product: for equal vectors it is exact, and their cosine exactly 1.
  const lengths = Math.sqrt(ofCandidate * ofReference);
  return {
    // Rounding can lift the quotient of nearly equal vectors a little above 1.
    cosine: lengths === 0 ? 0 : Math.max(-1, Math.min(1, product / lengths)),
    sqnrDb:
      noise === 0 ? Number.POSITIVE_INFINITY : ofReference === 0 ? Number.NaN : 10 * Math.log10(ofReference / noise),
  };
}

function dataOf(outputs: Tensors, name: string, length: number): TensorData {
  const data = outputs[name]?.data;
  if (data?.length === length) return data;
  throw new DynoError(
    'OUTPUT_MISMATCH',
    `Expected the output "${name}" with ${length} elements, as the reference has it, got ${data === undefined ? 'none' : data.length}.`,
  );
}

/** The means over the runs. */
export function summarize(agreements: readonly Agreement[]): Omit<Fidelity, 'items'> {
  const cosine = mean(agreements.map((agreement) => agreement.cosine));
  const finite = agreements.map(({ sqnrDb }) => sqnrDb).filter((value) => Number.isFinite(value));
  if (finite.length > 0) return { cosine, sqnrDb: mean(finite), sqnrReason: null };
  const equal = agreements.every(({ sqnrDb }) => sqnrDb === Number.POSITIVE_INFINITY);
  return { cosine, sqnrDb: null, sqnrReason: equal ? 'BIT_EQUAL' : 'REFERENCE_ZERO' };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

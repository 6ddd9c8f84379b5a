import { InputError } from '../../kernel/errors.ts';
import { withBodies } from '../bodies.ts';
import type { OnnxModel } from '../onnx-message.ts';
import { operatorName } from '../operator-counts.ts';
import { knownValues } from './known-values.ts';
import type { Change, Evaluate, Pass } from './pass.ts';

export interface PassesOptions {
  /** Rounds over all passes before giving up; default 20. */
  readonly bound?: number;
  /** Runs a piece of the graph on constants; default null: only what needs no engine is folded. */
  readonly evaluate?: Evaluate | null;
  /** Folder of the files of external data; default null: constants that are stored there are not looked at. */
  readonly folder?: string | null;
}

export interface PassesReport {
  /** Everything that was changed, in the order in which it happened. */
  readonly changes: readonly Change[];
  /** How often each pass changed something, passes without changes included. */
  readonly counts: Readonly<Record<string, number>>;
  /** Rounds over all passes, the last one that found nothing included. */
  readonly rounds: number;
  /** Whether the last round changed nothing. False: the bound was reached, and another run would change more. The model is whole either way. */
  readonly isSettled: boolean;
  /** Nodes of the main graph. */
  readonly nodes: { readonly before: number; readonly after: number };
}

const defaultBound = 20;

/**
 * Runs passes over a model, in their order and again, until a whole round changes nothing or the bound is reached. The model is changed in
 * place.
 * @throws RangeError for a bound below 1, InputError `MODEL_INVALID` for a model that uses standard operators without naming their version.
 */
export async function runPasses(
  model: OnnxModel,
  passes: readonly Pass[],
  options: PassesOptions = {},
): Promise<PassesReport> {
  const { bound = defaultBound, evaluate = null, folder = null } = options;
  if (!Number.isInteger(bound) || bound < 1) throw new RangeError(`Expected a bound of 1 round or more, got ${bound}.`);
  const opset = standardOpset(model);
  const before = model.graph.node.length;
  const changes: Change[] = [];
  let rounds = 0;
  let isSettled = false;
  while (!isSettled && rounds < bound) {
    rounds++;
    const changesBefore = changes.length;
    // Values keep their shapes whatever the passes do, so one look a round is enough.
    const values = knownValues(model);
    for (const pass of passes) {
      for (const change of await pass.run(model.graph, { model, opset, values, evaluate, folder }))
        changes.push(change);
    }
    isSettled = changes.length === changesBefore;
  }
  const counts = Object.fromEntries(passes.map(({ name }) => [name, 0]));
  for (const { pass } of changes) counts[pass] = (counts[pass] ?? 0) + 1;
  return { changes, counts, rounds, isSettled, nodes: { before, after: model.graph.node.length } };
}

/** The version of the standard operators, on which the meaning of attributes and inputs depends; 0 for a model that uses none of them. */
function standardOpset(model: OnnxModel): number {
  const entry = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (entry !== undefined) return Number(entry.version);
  const nodes = withBodies(model.graph).flatMap(({ node }) => node);
  if (!nodes.some((node) => !operatorName(node).includes(':'))) return 0;
  const found = model.opsetImport.map(({ domain, version }) => `${domain} ${version}`).join(', ');
  throw new InputError(
    'MODEL_INVALID',
    `The model names no version of the standard ONNX operators (domain "" in opset_import); it names ${found || 'none'}. Export it again.`,
  );
}

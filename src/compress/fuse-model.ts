import type { OnnxModel } from '../graph/onnx-message.ts';
import type { Evaluate, Pass } from '../graph/passes/pass.ts';
import { type PassesReport, runPasses } from '../graph/passes/run-passes.ts';
import { standardPasses } from '../graph/passes/standard-passes.ts';
import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';

export interface FuseOptions {
  /** Whether operators that ONNX Runtime adds to the standard ones may come in. */
  readonly contrib: boolean;
  /** Names of the passes to run; null: all. They run in their own order. */
  readonly passes: readonly string[] | null;
  /** Runs pieces on constants; null: only small ones are folded. */
  readonly evaluate: Evaluate | null;
  /** Folder of the model's external data; null: it has none. */
  readonly folder: string | null;
}

/** What one pass did. */
export interface PassEffect {
  readonly name: string;
  readonly description: string;
  readonly changes: number;
  /** Nodes of the main graph that went with it, less those that came. */
  readonly nodesRemoved: number;
}

export interface FuseReport extends PassesReport {
  /** In the order in which they run. */
  readonly passes: readonly PassEffect[];
}

/**
 * Runs Dyno's passes over a model, in place, until nothing changes.
 * @throws InputError `PASS_UNKNOWN`, and those of `runPasses`.
 */
export async function fuseModel(model: OnnxModel, options: FuseOptions): Promise<FuseReport> {
  const { contrib, passes, evaluate, folder } = options;
  const removed = new Map<string, number>();
  const chosen = chosenPasses(passes, contrib);
  const watched = chosen.map((pass) => counting(pass, removed));
  const report = await runPasses(model, watched, { evaluate, folder });
  return {
    ...report,
    passes: chosen.map(({ name, description }) => ({
      name,
      description,
      changes: report.counts[name] ?? 0,
      nodesRemoved: removed.get(name) ?? 0,
    })),
  };
}

function chosenPasses(names: readonly string[] | null, contrib: boolean): readonly Pass[] {
  const all = standardPasses({ contrib });
  if (names === null) return all;
  for (const name of names) {
    if (all.some((pass) => pass.name === name)) continue;
    const known = all.map((pass) => pass.name);
    const near = nearest(name, known);
    const hint = near === null ? '' : ` Did you mean "${near}"?`;
    throw new InputError(
      'PASS_UNKNOWN',
      `--passes: expected names of passes, separated by commas, got ${JSON.stringify(name)}.${hint} Known: ${known.join(', ')}${contrib ? '' : ' (with --standard-operators)'}.`,
    );
  }
  return all.filter(({ name }) => names.includes(name));
}

function counting(pass: Pass, removed: Map<string, number>): Pass {
  return {
    ...pass,
    async run(graph, context) {
      const before = graph.node.length;
      const changes = await pass.run(graph, context);
      removed.set(pass.name, (removed.get(pass.name) ?? 0) + before - graph.node.length);
      return changes;
    },
  };
}

import { withBodies } from '../bodies.ts';
import type { GraphProto } from '../onnx_pb.ts';
import type { OnnxModel } from '../onnx-message.ts';
import type { ConstantTensor } from '../tensor-proto.ts';
import { type KnownValues, nothingKnown } from './known-values.ts';
import { type Note, Rewrite } from './rewrite.ts';

/** A small change of a graph that keeps what it computes. */
export interface Pass {
  readonly name: string;
  /** One sentence: what it takes away or joins. */
  readonly description: string;
  /** Changes the graph of `context.model`, its bodies included, in place; answers what it changed, nothing when it found nothing. */
  run(graph: GraphProto, context: PassContext): Promise<readonly Change[]>;
}

/** One thing that a pass did. */
export interface Change extends Note {
  readonly pass: string;
}

export interface PassContext {
  /** The model of the graph: a pass that uses operators of another domain enters its version there. */
  readonly model: OnnxModel;
  /** Version of the standard operators; 0 for a model that uses none of them. */
  readonly opset: number;
  /** Shapes and types of the main graph, as far as known. */
  readonly values: KnownValues;
  /** Runs a piece of the graph on constants, for folding; null: none was given. */
  readonly evaluate: Evaluate | null;
  /** Where the files of external data are; null: constants that are stored outside of the model are not looked at. */
  readonly folder: string | null;
}

/** Runs a model that has no inputs; answers all its outputs by name. Given in: graph tools never run a model themselves. */
export type Evaluate = (piece: OnnxModel) => Promise<ReadonlyMap<string, ConstantTensor>>;

/** A pass that looks at one graph at a time: at the main graph and at every body. In bodies, no shapes are known. */
export function passOverGraphs(
  name: string,
  description: string,
  visit: (rewrite: Rewrite, context: PassContext) => void | Promise<void>,
): Pass {
  return {
    name,
    description,
    async run(main, context) {
      const changes: Change[] = [];
      for (const graph of withBodies(main)) {
        const rewrite = new Rewrite(main, graph, context.folder);
        await visit(rewrite, graph === main ? context : { ...context, values: nothingKnown });
        // One by one: there may be more than a call takes arguments.
        for (const change of rewrite.apply()) changes.push({ pass: name, ...change });
      }
      return changes;
    },
  };
}

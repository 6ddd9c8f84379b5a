import { GraphIndex } from '../graph/graph-index.ts';
import type { GraphProto } from '../graph/onnx_pb.ts';

/**
 * Takes out of a rewritten graph which of the replaced constants nobody uses any more, and what was noted of the types of values that nobody
 * makes. Constants that had no use before stay: they are not ours.
 */
export function removeUnused(graph: GraphProto, replaced: ReadonlySet<string>): void {
  const index = new GraphIndex(graph);
  graph.initializer = graph.initializer.filter(({ name }) => !replaced.has(name) || index.uses(name) > 0);
  graph.valueInfo = graph.valueInfo.filter(({ name }) => index.producer(name) !== null);
}

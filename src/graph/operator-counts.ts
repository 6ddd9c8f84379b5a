import type { GraphProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';

/**
 * How often each operator stands in the graph, the bodies of If, Loop and Scan included. Operators of other domains than the
 * standard one carry it in front, such as `com.microsoft.nchwc:Conv`.
 */
export function operatorCounts(model: OnnxModel): Record<string, number> {
  const counts = new Map<string, number>();
  count(model.graph, counts);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `Conv`, or `com.microsoft:FusedConv`. The standard domain is written as '' or as `ai.onnx`. */
export function operatorName(node: { readonly domain: string; readonly opType: string }): string {
  return node.domain === '' || node.domain === 'ai.onnx' ? node.opType : `${node.domain}:${node.opType}`;
}

function count(graph: GraphProto, counts: Map<string, number>): void {
  for (const node of graph.node) {
    const name = operatorName(node);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const attribute of node.attribute) {
      if (attribute.g !== undefined) count(attribute.g, counts);
      for (const body of attribute.graphs) count(body, counts);
    }
  }
}

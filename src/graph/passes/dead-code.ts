import { outerUses } from '../bodies.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { passOverGraphs } from './pass.ts';

/**
 * Takes away what no output of the graph depends on: nodes, initialisers, and notes on the types of values that nobody makes. Inputs stay,
 * as callers feed them. ONNX has no operator with an effect beside its outputs.
 */
export const deadCode = passOverGraphs(
  'dead-code',
  'Nodes and initialisers that no output depends on are taken away.',
  (rewrite) => {
    const { graph, index } = rewrite;
    const needed = new Set(graph.output.map(({ name }) => name));
    const live = new Set<NodeProto>();
    // A set hands out what is added while it is walked.
    for (const value of needed) {
      const producer = index.producer(value);
      if (producer === null || live.has(producer)) continue;
      live.add(producer);
      for (const used of [...producer.input, ...outerUses(producer)]) needed.add(used);
    }

    for (const node of graph.node) {
      if (live.has(node)) continue;
      rewrite.remove(node);
      rewrite.note(node.name, `${operatorName(node)} that nothing uses is gone`);
    }
    const kept = graph.initializer.filter(({ name }) => needed.has(name) || index.isGraphInput(name));
    if (kept.length < graph.initializer.length) {
      const staying = new Set(kept);
      for (const tensor of graph.initializer) {
        if (!staying.has(tensor)) rewrite.note(tensor.name, 'constant that nothing uses is gone');
      }
      graph.initializer = kept;
    }
    const made = new Set([...live].flatMap(({ output }) => output));
    graph.valueInfo = graph.valueInfo.filter(
      ({ name }) => made.has(name) || (needed.has(name) && index.initializer(name) !== null),
    );
  },
);

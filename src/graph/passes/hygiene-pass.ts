import { cleanGraph } from '../hygiene.ts';
import type { Change, Pass } from './pass.ts';

/** `cleanGraph` as a pass: the first one, as others rely on the order of the nodes and look for constants among the initialisers. */
export const hygiene: Pass = {
  name: 'hygiene',
  description: 'Weights are no inputs, constants are initialisers, nodes have names and stand in order.',
  async run(graph, { model }) {
    const report = cleanGraph(model);
    const said: readonly (readonly [number, string])[] = [
      [report.inputsRemoved, 'weights that are no longer inputs'],
      [report.constantsLifted, 'Constant nodes made initialisers'],
      [report.nodesNamed, 'nodes named'],
      [report.nodesMoved, 'nodes put in front of those that use them'],
    ];
    return said.flatMap(([count, what]): Change[] =>
      count === 0 ? [] : [{ pass: 'hygiene', node: graph.name, what: `${count} ${what}` }],
    );
  },
};

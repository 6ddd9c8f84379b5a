import { linkMeaning, topologyText } from '../analysis/topology-links.ts';
import type { TopologyAnswer } from '../hardware/topology.ts';
import type { Topology } from '../hardware/topology-table.ts';
import { type Check, ok } from './doctor-check.ts';
import { type TextColumn, textTable } from './text-table.ts';

/** Reasons that only say that there is nothing to be joined. */
const nothingToJoin = new Set(['NO_TOOL', 'NO_DEVICE', 'NO_DRIVER', 'ONE_DEVICE']);

/** The table of the links with what its words mean; why there is none, where several devices could be here; else empty. */
export function describeTopology(answer: TopologyAnswer): string {
  if (answer.topology === null) {
    const { code, reason } = answer.topologyAbsence;
    return nothingToJoin.has(code) ? '' : `Topology        unknown: ${reason}\n`;
  }
  const { topology } = answer;
  const table = textTable(topology.nodes, columnsOf(topology)).trimEnd();
  const lines = [table, ...legendOf(topology)].flatMap((text) => text.split('\n')).map((line) => `  ${line}\n`);
  return `Topology        ${topology.tool}\n${lines.join('')}`;
}

/** One line for the doctor, which has more to tell than a table of devices; none where nothing is joined. */
export function checkTopology(answer: TopologyAnswer): readonly Check[] {
  const name = 'topology';
  if (answer.topology === null) {
    const { code, reason } = answer.topologyAbsence;
    return nothingToJoin.has(code) ? [] : [{ name, status: 'warning', message: reason, fix: null }];
  }
  return [ok(name, `${topologyText(answer.topology)}; dyno hardware detect prints the table`)];
}

function columnsOf({ nodes, links, gpus }: Topology): TextColumn<string>[] {
  const gpuOf = (node: string) => gpus.find((gpu) => gpu.node === node);
  return [
    { title: '', align: 'left', cell: (node) => node },
    ...nodes.map(
      (title, column): TextColumn<string> => ({
        title,
        align: 'left',
        cell: (node) => links[nodes.indexOf(node)]?.[column] ?? '',
      }),
    ),
    { title: 'cores near it', align: 'left', cell: (node) => gpuOf(node)?.cpus ?? '' },
    { title: 'memory node', align: 'left', cell: (node) => gpuOf(node)?.numaNodes ?? '' },
    { title: 'its own node', align: 'left', cell: (node) => gpuOf(node)?.ownNumaNode ?? '' },
  ];
}

/** The words that stand in the table, and the names of the network cards. */
function legendOf({ links, networkCards }: Topology): string[] {
  const used = [...new Set(links.flat())].filter((link) => link !== 'X').sort();
  const words = used.map((link) => [link, linkMeaning(link) ?? 'a link that Dyno does not know'] as const);
  const cards = Object.entries(networkCards);
  const width = Math.max(0, ...[...words, ...cards].map(([name]) => name.length));
  return [...words, ...cards].map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}

import type { TopologyRecord } from '../results/topology-record.ts';

/**
 * What a link of a topology is, in words; null for one that is not known.
 * @see https://docs.nvidia.com/deploy/nvidia-smi/index.html (topo -m), and the legend that the tool prints
 */
export function linkMeaning(name: string): string | null {
  const nvLinks = /^NV(\d+)$/.exec(name)?.[1];
  if (nvLinks !== undefined) return nvLinks === '1' ? 'one NVLink' : `${nvLinks} NVLinks together`;
  return Object.hasOwn(meanings, name) ? (meanings[name] ?? null) : null;
}

const meanings: Readonly<Record<string, string>> = {
  X: 'the device itself',
  PIX: 'through one PCIe bridge at most',
  PXB: 'through several PCIe bridges, but no host bridge',
  PHB: 'through a PCIe host bridge, which mostly is the processor',
  NODE: 'through the host bridges of one memory node (NUMA)',
  SYS: 'through the link between memory nodes (NUMA), such as that of two sockets',
  // What older drivers call SYS.
  SOC: 'through the link between memory nodes (NUMA), such as that of two sockets',
};

/** How often each link joins two GPUs, the most frequent first. */
export function gpuLinks({
  nodes,
  links,
  gpus,
}: TopologyRecord): readonly { readonly link: string; readonly pairs: number }[] {
  const isGpu = new Set(gpus.map(({ node }) => node));
  const counts = new Map<string, number>();
  for (const [row, a] of nodes.entries()) {
    for (const [column, b] of nodes.entries()) {
      const link = links[row]?.[column];
      if (column <= row || link === undefined || !isGpu.has(a) || !isGpu.has(b)) continue;
      counts.set(link, (counts.get(link) ?? 0) + 1);
    }
  }
  return [...counts].map(([link, pairs]) => ({ link, pairs })).sort((a, b) => b.pairs - a.pairs);
}

/** `8 GPUs: 28 pairs NV18 (18 NVLinks together)`. */
export function topologyText(topology: TopologyRecord): string {
  const links = gpuLinks(topology).map(({ link, pairs }) => {
    const meaning = linkMeaning(link);
    return `${pairs} ${pairs === 1 ? 'pair' : 'pairs'} ${link}${meaning === null ? '' : ` (${meaning})`}`;
  });
  return `${topology.gpus.length} GPUs: ${links.join(', ')}`;
}

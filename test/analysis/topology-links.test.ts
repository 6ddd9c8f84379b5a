import { expect, test } from 'vitest';
import { gpuLinks, linkMeaning, topologyText } from '../../src/analysis/topology-links.ts';

const topology = {
  tool: 'nvidia-smi topo -m',
  nodes: ['GPU0', 'NIC0', 'GPU1', 'GPU2'],
  links: [
    ['X', 'PIX', 'NV4', 'SYS'],
    ['PIX', 'X', 'SYS', 'SYS'],
    ['NV4', 'SYS', 'X', 'SYS'],
    ['SYS', 'SYS', 'SYS', 'X'],
  ],
  gpus: ['GPU0', 'GPU1', 'GPU2'].map((node) => ({ node, cpus: null, numaNodes: null })),
  networkCards: {},
};

test('each pair of GPUs counts once, network cards do not', () => {
  expect(gpuLinks(topology)).toEqual([
    { link: 'SYS', pairs: 2 },
    { link: 'NV4', pairs: 1 },
  ]);
});

test('links are told in words, and one that nobody knows stands as it is', () => {
  expect(topologyText(topology)).toBe(
    '3 GPUs: 2 pairs SYS (through the link between memory nodes (NUMA), such as that of two sockets), 1 pair NV4 (4 NVLinks together)',
  );
  expect(linkMeaning('NV1')).toBe('one NVLink');
  expect(linkMeaning('C2C')).toBeNull();
  expect(linkMeaning('constructor')).toBeNull();
});

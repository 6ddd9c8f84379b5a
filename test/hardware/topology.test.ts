import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTopology } from '../../src/hardware/topology.ts';
import { parseTopology } from '../../src/hardware/topology-table.ts';
import { StubTools } from '../collectors/stub-tools.ts';

const tools = new StubTools();
afterAll(() => tools.remove());

/** Two boards on two sockets, one of them beside a network card; the header is underlined as for a terminal. */
const table = [
  '\t\u001b[4mGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\u001b[0m',
  'GPU0\t X \tNV12\tPIX\t0-15,32-47\t0\t\tN/A',
  'GPU1\tNV12\t X \tSYS\t16-31,48-63\t1\t\tN/A',
  'NIC0\tPIX\tSYS\t X \t\t\t\t',
  '',
  'Legend:',
  '',
  '  X    = Self',
  '  NV#  = Connection traversing a bonded set of # NVLinks',
  '',
  'NIC Legend:',
  '',
  '  NIC0: mlx5_0',
  '',
].join('\n');

test('the table of nvidia-smi is read with its escape codes, padded cells, network cards and their names', () => {
  expect(parseTopology(table)).toEqual({
    tool: 'nvidia-smi topo -m',
    nodes: ['GPU0', 'GPU1', 'NIC0'],
    links: [
      ['X', 'NV12', 'PIX'],
      ['NV12', 'X', 'SYS'],
      ['PIX', 'SYS', 'X'],
    ],
    gpus: [
      { node: 'GPU0', cpus: '0-15,32-47', numaNodes: '0' },
      { node: 'GPU1', cpus: '16-31,48-63', numaNodes: '1' },
    ],
    networkCards: { NIC0: 'mlx5_0' },
  });
});

test('drivers that know neither memory nodes nor short names of network cards are read, too', () => {
  const old = [
    '\tGPU0\tGPU1\tmlx5_0\tCPU Affinity',
    'GPU0\t X \tPHB\tSOC\t0-9,20-29',
    'GPU1\tPHB\t X \tPHB\t0-9,20-29',
    'mlx5_0\tSOC\tPHB\t X \t',
  ].join('\r\n');
  expect(parseTopology(old)).toMatchObject({
    nodes: ['GPU0', 'GPU1', 'mlx5_0'],
    gpus: [
      { node: 'GPU0', cpus: '0-9,20-29', numaNodes: null },
      { node: 'GPU1', cpus: '0-9,20-29', numaNodes: null },
    ],
    networkCards: {},
  });
});

test('a device whose memory is a node of its own says so, and one in a container has no cores that are told', () => {
  const text = [
    '\tGPU0\tGPU1\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID',
    'GPU0\t X \tNODE\t0-71\t0\t\t4',
    'GPU1\tNODE\t X \tN/A\tN/A\t\tN/A',
  ];
  expect(parseTopology(text.join('\n'))?.gpus).toEqual([
    { node: 'GPU0', cpus: '0-71', numaNodes: '0', ownNumaNode: '4' },
    { node: 'GPU1', cpus: null, numaNodes: null },
  ]);
});

test.each([
  ['nothing', ''],
  ['an error', 'NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.'],
  ['a row that is missing', table.replace(/^GPU1.*$/m, '')],
  ['a row that is cut off', table.replace('GPU1\tNV12\t X \tSYS\t16-31,48-63\t1\t\tN/A', 'GPU1\tNV12')],
  ['a link that is no word', table.replace('NV12\tPIX', '??\tPIX')],
])('%s is no table', (_what, text) => {
  expect(parseTopology(text)).toBeNull();
});

test('the tool is asked, and what it says in the place of a table is the reason', async () => {
  const file = join(tools.folder, 'topology.txt');
  writeFileSync(file, table);
  const asked = (environment: Readonly<Record<string, string>>) => {
    const path = tools.add('nvidia-smi', environment);
    return readTopology(() => path);
  };
  expect(await asked({ STUB_TOPOLOGY: file })).toMatchObject({ topology: { nodes: ['GPU0', 'GPU1', 'NIC0'] } });
  expect(await asked({})).toMatchObject({
    topology: null,
    topologyAbsence: {
      code: 'UNKNOWN_FIELD',
      reason: expect.stringContaining('Invalid combination of input arguments'),
    },
  });
  expect(await asked({ STUB_FAULT: 'no-driver' })).toMatchObject({ topologyAbsence: { code: 'NO_DRIVER' } });
  writeFileSync(file, '\tGPU0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\nGPU0\t X \t0-31\t0\t\tN/A\n');
  expect(await asked({ STUB_TOPOLOGY: file })).toMatchObject({ topologyAbsence: { code: 'ONE_DEVICE' } });
  expect(await readTopology(() => null)).toMatchObject({ topologyAbsence: { code: 'NO_TOOL' } });
});

/** How the devices of a machine are joined, as `nvidia-smi topo -m` prints it. */
export interface Topology {
  readonly tool: string;
  readonly nodes: readonly string[];
  readonly links: readonly (readonly string[])[];
  readonly gpus: readonly {
    readonly node: string;
    readonly cpus: string | null;
    readonly numaNodes: string | null;
    readonly ownNumaNode?: string;
  }[];
  readonly networkCards: Readonly<Record<string, string>>;
}

/** Columns behind those of the nodes. `GPU NUMA ID` came with driver 525, `NUMA Affinity` before it. */
const affinityColumn = /^(CPU|NUMA) Affinity$|^GPU NUMA ID$/;
const gpuNode = /^GPU\d+$/;
/** A word such as `NV18`, `PIX` or `SYS`; drivers add to them. */
const link = /^[A-Z][A-Z0-9]{0,7}$/;

/**
 * The table of `nvidia-smi topo -m`, or null where the text is no such table: cells are separated by tabs, the header is underlined for
 * terminals (also where there is none), the network cards have neither cores nor memory, and a legend follows.
 */
export function parseTopology(text: string): Topology | null {
  const lines = withoutEscapes(text).split(/\r?\n/);
  const start = lines.findIndex(
    (line) =>
      cellsOf(line)
        .slice(1)
        .some((cell) => gpuNode.test(cell)) && cellsOf(line)[0] === '',
  );
  if (start === -1) return null;
  const header = cellsOf(lines[start] ?? '').slice(1);
  const end = header.findIndex((cell) => affinityColumn.test(cell));
  const nodes = (end === -1 ? header : header.slice(0, end)).filter((cell) => cell !== '');
  const rows = new Map<string, readonly string[]>();
  for (const line of lines.slice(start + 1)) {
    const [name = '', ...cells] = cellsOf(line);
    if (nodes.includes(name) && cells.length >= nodes.length) rows.set(name, cells);
  }
  const links = nodes.map((node) => (rows.get(node) ?? []).slice(0, nodes.length));
  const isWhole = links.every((row) => row.length === nodes.length && row.every((cell) => link.test(cell)));
  if (!isWhole || new Set(nodes).size < nodes.length) return null;
  return {
    tool: 'nvidia-smi topo -m',
    nodes,
    links,
    gpus: nodes
      .filter((node) => gpuNode.test(node))
      .map((node) => gpuOf(node, rows.get(node)?.slice(nodes.length) ?? [])),
    networkCards: networkCardsOf(lines),
  };
}

/** Cores, memory nodes, and, behind an empty cell that only pads the table, the node that the memory of the device is. */
function gpuOf(node: string, [cpus = '', numaNodes = '', ...rest]: readonly string[]): Topology['gpus'][number] {
  const own = told(rest.findLast((cell) => cell !== '') ?? '');
  return { node, cpus: told(cpus), numaNodes: told(numaNodes), ...(own === null ? {} : { ownNumaNode: own }) };
}

/** Lines such as `  NIC0: mlx5_0` of the legend. */
function networkCardsOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, node, name] = /^\s*(NIC\d+): (\S+)\s*$/.exec(line) ?? [];
      return node === undefined || name === undefined ? [] : [[node, name]];
    }),
  );
}

function told(cell: string): string | null {
  return /^[\d,-]+$/.test(cell) ? cell : null;
}

function cellsOf(line: string): string[] {
  return line.split('\t').map((cell) => cell.trim());
}

/** Without what underlines and colours text in a terminal. */
function withoutEscapes(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}

/** How the devices of a machine are joined to each other and to its processors, as the tool of their driver tells it. */
export interface TopologyRecord {
  /** Such as `nvidia-smi topo -m`. */
  readonly tool: string;
  /** GPUs and network cards, as the tool calls them: `GPU0`, `NIC0`. */
  readonly nodes: readonly string[];
  /** How the node of a row is joined to that of a column, in the order of `nodes`: `X` for itself, `NV18`, `PIX`, `PHB`, `SYS` … */
  readonly links: readonly (readonly string[])[];
  readonly gpus: readonly {
    readonly node: string;
    /** Cores that are near it, such as `0-55,112-167`; null: not told. */
    readonly cpus: string | null;
    /** Memory nodes that are near it, such as `0` or `0-1`. */
    readonly numaNodes: string | null;
    /** Node that its own memory is; left out where it is none. */
    readonly ownNumaNode?: string;
  }[];
  /** What the system calls the network cards: `NIC0` is `mlx5_0`. */
  readonly networkCards: Readonly<Record<string, string>>;
}

/** Why there is none. */
export interface TopologyAbsence {
  readonly code: string;
  readonly reason: string;
}

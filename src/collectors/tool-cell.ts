/** Why a tool has no figure to give: a code of ours, and its own words. */
export interface NoFigure {
  readonly code: string;
  readonly text: string;
}

/** What the tools of NVIDIA and AMD print in the place of a figure. Never 0: nothing was measured. */
const refusals: readonly { readonly pattern: RegExp; readonly code: string }[] = [
  { pattern: /^(n\/?a\b|none$|unknown$|-$|$)/i, code: 'NOT_TOLD' },
  { pattern: /not supported/i, code: 'NOT_SUPPORTED' },
  { pattern: /insufficient permissions|permission denied/i, code: 'NO_PERMISSION' },
  { pattern: /function not found/i, code: 'NOT_IN_DRIVER' },
  { pattern: /deprecated/i, code: 'DEPRECATED' },
  { pattern: /gpu is lost|fallen off the bus/i, code: 'DEVICE_LOST' },
  { pattern: /unknown error|^err!?$/i, code: 'DRIVER_ERROR' },
];

/** Units that the tools print, in base units. */
const scales: Readonly<Record<string, number>> = {
  '': 1,
  '%': 0.01,
  w: 1,
  mw: 1e-3,
  kw: 1e3,
  uw: 1e-6,
  j: 1,
  mj: 1e-3,
  kj: 1e3,
  uj: 1e-6,
  b: 1,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  kb: 1e3,
  // Both vendors' tools write MB for 2^20 bytes.
  mb: 2 ** 20,
  gb: 2 ** 30,
  hz: 1,
  khz: 1e3,
  mhz: 1e6,
  ghz: 1e9,
  c: 1,
};

/**
 * The figure of a cell such as `111.50 W`, `0x0000000000000004` or `[N/A]`, in base units (watts, joules, bytes, hertz, a share of 1, degrees
 * Celsius). `unit` is that of the column, for cells that bring none. What is not a number, or of an unknown unit, is refused.
 */
export function readCell(cell: string, unit = ''): number | NoFigure {
  const text = cell
    .trim()
    .replace(/^\[(.*)\]$/s, '$1')
    .trim();
  for (const { pattern, code } of refusals) {
    if (pattern.test(text)) return { code, text: cell.trim() };
  }
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return Number(BigInt(text));
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z%]*)$/i.exec(text);
  if (match === null) return { code: 'NOT_A_NUMBER', text: cell.trim() };
  const [, digits = '', own = ''] = match;
  const scale = scales[(own === '' ? unit : own).toLowerCase()];
  return scale === undefined ? { code: 'UNKNOWN_UNIT', text: cell.trim() } : Number(digits) * scale;
}

/** The figure, or NaN where the tool has none. */
export function figureOf(cell: number | NoFigure): number {
  return typeof cell === 'number' ? cell : Number.NaN;
}

/** What nvidia-smi says when it has no answer, and the code that stands for it. It prints this on stdout, with and without figures around. */
const errors: readonly { readonly pattern: RegExp; readonly code: string }[] = [
  { pattern: /gpu is lost|fallen off the bus|unable to determine the device handle/i, code: 'DEVICE_LOST' },
  { pattern: /couldn't communicate with the nvidia driver/i, code: 'NO_DRIVER' },
  { pattern: /driver\/library version mismatch/i, code: 'DRIVER_MISMATCH' },
  { pattern: /no devices were found/i, code: 'NO_DEVICE' },
  { pattern: /is not a valid field to query/i, code: 'UNKNOWN_FIELD' },
  { pattern: /^(error:\s*)?insufficient permissions/i, code: 'NO_PERMISSION' },
  { pattern: /failed to initialize nvml/i, code: 'NVML_FAILED' },
];

/** Exit codes of nvidia-smi, from its manual page (RETURN VALUE). */
const exits: Readonly<Record<number, { readonly code: string; readonly meaning: string }>> = {
  2: { code: 'UNKNOWN_FIELD', meaning: 'an argument or field that it does not know' },
  3: { code: 'NOT_SUPPORTED', meaning: 'the operation is not available on this device' },
  4: { code: 'NO_PERMISSION', meaning: 'this user may not ask it' },
  6: { code: 'NO_DEVICE', meaning: 'no such device' },
  8: { code: 'NO_POWER_CABLE', meaning: 'the power cables of a device are not attached' },
  9: { code: 'NO_DRIVER', meaning: 'the driver is not loaded' },
  10: { code: 'DRIVER_ERROR', meaning: 'the kernel found a problem with the interrupts of a device' },
  12: { code: 'NVML_FAILED', meaning: 'the library of the driver (NVML) was not found' },
  13: { code: 'NOT_IN_DRIVER', meaning: 'the library of the driver lacks this function' },
  14: { code: 'DRIVER_ERROR', meaning: 'the infoROM of a device is corrupted' },
  15: { code: 'DEVICE_LOST', meaning: 'a device has fallen off the bus' },
};

/** What an exit code of nvidia-smi means. */
export function exitMeaning(exitCode: number): { readonly code: string; readonly meaning: string } {
  return exits[exitCode] ?? { code: 'TOOL_FAILED', meaning: 'an error that its manual does not name' };
}

/** The code of a line that is an error message of nvidia-smi; null for any other line. */
export function errorCode(line: string): string | null {
  return errors.find(({ pattern }) => pattern.test(line))?.code ?? null;
}

/** One row: the text of each field as printed, and the unit that the header gives for it. */
export interface SmiRow {
  readonly cells: ReadonlyMap<string, string>;
  readonly units: ReadonlyMap<string, string>;
}

export type SmiLine =
  | { readonly kind: 'header' }
  | { readonly kind: 'row'; readonly row: SmiRow }
  | { readonly kind: 'error'; readonly code: string; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Reads the lines of `nvidia-smi --query-…=… --format=csv`, with units in the cells or not. Columns are found by their header, which may come
 * again, and differently, at any time. The file format has no quotes: a row with more or fewer cells than its header is refused, because
 * nobody can tell which are whose. Only where the last column is `name` are more cells those of a name with commas.
 */
export class SmiCsv {
  #fields: readonly string[] | null = null;
  #units: ReadonlyMap<string, string> = new Map();
  readonly #key: string;

  /** `key`: a field that every header has, such as `uuid`. */
  constructor(key: string) {
    this.#key = key;
  }

  read(line: string): SmiLine {
    const code = errorCode(line);
    if (code !== null) return { kind: 'error', code, text: line.trim() };
    const cells = line.split(',').map((cell) => cell.trim());
    const named = cells.map((cell) => /^([a-z][a-z0-9_.]*)(?: \[(.+)\])?$/i.exec(cell));
    if (named.some((match) => match?.[1] === this.#key)) {
      const fields = named.map((match) => match?.[1] ?? '');
      if (fields.includes('')) {
        this.#fields = null;
        return { kind: 'refused', reason: `a header with a column that has no name: ${shown(line)}` };
      }
      this.#fields = fields;
      this.#units = new Map(named.flatMap((match) => (match?.[1] && match[2] ? [[match[1], match[2]]] : [])));
      return { kind: 'header' };
    }
    if (this.#fields === null) return { kind: 'refused', reason: `a line before the header: ${shown(line)}` };
    const expected = this.#fields.length;
    if (cells.length > expected && this.#fields.at(-1) === 'name') {
      cells.splice(expected - 1, cells.length, cells.slice(expected - 1).join(', '));
    }
    if (cells.length !== expected) {
      return { kind: 'refused', reason: `${cells.length} cells where the header has ${expected}: ${shown(line)}` };
    }
    const byField = new Map(this.#fields.map((field, index) => [field, cells[index] ?? '']));
    return { kind: 'row', row: { cells: byField, units: this.#units } };
  }
}

/** The beginning of a line, without UUIDs: of one that is cut off here, nobody would see later that it is one. */
function shown(text: string): string {
  const line = text.replace(/\b(GPU|MIG)-[0-9a-f][0-9a-f-]{7,}/gi, '$1-…');
  return JSON.stringify(line.length > 120 ? `${line.slice(0, 120)}…` : line);
}

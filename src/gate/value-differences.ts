import type { Difference } from './gate-report.ts';

/** Longer values are cut. */
const longest = 80;

/** Keys of the `gate` section whose larger value lets more pass. */
const looserWhenLarger = /(^|[ .])(margin|floor)$|^gate\.limits\./;

/**
 * What differs between two values of YAML, by the path of each that changed. Rules of `gate.metrics` are named by what they are for, not by their
 * place in the list. Of a value that lets more pass in head it is said that it is loosened.
 */
export function valueDifferences(base: unknown, head: unknown): Difference[] {
  const [ofBase, ofHead] = [leaves(base), leaves(head)];
  return [...new Set([...ofBase.keys(), ...ofHead.keys()])].flatMap((path): Difference[] => {
    const [before, after] = [ofBase.get(path) ?? null, ofHead.get(path) ?? null];
    if (before === after) return [];
    return [{ what: isLooser(path, before, after) ? `${path} (loosened)` : path, base: before, head: after }];
  });
}

function isLooser(path: string, base: string | null, head: string | null): boolean {
  if (/(^|[ .])role$/.test(path)) return head === 'ignored' || (head === 'informational' && base !== 'ignored');
  if (!looserWhenLarger.test(path) || head === null) return false;
  const [before, after] = [size(base), size(head)];
  return before === null ? false : after !== null && after > before;
}

/** A share, size or duration as a number, comparable with others of its kind; null for none. */
function size(text: string | null): number | null {
  const match = /^(\d+(?:\.\d+)?)\s?(%|[A-Za-z]*)$/.exec(text ?? '');
  if (match === null) return null;
  const factors: ReadonlyMap<string, number> = new Map([
    ['', 1],
    ['%', 0.01],
    ['ns', 1e-9],
    ['us', 1e-6],
    ['ms', 1e-3],
    ['s', 1],
    ['min', 60],
    ['h', 3600],
    ['B', 1],
    ['KiB', 2 ** 10],
    ['MiB', 2 ** 20],
    ['GiB', 2 ** 30],
  ]);
  const factor = factors.get(match[2] ?? '');
  return factor === undefined ? null : Number(match[1]) * factor;
}

/** The values within a value that hold no others, as texts. */
function leaves(value: unknown): Map<string, string> {
  const found = new Map<string, string>();
  visit(value, '', found);
  return found;
}

function visit(value: unknown, path: string, found: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) {
    if (value !== undefined) found.set(free(path, found), shown(value));
    return;
  }
  const within = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (!Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) visit(inner, within(key), found);
  } else if (path === 'gate.metrics') {
    for (const rule of value as readonly unknown[]) visitRule(rule, found);
  } else if (value.every((one) => typeof one !== 'object' || one === null)) {
    found.set(path, shown(value));
  } else {
    for (const [index, inner] of value.entries()) visit(inner, within(String(index)), found);
  }
}

function visitRule(rule: unknown, found: Map<string, string>): void {
  if (typeof rule !== 'object' || rule === null) return;
  const { scenario = '*', metric = '*', ...said } = rule as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(said)) {
    found.set(free(`gate.metrics, ${String(metric)} of ${String(scenario)}: ${key}`, found), shown(value));
  }
}

/** A second rule for the same rows has a number. */
function free(path: string, found: ReadonlyMap<string, string>): string {
  let name = path;
  for (let number = 2; found.has(name); number++) name = `${path} (${number})`;
  return name;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

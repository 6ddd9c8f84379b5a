import { InputError } from '../kernel/errors.ts';
import { describeValue, type Path, pathText } from '../kernel/value-path.ts';
import { parseYamlValue } from '../kernel/yaml-source.ts';

/** One value that an option puts into a suite. */
export interface Assignment {
  /** The option as typed, for errors. */
  readonly option: string;
  readonly path: Path;
  readonly value: unknown;
}

/** `a.b=value`: a path of keys and positions, and a value in YAML. */
export function parseSet(text: string): Assignment {
  const option = `--set ${text}`;
  const equals = text.indexOf('=');
  const keys = text.slice(0, Math.max(0, equals)).trim().split('.');
  if (equals === -1 || keys.some((key) => key === '')) {
    throw new InputError(
      'OVERRIDE_INVALID',
      `${option}: expected PATH=VALUE such as policy.rounds=5, got ${JSON.stringify(text)}.`,
    );
  }
  const { value, problem } = parseYamlValue(text.slice(equals + 1));
  if (problem !== null) throw new InputError('OVERRIDE_INVALID', `${option}: ${problem}.`);
  return { option, path: keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key)), value };
}

/** A copy with one value put in; maps on the way that are not there yet are made. */
export function assigned(value: unknown, assignment: Assignment, depth = 0): unknown {
  const { path, option } = assignment;
  const step = path[depth];
  if (step === undefined) return assignment.value;
  if (step === '__proto__')
    throw new InputError('OVERRIDE_INVALID', `${option}: expected another key, got "__proto__".`);
  if (Array.isArray(value)) {
    if (typeof step === 'number' && step < value.length)
      return value.with(step, assigned(value[step], assignment, depth + 1));
    const place = pathText(path.slice(0, depth));
    throw new InputError(
      'OVERRIDE_INVALID',
      `${option}: expected a position from 0 to ${value.length - 1} of ${place}, got ${JSON.stringify(step)}.`,
    );
  }
  if (value !== undefined && (typeof value !== 'object' || value === null)) {
    const place = pathText(path.slice(0, depth));
    throw new InputError(
      'OVERRIDE_INVALID',
      `${option}: expected ${place} to be a map, got ${describeValue(value)}. Set ${place} itself.`,
    );
  }
  const map = (value ?? {}) as Record<string, unknown>;
  return { ...map, [step]: assigned(Object.hasOwn(map, step) ? map[step] : undefined, assignment, depth + 1) };
}

/** The values of a list as options have them, separated by commas. Throws `OVERRIDE_INVALID` for an empty one. */
export function splitList(option: string, text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === '')) {
    throw new InputError(
      'OVERRIDE_INVALID',
      `${option}: expected values separated by commas such as "a,b", got ${JSON.stringify(text)}.`,
    );
  }
  return items;
}

import { InputError } from '../kernel/errors.ts';

const units = ['s', 'bytes', 'ratio', 'count', 'Hz', 'W', 'J', 'celsius', '1/s'];
const methods = ['probe', 'open', 'sample', 'close'] as const;
const optionalMethods = ['pause', 'resume', 'settle', 'end'] as const;
const kinds = ['gpu', 'package'];

/**
 * Checks that what a plug-in registered as a collector keeps the contract; plug-ins are JavaScript that no compiler has seen. Throws
 * `COLLECTOR_INVALID`, which names the field, what was expected and what came.
 */
export function checkCollector(value: unknown, from: string): void {
  const path = 'collector';
  if (!isRecord(value)) throw invalid(from, path, 'an object', value);
  checkName(value.name, `${path}.name`, from);
  if (value.phase !== 'early' && value.phase !== 'late') {
    throw invalid(from, `${path}.phase`, '"early" or "late"', value.phase);
  }
  for (const method of methods) {
    if (typeof value[method] !== 'function') throw invalid(from, `${path}.${method}`, 'a function', value[method]);
  }
  for (const method of optionalMethods) {
    if (value[method] !== undefined && typeof value[method] !== 'function') {
      throw invalid(from, `${path}.${method}`, 'a function, or nothing', value[method]);
    }
  }
  checkColumns(value.columns, `${path}.columns`, from);
}

/**
 * Checks what the probe of a plug-in's collector answered: the columns that it found take the place of those that it declares. Throws
 * `COLLECTOR_INVALID`.
 */
export function checkProbe(value: unknown, from: string): void {
  const path = 'probe()';
  if (!isRecord(value) || typeof value.available !== 'boolean') {
    throw invalid(from, path, 'an object with "available", true or false', value);
  }
  if (!value.available) {
    for (const key of ['code', 'reason']) {
      if (typeof value[key] !== 'string') throw invalid(from, `${path}.${key}`, 'a text', value[key]);
    }
    return;
  }
  if (value.columns !== undefined) checkColumns(value.columns, `${path}.columns`, from);
  for (const key of ['missing', 'devices']) {
    if (value[key] !== undefined && !Array.isArray(value[key])) {
      throw invalid(from, `${path}.${key}`, 'an array, or nothing', value[key]);
    }
  }
  ((value.missing ?? []) as readonly unknown[]).forEach((missing, index) => {
    const at = `${path}.missing[${index}]`;
    if (!isRecord(missing)) throw invalid(from, at, 'an object', missing);
    for (const key of ['column', 'code', 'reason']) {
      if (typeof missing[key] !== 'string') throw invalid(from, `${at}.${key}`, 'a text', missing[key]);
    }
  });
  ((value.devices ?? []) as readonly unknown[]).forEach((device, index) => {
    checkDevice(device, `${path}.devices[${index}]`, from);
  });
}

/** What a plug-in leaves out of a device is unknown; what it says goes into the result and the report as it is. */
function checkDevice(device: unknown, path: string, from: string): void {
  if (!isRecord(device)) throw invalid(from, path, 'an object', device);
  const { uuid, index, kind, isSliced, notes } = device;
  if (typeof uuid !== 'string') throw invalid(from, `${path}.uuid`, 'a text', uuid);
  if (!Number.isInteger(index) || Number(index) < 0)
    throw invalid(from, `${path}.index`, 'a whole number from 0', index);
  if (!kinds.includes(String(kind))) throw invalid(from, `${path}.kind`, `one of ${kinds.join(', ')}`, kind);
  for (const key of ['vendor', 'name', 'driver']) {
    const told = device[key] ?? null;
    if (told !== null && typeof told !== 'string') throw invalid(from, `${path}.${key}`, 'a text or null', told);
  }
  for (const key of ['memoryBytes', 'powerLimitWatts']) {
    const told = device[key] ?? null;
    if (told !== null && !Number.isFinite(told)) throw invalid(from, `${path}.${key}`, 'a number or null', told);
  }
  if (!['boolean', 'undefined'].includes(typeof (isSliced ?? undefined))) {
    throw invalid(from, `${path}.isSliced`, 'true, false or null', isSliced);
  }
  for (const key of ['sensorError', 'sensorCoverage']) {
    const told = device[key];
    if (told !== undefined && !(typeof told === 'number' && told > 0 && told <= 1)) {
      throw invalid(from, `${path}.${key}`, 'a share above 0, at most 1, or nothing', told);
    }
  }
  if (!['string', 'undefined'].includes(typeof device.sensorSource)) {
    throw invalid(from, `${path}.sensorSource`, 'a text or nothing', device.sensorSource);
  }
  for (const key of ['includesPackage', 'estimated']) {
    const told = device[key];
    if (!['boolean', 'undefined'].includes(typeof told)) {
      throw invalid(from, `${path}.${key}`, 'true, false or nothing', told);
    }
  }
  if (notes !== undefined && !(Array.isArray(notes) && notes.every((note) => typeof note === 'string'))) {
    throw invalid(from, `${path}.notes`, 'an array of texts', notes);
  }
}

function checkColumns(columns: unknown, path: string, from: string): void {
  if (!Array.isArray(columns) || columns.length === 0) {
    throw invalid(from, path, 'an array of at least one column', columns);
  }
  columns.forEach((column: unknown, index) => {
    const at = `${path}[${index}]`;
    if (!isRecord(column)) throw invalid(from, at, 'an object', column);
    checkName(column.name, `${at}.name`, from);
    if (!units.includes(String(column.unit)))
      throw invalid(from, `${at}.unit`, `one of ${units.join(', ')}`, column.unit);
    if (typeof column.description !== 'string') throw invalid(from, `${at}.description`, 'a text', column.description);
  });
  const names = columns.map((column: { name: string }) => column.name);
  if (new Set(names).size < names.length) throw invalid(from, path, 'names that differ', names.join(', '));
}

/** Names become names of columns in files, `collector.column`: a dot in one would make them ambiguous. */
function checkName(name: unknown, path: string, from: string): void {
  if (typeof name !== 'string' || !/^[a-z][a-z0-9_-]*$/.test(name)) {
    throw invalid(from, path, 'a name of small letters, digits, "_" and "-"', name);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function invalid(from: string, path: string, expected: string, got: unknown): InputError {
  const shown = typeof got === 'function' ? 'a function' : (JSON.stringify(got) ?? String(got));
  return new InputError('COLLECTOR_INVALID', `Plug-in ${from}: expected ${path} to be ${expected}, got ${shown}.`);
}

import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '../kernel/errors.ts';
import { makeFolder } from '../kernel/make-folder.ts';
import { nearest } from '../kernel/nearest.ts';
import { diskError } from '../results/disk-error.ts';
import { gateLogFile } from './gate-log.ts';

/** Folder beside the runs that holds the gates, one folder each. */
const gatesFolder = 'gates';

/**
 * Makes the folder of a new gate, `outDir/gates/<id>`, and answers with its path. git is told to ignore all gates: what this one writes must not
 * be a change of the working tree that it measures. Throws `GATE_ID_INVALID`, `GATE_EXISTS`, `FOLDER_UNWRITABLE` (exit 3) or `DISK_FULL`.
 */
export function createGateFolder(outDir: string, id: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(id)) {
    throw new InputError(
      'GATE_ID_INVALID',
      `--run-id: expected 1 to 128 letters, digits, ".", "_" or "-", starting with a letter or digit, got ${JSON.stringify(id)}.`,
    );
  }
  const parent = join(outDir, gatesFolder);
  const folder = join(parent, id);
  try {
    makeFolder(parent);
    const ignored = join(parent, '.gitignore');
    if (!existsSync(ignored)) writeFileSync(ignored, '*\n');
    if (existsSync(folder)) throw exists(id, parent);
    mkdirSync(folder);
  } catch (error) {
    throw diskError(error, folder);
  }
  return folder;
}

/** The id of the gate in `folder`: its name. */
export function gateIdOf(folder: string): string {
  return basename(resolve(folder));
}

/**
 * The folder of the gate that a person means: a path of its folder or of a file in it, its id in `outDir/gates`, or a beginning of an id that
 * only one has. Throws `GATE_UNKNOWN` with the nearest id, or `GATE_AMBIGUOUS` with all that fit (exit 3).
 */
export function findGate(nameOrPath: string, outDir: string): string {
  const parent = join(outDir, gatesFolder);
  const ids = isFolder(parent) ? readdirSync(parent).filter((name) => isGate(join(parent, name))) : [];
  if (ids.includes(nameOrPath)) return join(parent, nameOrPath);
  for (const path of [nameOrPath, dirname(nameOrPath)]) {
    if (nameOrPath !== '' && (path === nameOrPath || existsSync(nameOrPath)) && isGate(path)) return path;
  }
  const fitting = nameOrPath === '' ? [] : ids.filter((id) => id.startsWith(nameOrPath)).sort();
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return join(parent, only);
  if (fitting.length > 1) {
    throw new InputError(
      'GATE_AMBIGUOUS',
      `${nameOrPath}: expected one gate, got ${fitting.length} whose ids begin so: ${fitting.slice(0, 10).join(', ')}.`,
    );
  }
  const near = nearest(nameOrPath, ids);
  const known = ids.length === 0 ? ' There is none.' : ` The newest: ${[...ids].sort().at(-1)}.`;
  throw new InputError(
    'GATE_UNKNOWN',
    `${nameOrPath}: expected the id of a gate in ${parent} or the path of one, got neither.${near === null ? known : ` Did you mean "${near}"?`}`,
  );
}

function isGate(folder: string): boolean {
  return isFolder(folder) && existsSync(join(folder, gateLogFile));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function exists(id: string, parent: string): InputError {
  return new InputError(
    'GATE_EXISTS',
    `--run-id ${id}: there already is a gate of this name in ${parent}. Go on with it by --resume ${id}, or choose another name.`,
  );
}

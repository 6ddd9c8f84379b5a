import { basename } from 'node:path';
import { sha256 } from '../kernel/content-hash.ts';

/** A version that a file of a project names, such as that of a package. */
export interface NamedVersion {
  readonly name: string;
  readonly version: string;
  /** The project itself asks for it, not only what it depends on. */
  readonly isDirect: boolean;
}

type Reader = (text: string) => NamedVersion[];

/** Files that say on what a program runs, by the pattern of their name. Of those without a reader it is told only that they differ. */
const readers: readonly { readonly pattern: RegExp; readonly read: Reader }[] = [
  { pattern: /^(package-lock|npm-shrinkwrap)\.json$/, read: npmLock },
  { pattern: /^package\.json$/, read: nodePackage },
  { pattern: /^(requirements|constraints)[^/]*\.txt$/, read: pipRequirements },
  { pattern: /^pyproject\.toml$/, read: pyproject },
  { pattern: /^(poetry|uv)\.lock$/, read: pythonLock },
  { pattern: /^(\.nvmrc|\.node-version|\.python-version|\.tool-versions|runtime\.txt)$/, read: wholeText },
  {
    pattern:
      /^(yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Pipfile\.lock|Cargo\.lock|go\.sum|conda-lock\.yml|environment\.ya?ml|Dockerfile)$/,
    read: contentHash,
  },
];

/** Whether a path is that of a file that names versions. */
export function namesVersions(path: string): boolean {
  return !/(^|\/)node_modules\//.test(path) && readers.some(({ pattern }) => pattern.test(basename(path)));
}

/** The versions that a file names. Of one that cannot be understood, its hash stands for all of them. */
export function namedVersions(path: string, text: string): NamedVersion[] {
  const reader = readers.find(({ pattern }) => pattern.test(basename(path)));
  if (reader === undefined) return [];
  try {
    return reader.read(text);
  } catch {
    return contentHash(text);
  }
}

function contentHash(text: string): NamedVersion[] {
  return [{ name: 'content', version: sha256(text).slice(0, 12), isDirect: true }];
}

function wholeText(text: string): NamedVersion[] {
  return [
    {
      name: 'version',
      version: text
        .trim()
        .split(/\s*\n\s*/)
        .join(', '),
      isDirect: true,
    },
  ];
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** Lock files of npm: `packages` by folder from version 2 on, nested `dependencies` before. */
function npmLock(text: string): NamedVersion[] {
  const lock = objectOf(JSON.parse(text));
  if (!isObject(lock.packages)) return nestedDependencies(lock.dependencies, '');
  const root = objectOf(lock.packages['']);
  const asked = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  const direct = new Set(asked.flatMap((kind) => Object.keys(objectOf(root[kind]))));
  return Object.entries(lock.packages).flatMap(([folder, entry]) => {
    const { version } = objectOf(entry);
    if (folder === '' || typeof version !== 'string') return [];
    const name = folder.replace(/^node_modules\//, '').replaceAll('/node_modules/', ' > ');
    return [{ name, version, isDirect: direct.has(name) }];
  });
}

function nestedDependencies(dependencies: unknown, within: string): NamedVersion[] {
  return Object.entries(objectOf(dependencies)).flatMap(([name, entry]) => {
    const { version, dependencies: inner } = objectOf(entry);
    const path = within + name;
    const own = typeof version === 'string' ? [{ name: path, version, isDirect: within === '' }] : [];
    return [...own, ...nestedDependencies(inner, `${path} > `)];
  });
}

/** What a package needs to run on. Its dependencies are in its lock file, where it has one, and else as wide as they are asked for. */
function nodePackage(text: string): NamedVersion[] {
  const manifest = objectOf(JSON.parse(text));
  const ranges = ['dependencies', 'optionalDependencies', 'engines'].flatMap((kind) =>
    Object.entries(objectOf(manifest[kind])).map(([name, range]) => [
      kind === 'engines' ? `engines.${name}` : name,
      range,
    ]),
  );
  return [...ranges, ['packageManager', manifest.packageManager]].flatMap(([name, version]) =>
    typeof name === 'string' && typeof version === 'string' ? [{ name, version, isDirect: true }] : [],
  );
}

/** One requirement of PEP 508, such as `torch[cuda]>=2.1 ; python_version > "3.8"`; null for anything else. */
function requirement(text: string): NamedVersion | null {
  const plain = text.replace(/\s+--hash=\S+/g, '').split(/\s*;/)[0] ?? '';
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(@\s*\S+|\(?[<>=!~][^)]*\)?)?$/.exec(plain.trim());
  if (match === null) return null;
  const [, name = '', version = ''] = match;
  // PEP 503: letters, dashes, dots and underlines of a name are equal in any case and number.
  const normal = name.toLowerCase().replace(/[-_.]+/g, '-');
  return {
    name: normal,
    version: version === '' ? 'any' : withoutPassword(version.replace(/\s+/g, '')),
    isDirect: true,
  };
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@\s]+@/g, '//');
}

function pipRequirements(text: string): NamedVersion[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .flatMap((line) => requirement(line) ?? []);
}

/** `[[package]]` tables with `name` and `version`. */
function pythonLock(text: string): NamedVersion[] {
  return text.split(/^\[\[package\]\]\s*$/m).flatMap((table, index) => {
    const of = (key: string): string | undefined => new RegExp(`^${key}\\s*=\\s*"([^"]*)"`, 'm').exec(table)?.[1];
    const [name, version] = [of('name'), of('version')];
    return index === 0 || name === undefined || version === undefined ? [] : [{ name, version, isDirect: false }];
  });
}

const listSection = /^(project\.optional-dependencies|dependency-groups)$/;
const tableSection = /^tool\.poetry(\.group\.[^.]+)?\.(dev-)?dependencies$/;

/**
 * The requirements in a pyproject.toml: lists of PEP 508 and tables of Poetry. Read by line: it takes what these tools write, which is not all that
 * TOML allows.
 */
function pyproject(text: string): NamedVersion[] {
  const found: NamedVersion[] = [];
  let section = '';
  let isInList = false;
  for (const line of text.split(/\r?\n/)) {
    const header = isInList ? undefined : /^\s*\[([^[\]]+)\]\s*(#.*)?$/.exec(line)?.[1];
    if (header !== undefined) {
      section = header.replaceAll(/\s|"/g, '');
      continue;
    }
    const [, key = '', value = ''] = /^\s*["']?([A-Za-z0-9._-]+)["']?\s*=\s*(.*)$/.exec(line) ?? [];
    if (section === 'project' && key === 'requires-python') {
      found.push({ name: 'python', version: value.replaceAll(/["']/g, '').trim(), isDirect: true });
    } else if (tableSection.test(section) && key !== '') {
      const version = /^["']([^"']*)["']/.exec(value)?.[1] ?? /version\s*=\s*["']([^"']*)["']/.exec(value)?.[1];
      found.push({ name: key.toLowerCase(), version: version ?? withoutPassword(value.trim()), isDirect: true });
    } else if (isInList || listSection.test(section) || (section === 'project' && key === 'dependencies')) {
      const items: string = isInList ? line : value;
      // Brackets within a text are those of extras.
      const outside: string = items.replaceAll(/"[^"]*"|'[^']*'/g, '').replace(/#.*$/, '');
      for (const [, double, single] of items.matchAll(/"([^"]*)"|'([^']*)'/g)) {
        const one = requirement(double ?? single ?? '');
        if (one !== null) found.push(one);
      }
      isInList = isInList ? !outside.includes(']') : outside.includes('[') && !outside.includes(']');
    }
  }
  return found;
}

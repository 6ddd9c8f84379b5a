import { createHmac, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir, hostname, userInfo } from 'node:os';
import { basename, extname, join } from 'node:path';
import { cacheFolder } from '../kernel/cache-folder.ts';
import { packageRoot } from '../kernel/package-root.ts';
import { isStructural, isStructuralTree } from './structural-keys.ts';

/*
 * Results are committed and attached to pull requests, so whatever names a machine, a person or a place is replaced before it is
 * written: host and user names, paths outside of this package, serial numbers, MAC and IP addresses, UUIDs, users, passwords and
 * hosts in URLs.
 *
 * A replacement is `kind:` and eight hex digits of an HMAC-SHA-256 under a random key that this machine keeps in its cache folder
 * and never writes anywhere else. So the runs of one machine can be told to be of one machine, and nobody without the key can try
 * out names (a plain or commonly salted hash of a host name is found in seconds). A new key, after the cache was deleted, only means
 * that older runs no longer match.
 *
 * Kept, because they say what went wrong and name nobody: the extension of a file, `/proc`, `/sys` and `/dev`, loopback addresses,
 * common account names such as root, public sites such as github.com, relative paths, and paths within this package (as `<dyno>/…`).
 */

/** What is private on one machine. */
export interface Private {
  readonly key: Uint8Array;
  readonly host: string;
  readonly user: string;
  readonly home: string;
  /** Further folders whose paths are private whatever stands in them, such as the current one. */
  readonly folders: readonly string[];
  /** Folder of this package, replaced by `<dyno>`. */
  readonly packageFolder: string;
}

export interface Redactor {
  /** The text with all that is private replaced. Doing it twice changes nothing. */
  text(text: string): string;
  /**
   * The JSON value with every string in it redacted, object keys excepted; strings under keys such as `serial` or `uuid` wholly. The
   * names of user and host are looked for in free text only, not in words of the format, such as those under `type` or `workload`.
   */
  deep<T>(value: T): T;
  /** The replacement itself, for what is known to be private, such as `hash('host', hostname())`. */
  hash(kind: string, secret: string): string;
}

/** Redacts every string within a JSON value for this machine. */
export function redactDeep<T>(value: T): T {
  return thisMachine().deep(value);
}

/** The replacement of something private of this machine, such as `host:3fa29c01`: equal for equal secrets of this machine only. */
export function privateHash(kind: string, secret: string): string {
  return thisMachine().hash(kind, secret);
}

/** A redactor for a machine of which `known` is private. */
export function createRedactor(known: Private): Redactor {
  const hash = (kind: string, secret: string) =>
    `${kind}:${createHmac('sha256', known.key).update(secret).digest('hex').slice(0, 8)}`;

  const hashPath = (path: string) => {
    const extension = extname(basename(path));
    return hash('path', path) + (/^\.[A-Za-z0-9]{1,10}$/.test(extension) ? extension : '');
  };
  const redactPath = (path: string) => {
    const [, body = path, ending = ''] = /^(.*?)([.,!?]*)$/s.exec(path) ?? [];
    if (openFolders.some((folder) => body === folder || body.startsWith(`${folder}/`))) return path;
    const inPackage = within(body, known.packageFolder);
    return (inPackage === null ? hashPath(body) : `<dyno>${inPackage}`) + ending;
  };
  const words: [RegExp, string][] = [];
  if (known.host.length > 1 && known.host !== 'localhost') words.push([wholeWord(known.host), 'host']);
  const [shortHost = ''] = known.host.split('.');
  if (shortHost.length > 2 && shortHost !== known.host) words.push([wholeWord(shortHost), 'host']);
  if (known.user.length > 1 && !commonAccounts.has(known.user.toLowerCase()))
    words.push([wholeWord(known.user), 'user']);

  const folders = [...new Set([known.home, ...known.folders])]
    .filter((folder) => folder.length > 1 && !openFolders.includes(folder))
    .sort((a, b) => b.length - a.length); // the innermost first
  const patterns: ((text: string) => string)[] = [
    (text) =>
      text.replace(userInUrl, (_all, scheme: string, secret: string) =>
        replacement.test(secret) ? `${scheme}${secret}@` : `${scheme}${hash('user', secret)}@`,
      ),
    (text) =>
      text.replace(hostInUrl, (all, before: string, host: string) => {
        const address = host.replace(/^\[|\]$/g, '');
        if (publicHosts.has(host.toLowerCase()) || loopback.test(address)) return all;
        return before + hash(isIP(address) === 0 ? 'host' : 'ip', host.toLowerCase());
      }),
    (text) =>
      folders.reduce(
        (redacted, folder) =>
          replaceFolder(redacted, folder, (path) => (path.startsWith('/') ? redactPath(path) : hashPath(path))),
        text,
      ),
    (text) => text.replace(fileUrl, (_all, path: string) => redactPath(path)),
    (text) => text.replace(quotedPath, (_all, quote: string, path: string) => `${quote}${redactPath(path)}${quote}`),
    (text) => text.replace(posixPath, redactPath),
    (text) => text.replace(windowsPath, hashPath),
    (text) => text.replace(serialNumber, (_all, label: string, serial: string) => label + hash('sn', serial)),
    (text) => text.replace(uuid, (found) => hash('uuid', found.toLowerCase())),
    (text) => text.replace(macAddress, (found) => hash('mac', found.toLowerCase().replaceAll('-', ':'))),
    (text) =>
      text.replace(addressLike, (found) => (isIP(found) === 0 || loopback.test(found) ? found : hash('ip', found))),
  ];

  const withoutWords = (original: string) => {
    if (isOnePath(original)) return original.startsWith('/') ? redactPath(original) : hashPath(original);
    return patterns.reduce((redacted, step) => step(redacted), original);
  };
  const text = (original: string) =>
    words.reduce(
      (redacted, [word, kind]) => redacted.replace(word, (found) => hash(kind, found)),
      withoutWords(original),
    );

  const deep = <T>(value: T): T => redactValue(value, null, false) as T;
  const redactValue = (value: unknown, key: string | null, inTree: boolean): unknown => {
    if (typeof value === 'string') {
      const kind = key === null ? undefined : privateKeys[key.toLowerCase().replaceAll(/[^a-z0-9]/g, '')];
      if (kind !== undefined && value !== '' && !replacement.test(value)) return hash(kind, value);
      return inTree || (key !== null && isStructural(key, value)) ? withoutWords(value) : text(value);
    }
    if (Array.isArray(value)) return value.map((inner) => redactValue(inner, key, inTree));
    if (value === null || typeof value !== 'object') return value;
    // Versions name nobody, and one of four numbers looks like an address.
    if (key === 'versions') return value;
    // Sentences of our own that hold nothing of this machine, but commands with paths of any system.
    if (key === 'explanation') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, redactValue(inner, name, inTree || isStructuralTree(name))]),
    );
  };
  return { text, deep, hash };
}

const openFolders = ['/proc', '/sys', '/dev'];
const commonAccounts = new Set([
  'root',
  'user',
  'admin',
  'node',
  'runner',
  'ubuntu',
  'debian',
  'docker',
  'nobody',
  'vagrant',
]);

/** Kinds of the values that are private whatever they look like, by the key (letters and digits only) under which they stand. */
const privateKeys: Readonly<Record<string, string>> = {
  serial: 'sn',
  serialnumber: 'sn',
  uuid: 'uuid',
  mac: 'mac',
  macaddress: 'mac',
  hostname: 'host',
  fqdn: 'host',
  username: 'user',
  ipaddress: 'ip',
};
/** A replacement wherever it stands in a text: its kind, then the hash, then the extension of a path if it has one. */
export const redactedToken = /(?<![a-z])(host|user|path|sn|uuid|mac|ip):[0-9a-f]{8}(?![0-9a-f])(\.[A-Za-z0-9]{1,10})?/g;
const replacement = new RegExp(`^${redactedToken.source}$`);

/** Sites that everybody uses and that say where a model or a package comes from. */
const publicHosts = new Set([
  'localhost',
  'example.org',
  'github.com',
  'huggingface.co',
  'nodejs.org',
  'onnxruntime.ai',
  'registry.npmjs.org',
  'www.npmjs.com',
]);
const userInUrl = /(\b[a-z][a-z0-9+.-]*:\/\/)([^\s/@'"`<>]+)@/gi;
const hostInUrl =
  /(\b[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@'"`<>]+@)?)(?![^\s/@'"`<>]*@|(?:host|ip):[0-9a-f]{8}(?![0-9a-f]))(\[[0-9a-f:.]+\]|[^\s/:@'"`<>|;,?#()[\]{}]+)/gi;
const fileUrl = /\bfile:\/\/(\/[^\s'"<>|;:,()[\]{}]+)/g;
const quotedPath = /(['"`])(\/[^'"`\n]*\/[^'"`\n]+)\1/g;
/** At least two names deep, so that "/s" and "and/or" stay; not the tail of a relative path or of a URL. */
const posixPath = /(?<![\w./~>-])\/(?!\/)[^\s'"`<>|;:,()[\]{}/]+(?:\/+[^\s'"`<>|;:,()[\]{}/]+)+\/?/g;
const windowsPath = /(?<![\w])(?:[A-Za-z]:\\|\\\\)[^\s'"`<>|;,()[\]{}]+/g;
const serialNumber = /(\bserial(?:[ _-]?(?:number|no\.?))?['"]?\s*[:=]\s*['"]?)([\w-]{4,})/gi;
const uuid = /(?<![\w-])(?:(?:GPU|MIG)-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/gi;
const macAddress = /(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])/gi;
/** Four numbers, unless they are called a version; or hex digits and colons, which `isIP` then judges (12:34:56 is a time). */
const addressLike =
  /(?<![\w.:-]|version[\s=:]{0,2})(?:\d{1,3}(?:\.\d{1,3}){3}(?![\w.-]*\w)|[0-9a-f:]{3,39}(?![\w:]))/gi;
const loopback = /^(127\.|0\.0\.0\.0$|::1?$)/;

/** Whether a text is one path, in which there may be blanks; a path within a text ends at the first one. */
function isOnePath(text: string): boolean {
  if (!/^(\/[^/\s][^/]*\/|[A-Za-z]:\\)/.test(text) || /[\n]|:\s|\s\//.test(text)) return false;
  return !/\s/.test(text) ? !/[:;|<>"']/.test(text.slice(3)) : /\.\w{1,10}$/.test(text);
}

/** `path` below `folder`, from its slash on; null when it lies elsewhere. */
function within(path: string, folder: string): string | null {
  if (path === folder) return '';
  return folder.length > 1 && path.startsWith(`${folder}/`) ? path.slice(folder.length) : null;
}

/**
 * Replaces paths in `folder`, also where no blank stands before them, as in `-I/home/jo/include`. There may be blanks in such a path,
 * so it goes up to a quote, a colon that ends it, an option, another path, or the end of the line; of that, up to the last word that
 * has a slash or an extension if there is one. Rather a word too many is lost than the tail of a path kept.
 */
function replaceFolder(text: string, folder: string, replace: (path: string) => string): string {
  const stretch = `(?:[/\\\\](?:(?!:(?:[\\s\\d/]|$)|\\s(?:--?\\w|/))[^'"\`<>|\\n\\r])*)?`;
  const path = new RegExp(`(?<!/[\\w.-]*)${escapeForRegExp(folder)}(?![\\w-])${stretch}`, 'gm');
  return text.replace(path, (found) => {
    const [whole = found] = /^.*(?:[/\\]\S*?\.[A-Za-z]\w{0,9}|\s\S+\.[A-Za-z]\w{0,9})(?![\w./\\-])/.exec(found) ?? [];
    const body = whole.replace(/[\s.,;!?)\]}]+$/, '');
    return replace(body) + found.slice(body.length);
  });
}

/** Not in a replacement such as `host:3fa29c01`, nor in `<dyno>`. */
function wholeWord(word: string): RegExp {
  const token = '(?:host|user|path|sn|uuid|mac|ip):[0-9a-f]{8}(?![0-9a-f])|dyno>';
  return new RegExp(`(?<![\\w.-])(?!${token})${escapeForRegExp(word)}(?![\\w-])`, 'gi');
}

function escapeForRegExp(literal: string): string {
  return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

let own: Redactor | null = null;

/** Made once a process: the key lies in a file. */
function thisMachine(): Redactor {
  own ??= createRedactor({
    key: machineKey(cacheFolder()),
    host: hostname(),
    user: userName(),
    home: homedir(),
    folders: [process.cwd(), cacheFolder()],
    packageFolder: packageRoot,
  });
  return own;
}

/**
 * The random key of this machine, kept in `folder`. Where the folder cannot be written, a key for this process only: nothing
 * private gets out, but the runs of this machine cannot be told to be of one machine.
 */
export function machineKey(folder: string): Uint8Array {
  const path = join(folder, 'redaction-key');
  const stored = readKey(path);
  if (stored !== null) return stored;
  const fresh = randomBytes(32);
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, fresh, { mode: 0o600 });
    // A link fails when another process was first, whose key then holds.
    linkSync(temporary, path);
    return fresh;
  } catch {
    return readKey(path) ?? fresh;
  } finally {
    removeQuietly(temporary);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its folder cannot be written, so there is nothing to remove.
  }
}

function readKey(path: string): Uint8Array | null {
  try {
    const key = readFileSync(path);
    return key.length === 32 ? key : null;
  } catch {
    return null;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return ''; // a user id without a name, as in some containers
  }
}

import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, sha256, sha256OfFile } from '../kernel/content-hash.ts';
import { errorText, InputError } from '../kernel/errors.ts';
import { makeFolder } from '../kernel/make-folder.ts';

/** A file of an entry as it was when the entry was made. */
export interface CachedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface CacheEntry<Facts> {
  readonly files: Readonly<Record<string, CachedFile>>;
  /** What the builder found out on the way; plain JSON. */
  readonly facts: Facts;
}

export interface CacheRecipe<Facts> {
  /** Readable part of the folder's name. */
  readonly name: string;
  /** Everything that the content depends on, the builder's version included: equal ingredients, equal content. */
  readonly ingredients: unknown;
  /** Writes the files of the entry into an empty folder. */
  build(folder: string): Promise<Facts> | Facts;
}

interface Manifest {
  readonly files: Readonly<
    Record<string, { readonly bytes: number; readonly sha256: string; readonly modifiedMs: number }>
  >;
  readonly facts: unknown;
}

const manifestName = 'entry.json';
const abandonedAfterMs = 24 * 3600 * 1000;

/**
 * Built files by the hash of what they are made from:
 *
 *     <folder>/resnet50-3f9a…/model.onnx, entry.json
 *
 * An entry is built in a folder of its own and renamed when complete, so that it is whole or absent, and of two processes that
 * build it at once the later takes what the earlier made. An entry whose files have another size or time than recorded is
 * hashed, and built again when it was changed.
 */
export class WorkloadCache {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Whether the entry is there, so that `entry` would not build it. */
  has(recipe: Pick<CacheRecipe<unknown>, 'name' | 'ingredients'>): boolean {
    return existsSync(join(this.#path(recipe), manifestName));
  }

  /** The entry, built if it is not there. Throws `CACHE_UNWRITABLE` when the folder cannot be written, and what `build` throws. */
  async entry<Facts>(recipe: CacheRecipe<Facts>): Promise<CacheEntry<Facts>> {
    const path = this.#path(recipe);
    const found = await intact<Facts>(path);
    if (found !== null) return found;

    const building = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
    this.#writing(() => {
      makeFolder(this.folder);
      removeAbandoned(this.folder);
      mkdirSync(building);
    });
    try {
      const facts = await recipe.build(building);
      await writeManifest(building, facts);
      return await this.#place<Facts>(building, path);
    } catch (error) {
      throw this.#explained(error);
    } finally {
      rmSync(building, { recursive: true, force: true });
    }
  }

  /** Renames a complete entry to its place. Where another process was first, its entry is taken; a damaged one is replaced. */
  async #place<Facts>(building: string, path: string): Promise<CacheEntry<Facts>> {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        renameSync(building, path);
      } catch (error) {
        if (!isErrno(error, 'ENOTEMPTY', 'EEXIST', 'EPERM')) throw error;
        const other = await intact<Facts>(path);
        if (other !== null) return other;
        const damaged = `${building}.damaged`;
        renameSync(path, damaged);
        rmSync(damaged, { recursive: true, force: true });
        continue;
      }
      const placed = await intact<Facts>(path);
      if (placed !== null) return placed;
    }
    throw new InputError(
      'CACHE_UNWRITABLE',
      `${path} changes while it is being written. Set DYNO_CACHE_DIR to a folder of your own.`,
    );
  }

  #path(recipe: Pick<CacheRecipe<unknown>, 'name' | 'ingredients'>): string {
    return join(this.folder, `${recipe.name}-${sha256(canonicalJson(recipe.ingredients)).slice(0, 16)}`);
  }

  #writing(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #explained(error: unknown): unknown {
    if (isErrno(error, 'ENOSPC', 'EDQUOT')) {
      return new InputError(
        'CACHE_FULL',
        `No space is left for the cache ${this.folder}. Free some, or set DYNO_CACHE_DIR to a folder on another disk.`,
        { cause: error },
      );
    }
    if (isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT')) {
      return new InputError(
        'CACHE_UNWRITABLE',
        `The cache ${this.folder} cannot be written: ${errorText(error)}. Set DYNO_CACHE_DIR to a folder that can.`,
        { cause: error },
      );
    }
    return error;
  }
}

async function writeManifest(folder: string, facts: unknown): Promise<void> {
  const files: Record<string, Manifest['files'][string]> = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    // Whole seconds survive every file system and copying tool.
    const modified = Math.floor(Date.now() / 1000);
    utimesSync(path, modified, modified);
    files[name] = { bytes: statSync(path).size, sha256: await sha256OfFile(path), modifiedMs: modified * 1000 };
  }
  writeFileSync(join(folder, manifestName), `${JSON.stringify({ files, facts } satisfies Manifest)}\n`);
}

/** The entry if all its files are as recorded; null if it is absent, cut off or changed. */
async function intact<Facts>(path: string): Promise<CacheEntry<Facts> | null> {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(join(path, manifestName), 'utf8')) as Manifest;
  } catch (error) {
    if (error instanceof SyntaxError || isErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
  const files: Record<string, CachedFile> = {};
  for (const [name, recorded] of Object.entries(manifest.files)) {
    const file = join(path, name);
    const status = statSync(file, { throwIfNoEntry: false });
    if (status === undefined || status.size !== recorded.bytes) return null;
    if (status.mtimeMs !== recorded.modifiedMs && (await sha256OfFile(file)) !== recorded.sha256) return null;
    files[name] = { path: file, bytes: recorded.bytes, sha256: recorded.sha256 };
  }
  return { files, facts: manifest.facts as Facts };
}

/** What a killed process had begun stays as `.tmp`: removed when nobody can still be working on it. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.includes('.tmp')) continue;
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > abandonedAfterMs) rmSync(path, { recursive: true, force: true });
  }
}

function isErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

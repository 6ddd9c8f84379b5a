import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { commandOutput } from '../kernel/command-output.ts';

/** From this share of its bytes in memory on, a file is called warm; up to `coldShare`, cold. */
const warmShare = 0.9;
const coldShare = 0.1;

/**
 * Whether a file's content is in the page cache: loading a warm model measures memory, a cold one the disk. From `fincore` (util-linux);
 * `unknown` where there is none, for what lies in between, and for files that this user neither owns nor may write: about those
 * the kernel (since 5.2, against spying) claims that all pages are resident.
 * @see https://man7.org/linux/man-pages/man2/mincore.2.html#NOTES
 */
export async function pageCacheState(path: string): Promise<'cold' | 'warm' | 'unknown'> {
  if (!(await mayAskAbout(path))) return 'unknown';
  const output = await commandOutput('fincore', ['--bytes', '--noheadings', '--raw', '--output', 'RES,SIZE', path], {
    seconds: 2,
  });
  if (output === null) return 'unknown';
  const [resident, size] = output.trim().split(/\s+/).map(Number);
  return stateOf(resident ?? Number.NaN, size ?? Number.NaN);
}

/** The state of several files together: `unknown` where they differ. */
export async function pageCacheOfAll(paths: readonly string[]): Promise<'cold' | 'warm' | 'unknown'> {
  const states = new Set(await Promise.all(paths.map(pageCacheState)));
  const [only = 'unknown', ...others] = states;
  return others.length === 0 ? only : 'unknown';
}

/** The state of a file of `size` bytes with `resident` of them in memory (whole pages, so it may be more than the size). */
export function stateOf(resident: number, size: number): 'cold' | 'warm' | 'unknown' {
  const share = resident / size;
  if (share >= warmShare) return 'warm';
  return share <= coldShare ? 'cold' : 'unknown';
}

async function mayAskAbout(path: string): Promise<boolean> {
  try {
    const { uid } = await stat(path);
    if (uid === process.getuid?.()) return true;
    await access(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

// One build of dist/ at a time: a file with the process id of the one that builds.
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const millisecondsBetweenLooks = 100;
/** No build takes as long as this: a process with the id in the lock then is another one. */
const longestBuildMilliseconds = 10 * 60 * 1e3;

/**
 * Takes the right to build the package at `root`, for which it waits while another process builds; that of a process that has ended
 * is taken over. `onWait` is told that process's id, once. The lock is given back when this process exits.
 */
export function lockBuild(root, onWait) {
  const path = join(root, '.dist-lock');
  let told = false;
  while (!taken(path)) {
    const holder = read(path);
    if (holder === null) continue; // given back in the meantime
    if (!isBuilding(holder)) {
      removeStale(path, holder);
      continue;
    }
    if (!told) onWait(holder.pid);
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millisecondsBetweenLooks);
  }
  process.on('exit', () => rmSync(path, { force: true }));
}

function taken(path) {
  // Written first and then linked into place, so that nobody ever reads half of it.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${process.pid}\n`);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path) {
  try {
    return { pid: Number(readFileSync(path, 'utf8')), since: statSync(path).mtimeMs };
  } catch {
    return null;
  }
}

function isBuilding({ pid, since }) {
  if (!Number.isInteger(pid) || pid <= 0 || Date.now() - since > longestBuildMilliseconds) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Moves the lock aside, and puts it back if by then it was another's: between reading and moving somebody may have taken it. */
function removeStale(path, stale) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // another process was first to remove it
  }
  const moved = read(aside);
  if (moved !== null && (moved.pid !== stale.pid || moved.since !== stale.since)) {
    try {
      linkSync(aside, path);
    } catch {
      // Taken again already.
    }
  }
  rmSync(aside, { force: true });
}

import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where this machine keeps what can be made again: `DYNO_CACHE_DIR` if it is set, else `inference-dyno` in `XDG_CACHE_HOME`, else
 * in `~/.cache`. The folder need not exist.
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  if (environment.DYNO_CACHE_DIR) return environment.DYNO_CACHE_DIR;
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, 'inference-dyno');
  return join(homedir() || tmpdir(), '.cache', 'inference-dyno');
}

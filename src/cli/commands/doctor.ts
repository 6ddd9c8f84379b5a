import type { Backend } from '../../engine/backends/backend.ts';
import { cacheFolder } from '../../kernel/cache-folder.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import { loadPlugins } from '../../runner/plugins.ts';
import {
  type Check,
  checkBackends,
  checkCollectors,
  checkCuda,
  checkEngineVersion,
  checkFolder,
  checkImageLibrary,
  checkLimits,
  checkNode,
  checkPlatform,
  checkPrograms,
} from '../doctor-checks.ts';
import type { Streams } from '../streams.ts';

export interface DoctorOptions {
  /** Folder of runs. */
  readonly out: string;
  readonly json?: boolean;
}

/**
 * `dyno doctor`: what is installed, what is missing, what to do. Exit 0 when `dyno bench` can work, 4 when it cannot.
 * `backends`: all that are registered, unless a caller names others.
 */
export async function doctorCommand(
  options: DoctorOptions,
  { stdout }: Streams,
  backends?: readonly Backend[],
): Promise<ExitCode> {
  const checks = [
    checkNode(),
    checkPlatform(),
    ...(await checkBackends(backends ?? (await loadPlugins([])).backends.all())),
    ...checkEngineVersion(),
    ...checkCuda(),
    await checkImageLibrary(),
    ...(await checkCollectors()),
    checkLimits(),
    checkFolder('cache', cacheFolder(), 'export DYNO_CACHE_DIR=<a folder that can be written>'),
    checkFolder('results', options.out, 'name another folder with --out DIR'),
    ...checkPrograms(),
  ];
  const ready = checks.every(({ status }) => status !== 'problem');
  if (options.json === true) stdout.write(`${JSON.stringify({ ready, checks }, null, 2)}\n`);
  else stdout.write(describeChecks(checks, ready));
  return ready ? 0 : 4;
}

/** A line for each check; below it, alone on a line to be copied, what to do. */
export function describeChecks(checks: readonly Check[], ready: boolean): string {
  const widthOfStatus = Math.max(...checks.map(({ status }) => status.length));
  const widthOfName = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(widthOfStatus + widthOfName + 4);
  const lines = checks.flatMap(({ name, status, message, fix }) => [
    `${status.padEnd(widthOfStatus)}  ${name.padEnd(widthOfName)}  ${message}`,
    ...(fix === null ? [] : [`${indent}${fix}`]),
  ]);
  const conclusion = ready ? 'dyno bench can run here.' : 'dyno bench cannot run here: see the problems above.';
  return `${[...lines, '', conclusion].join('\n')}\n`;
}

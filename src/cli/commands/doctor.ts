import { cacheFolder } from '../../kernel/cache-folder.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import type { Cause } from '../../results/events.ts';
import { runTask } from '../../runner/child-task.ts';
import type { ProbeAnswer, ProbeJob } from '../../runner/job.ts';
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

const probeSeconds = 60;

/**
 * `dyno doctor`: what is installed, what is missing, what to do. Exit 0 when `dyno bench` can work, 4 when it cannot.
 * `plugins`: modules of backends that are asked beside the built-in ones.
 */
export async function doctorCommand(
  options: DoctorOptions,
  { stdout }: Streams,
  plugins: readonly string[] = [],
): Promise<ExitCode> {
  const checks = [
    checkNode(),
    checkPlatform(),
    ...checkBackends(await probeBackends(plugins)),
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

/**
 * Asks each backend in a process of its own: a native library that cannot be loaded may take its process down, and then it is this
 * command that has to explain it.
 */
async function probeBackends(plugins: readonly string[]): Promise<ProbeAnswer['probes']> {
  const backends = (await loadPlugins(plugins)).backends.all();
  const probes: Record<string, ProbeAnswer['probes'][string]> = {};
  for (const { name, stack } of backends) {
    const job: ProbeJob = { plugins, backends: [name], deadlineSeconds: probeSeconds };
    const outcome = await runTask<ProbeJob, ProbeAnswer>('runner/probe-process.js', job, {
      overdueRemedy: 'Its library hangs while it is loaded.',
    });
    probes[name] =
      'answer' in outcome
        ? { ...absent(stack, 'it was not asked'), ...outcome.answer.probes[name] }
        : absent(stack, whyNoAnswer(outcome.cause));
  }
  return probes;
}

function absent(stack: string, reason: string): ProbeAnswer['probes'][string] {
  const remedy = 'Install its package again, for this system and its C library.';
  return { available: false, reason, remedy, device: null, version: null, stack };
}

function whyNoAnswer({ code, message, signal, stderrTail }: Cause): string {
  if (code !== 'NATIVE_CRASH') return message;
  const lastLine = stderrTail.split('\n').at(-1) ?? '';
  return `its library crashed the process that asked it (${signal})${lastLine === '' ? '' : `: ${lastLine}`}`;
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

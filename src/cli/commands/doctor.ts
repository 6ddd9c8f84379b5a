import { readTopology } from '../../hardware/topology.ts';
import { cacheFolder } from '../../kernel/cache-folder.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { askBackends } from '../../runner/ask-backends.ts';
import type { ProbeAnswer } from '../../runner/job.ts';
import { leftPowerLimit } from '../../runner/left-power-limit.ts';
import { loadPlugins, resolvePlugin } from '../../runner/plugins.ts';
import { axisDefaults } from '../../suite/axes.ts';
import type { CheckGroup } from '../doctor-check.ts';
import { checkAmd, checkNvidia, checkProfile, checkVulkan } from '../doctor-devices.ts';
import {
  checkBackends,
  checkEngineVersion,
  checkImageLibrary,
  checkOcrModels,
  checkTypefaces,
} from '../doctor-engine.ts';
import { describeExplanation, explain } from '../doctor-explain.ts';
import { checkSamplers } from '../doctor-samplers.ts';
import {
  checkFolder,
  checkGovernor,
  checkLimits,
  checkMemory,
  checkNode,
  checkOpenFiles,
  checkPlatform,
  checkSharedMemory,
  checkVirtualMachine,
} from '../doctor-system.ts';
import { describeChecks } from '../doctor-text.ts';
import { checkPrograms, checkSystemFonts } from '../doctor-tools.ts';
import { indexLibraries } from '../library-search.ts';
import { checkLeftLimit } from '../power-limit-option.ts';
import type { Streams } from '../streams.ts';
import { checkTopology } from '../topology-text.ts';
import { untilSignal } from '../until-signal.ts';

export interface DoctorOptions {
  /** Folder of runs. */
  readonly out: string;
  readonly json?: boolean;
  /** An error text, a log file or a run to be explained, instead of looking at this machine. */
  readonly explain?: string;
  /** Measure this machine, instead of looking at what is installed. */
  readonly measure?: boolean;
  /** Modules of backends that are asked beside the built-in ones. */
  readonly plugin?: readonly string[];
}

/**
 * `dyno doctor`: what is installed, what is missing, what to do. Exit 0 when `dyno bench` can work, 4 when it cannot. With `explain`: what
 * an error means, exit 0. With `measure`: how well this machine can be measured on, exit 0, or 4 when nothing of it could be measured.
 */
export async function doctorCommand(options: DoctorOptions, streams: Streams): Promise<ExitCode> {
  const { stdout } = streams;
  if (options.measure === true) return measureCommand(options, streams);
  if (options.explain !== undefined) {
    const explanation = explain(options.explain, options.out);
    const text = describeExplanation(explanation, options.explain);
    stdout.write(options.json === true ? `${JSON.stringify(explanation, null, 2)}\n` : text);
    return 0;
  }
  const groups = await checkAll(options);
  const checks = groups.flatMap(({ subject, checks }) => checks.map((check) => ({ subject, ...check })));
  const ready = checks.every(({ status }) => status !== 'problem');
  if (options.json === true) stdout.write(`${JSON.stringify({ ready, checks }, null, 2)}\n`);
  else stdout.write(describeChecks(groups, ready));
  return ready ? 0 : 4;
}

async function measureCommand(
  { explain, json, plugin }: DoctorOptions,
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  for (const [option, given] of [
    ['--explain', explain],
    ['--plugin', plugin],
  ] as const) {
    if (given !== undefined) {
      throw new InputError(
        'USAGE',
        `--measure measures this machine and takes no ${option}. Leave one of the two out.`,
      );
    }
  }
  const { measureMachine } = await import('../doctor-measure.ts');
  const { describeMachine } = await import('../doctor-measure-text.ts');
  const { outcome, signal } = await untilSignal((abort) => measureMachine(abort, (line) => stderr.write(`${line}\n`)));
  if (outcome === null) return signal === 'SIGTERM' ? 143 : 130;
  stdout.write(json === true ? `${JSON.stringify(outcome, null, 2)}\n` : describeMachine(outcome));
  const { timers, arrivals, sampler, noise } = outcome;
  return [timers, arrivals, sampler, noise].every((part) => part === null) ? 4 : 0;
}

async function checkAll({ out, plugin = [] }: DoctorOptions): Promise<readonly CheckGroup[]> {
  const plugins = plugin.map((name) => resolvePlugin(name, process.cwd()));
  const libraries = indexLibraries();
  return [
    {
      subject: 'System',
      checks: [
        ...[checkNode(), checkPlatform(), checkLimits(), ...checkMemory(), ...checkSharedMemory()],
        ...[...checkOpenFiles(), checkGovernor(), ...checkVirtualMachine()],
        checkFolder('cache', cacheFolder(), 'export DYNO_CACHE_DIR=<a folder that can be written>'),
        checkFolder('results', out, 'name another folder with --out DIR'),
      ],
    },
    {
      subject: 'Backends',
      checks: checkBackends(await probeBackends(plugins), await optionalBackends()),
    },
    {
      subject: 'Engine',
      checks: [
        ...checkEngineVersion('onnxruntime-node'),
        ...checkEngineVersion('onnxruntime-web'),
        await checkImageLibrary(),
      ],
    },
    {
      subject: 'Devices',
      checks: [
        ...[checkNvidia(libraries), checkAmd(), checkVulkan(libraries), checkProfile()],
        ...checkTopology(await readTopology()),
        ...checkLeftLimit(await leftPowerLimit(cacheFolder())),
      ],
    },
    { subject: 'Samplers', checks: await checkSamplers() },
    {
      subject: 'Models, fonts and tools',
      checks: [checkOcrModels(), await checkTypefaces(), checkSystemFonts(), ...checkPrograms()],
    },
  ];
}

/** Dyno's own backends but for the one that suites take when they name none. */
async function optionalBackends(): Promise<ReadonlySet<string>> {
  const names = (await loadPlugins([])).backends.names();
  return new Set(names.filter((name) => name !== axisDefaults.backend));
}

async function probeBackends(plugins: readonly string[]): Promise<ProbeAnswer['probes']> {
  const remedy = 'Install its package again, for this system and its C library.';
  return askBackends((await loadPlugins(plugins)).backends.names(), { plugins, remedy });
}

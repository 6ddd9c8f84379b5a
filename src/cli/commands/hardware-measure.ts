import { existsSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Ceiling } from '../../ceilings/ceiling.ts';
import { loadCatalogue } from '../../hardware/catalogue.ts';
import { instructionSets } from '../../hardware/instruction-sets.ts';
import type { ProfileFile } from '../../hardware/profile-schema.ts';
import { writeFileAtomic } from '../../kernel/atomic-write.ts';
import { availableCores } from '../../kernel/available-cores.ts';
import { DynoError, type ExitCode, InputError } from '../../kernel/errors.ts';
import { takeInventory } from '../../kernel/inventory.ts';
import { makeTemporaryFolder } from '../../kernel/temporary-folder.ts';
import { yamlText } from '../../kernel/yaml-source.ts';
import { runTask } from '../../runner/child-task.ts';
import type { CeilingsAnswer, CeilingsJob } from '../../runner/job.ts';
import { loadPlugins, resolvePlugin } from '../../runner/plugins.ts';
import { formatDecimal, formatNumber, formatSeconds } from '../../units/format.ts';
import { idOfMeasuredFile, measuredProfile } from '../measured-profile.ts';
import type { Streams } from '../streams.ts';
import { type TextColumn, textTable } from '../text-table.ts';
import { untilSignal } from '../until-signal.ts';

export interface HardwareMeasureOptions {
  readonly backend: string;
  /** Texts as they stand on the command line. */
  readonly threads?: string;
  readonly seconds: string;
  readonly plugin?: readonly string[];
  /** File of a profile that is written from it. */
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Nothing here takes longer: seven figures, of which a product of four sizes is the longest. */
const figuresAtMost = 20;
const deadlineOverhead = 120;

/** `dyno hardware measure`: what this machine can do at most (provenance `measured`), as text or as JSON. */
export async function hardwareMeasureCommand(
  options: HardwareMeasureOptions,
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  const id = options.out === undefined ? null : checkedOut(options.out, options);
  const seconds = positive('--seconds', options.seconds);
  const cores = availableCores();
  const threads = options.threads === undefined ? cores : threadCount(options.threads);
  const plugins = (options.plugin ?? []).map((name) => resolvePlugin(name, process.cwd()));
  (await loadPlugins(plugins)).backends.get(options.backend);
  if (threads > cores)
    stderr.write(`--threads ${threads}: only ${cores} cores are available here, so that threads share them.\n`);
  stderr.write(`Measuring: keep the machine quiet. This takes about ${formatSeconds(figuresAtMost * seconds)}.\n`);

  const workFolder = makeTemporaryFolder('dyno-ceilings-');
  try {
    const job: CeilingsJob = {
      plugins,
      backend: options.backend,
      threads,
      workFolder,
      timing: { seconds, warmupSeconds: seconds / 4 },
      deadlineSeconds: deadlineOverhead + 10 * figuresAtMost * seconds,
    };
    const { outcome, signal } = await untilSignal((abort) =>
      runTask<CeilingsJob, CeilingsAnswer>('runner/ceilings-process.js', job, {
        overdueRemedy: 'Give it fewer --seconds.',
        signal: abort,
      }),
    );
    if (signal !== null) return signal === 'SIGINT' ? 130 : 143;
    if ('cause' in outcome) throw new DynoError(outcome.cause.code, outcome.cause.message, { exitCode: 4 });
    const { answer } = outcome;
    if (!answer.available) {
      throw new DynoError(
        'BACKEND_UNAVAILABLE',
        `Backend ${options.backend}: ${answer.reason}. Run: ${answer.remedy}`,
        {
          exitCode: 4,
        },
      );
    }
    const { ceilings, available: _, ...engine } = answer;
    const measured = {
      provenance: 'measured',
      at: new Date().toISOString(),
      backend: options.backend,
      ...engine,
      threads,
      ceilings,
    };
    if (id !== null && options.out !== undefined) {
      const { cpu } = await takeInventory();
      const machine = {
        ...measured,
        date: measured.at.slice(0, 10),
        vendor: cpu.vendor,
        architecture: process.arch,
        measuredOn:
          cpu.model === null
            ? null
            : { processor: cpu.model, cores: threads, instructions: [...instructionSets(cpu.flags)] },
      };
      writeProfile(options.out, measuredProfile(id, machine));
      const folder = dirname(options.out);
      const profiles = basename(folder) === 'hardware-profiles' ? '' : ` --profiles ${folder}`;
      stderr.write(`Wrote ${options.out}. Beside others: npx dyno hardware compare ${id} a100${profiles}\n`);
    }
    stdout.write(options.json === true ? `${JSON.stringify(measured, null, 2)}\n` : describe(measured));
    return 0;
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

/** Refuses before anything is measured what could not be written after it. */
function checkedOut(file: string, { backend, force }: HardwareMeasureOptions): string {
  if (backend !== 'ort-cpu') {
    throw new InputError(
      'USAGE',
      `--out ${file}: profiles are written of processors only, measured with ort-cpu; got --backend ${backend}. Take --json.`,
    );
  }
  const id = idOfMeasuredFile(file, loadCatalogue({}));
  if (existsSync(file) && force !== true) {
    throw new InputError('FILE_EXISTS', `${file} exists already. Give another name, or --force to overwrite it.`);
  }
  return id;
}

function writeProfile(file: string, profile: ProfileFile): void {
  try {
    writeFileAtomic(file, `# Written by dyno hardware measure.\n${yamlText(profile)}`);
  } catch (error) {
    throw new InputError('FILE_UNWRITABLE', `Could not write ${file}. Name a place that can be written.`, {
      cause: error,
    });
  }
}

interface Measured {
  readonly device: string;
  readonly stack: string;
  readonly version: string;
  readonly threads: number;
  readonly ceilings: readonly Ceiling[];
}

const titles: Readonly<Record<Ceiling['name'], string>> = {
  gemm: 'matrix product',
  read: 'reading weights',
  copy: 'copying memory',
  launch: 'smallest call',
};

const columns: readonly TextColumn<Ceiling>[] = [
  { title: 'ceiling', align: 'left', cell: ({ name }) => titles[name] },
  { title: 'asked', align: 'left', cell: ({ precision }) => precision ?? '' },
  { title: 'computed in', align: 'left', cell: ({ computedIn }) => computedIn ?? '' },
  { title: 'median', align: 'right', cell: (ceiling) => quantity(ceiling.value, ceiling) },
  { title: 'best', align: 'right', cell: (ceiling) => quantity(ceiling.best, ceiling) },
  { title: 'half of the calls', align: 'right', cell: spread },
  { title: 'calls', align: 'right', cell: ({ calls }) => (calls === 0 ? '' : formatNumber(calls)) },
  { title: 'size', align: 'left', cell: ({ size }) => size ?? 'not measured' },
];

function describe({ device, stack, version, threads, ceilings }: Measured): string {
  const missing = ceilings.filter(({ reason }) => reason !== null);
  const reasons = missing
    .map(({ name, precision, reason }) => `\n${titles[name]}${precision === null ? '' : ` ${precision}`}: ${reason}\n`)
    .join('');
  return `${stack} ${version} on ${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}: measured here and now\n\n${textTable(ceilings, columns)}${reasons}`;
}

function quantity(value: number | null, { unit }: Pick<Ceiling, 'unit'>): string {
  if (value === null) return '';
  if (unit === 's') return formatSeconds(value);
  return formatDecimal(value, unit === 'bytes/s' ? 'B/s' : 'OP/s');
}

function spread(ceiling: Ceiling): string {
  if (ceiling.quartiles === null) return '';
  const [low, high] = ceiling.quartiles;
  return `${quantity(low, ceiling)} … ${quantity(high, ceiling)}`;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0 && value <= 60) return value;
  throw new InputError(
    'OPTION_INVALID',
    `${option} ${text}: expected seconds above 0, at most 60, got ${JSON.stringify(text)}.`,
  );
}

function threadCount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 1024) return value;
  throw new InputError(
    'OPTION_INVALID',
    `--threads ${text}: expected a whole number from 1 to 1024, got ${JSON.stringify(text)}.`,
  );
}

/**
 * The command line: declares the commands and their options, loads the one that was asked for, and turns what happens into
 * text and an exit code. Commands are plain functions of their options and two streams, one file each in `commands/`.
 */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { DynoError, type ExitCode, errorText } from '../kernel/errors.ts';
import { packageVersion } from '../kernel/package-root.ts';
import { declareGate } from './gate-commands.ts';
import { declareHardware } from './hardware-commands.ts';
import { declareModel } from './model-commands.ts';
import { declareRoofline } from './roofline-commands.ts';
import { declareStats } from './stats-commands.ts';
import type { Streams } from './streams.ts';
import { declareTco } from './tco-command.ts';
import { printableLines } from './text-table.ts';

/** Runs the command line and answers with the exit code. Never throws. */
export async function main(words: readonly string[], streams: Streams = process): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  if (streams === process) guardProcess();
  const program = declare(streams, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, streams);
  }
}

/**
 * A reader that goes away (`dyno results list | head`) does not end a measurement. What nobody caught ends with 4: Node's own 1 would
 * read as a regression.
 */
function guardProcess(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const fail = (error: unknown): void => {
    process.exit(report(error, process));
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}

function report(error: unknown, { stderr }: Streams): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version were asked for and are printed; everything else is a wrong command line, explained by commander.
    return error.exitCode === 0 ? 0 : 3;
  }
  if (error instanceof DynoError) {
    stderr.write(`dyno: ${printableLines(errorText(error))} (${error.code})\n`);
    return error.exitCode;
  }
  stderr.write(
    `dyno: ${printableLines((error instanceof Error ? error.stack : null) ?? String(error))}\nThis is a fault of dyno: please report it with these lines.\n`,
  );
  return 4;
}

type SetExitCode = (code: ExitCode) => void;

function declare(streams: Streams, setExitCode: SetExitCode): Command {
  const program = new Command('dyno')
    .description('A dynamometer for inference engines: measures what an engine delivers, and reports it.')
    .version(packageVersion())
    .exitOverride()
    .showHelpAfterError('(dyno <command> --help lists the options)')
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    });

  // The default is replaced, and what is given twice is added up. Empty words stay: the command says what is wrong with them.
  let profiles: readonly string[] = [];
  const profileWords = (value: string): readonly string[] => {
    profiles = [...profiles, ...value.split(',').map((part) => part.trim())];
    return profiles;
  };
  const collect = (value: string, previous: readonly string[] = []): string[] => [...previous, value];
  const wordsOf = (value: string, previous: readonly string[] = []): string[] => [
    ...previous,
    ...value.split(',').map((part) => part.trim()),
  ];

  program
    .command('bench [suites...]')
    .description('run suites (default: suites/default.yaml), print a table, write a result and its HTML report')
    .option('--profile <ids>', 'hardware profiles to run on', profileWords, ['local'])
    .option('--profiles <dir>', 'folder of profiles and price books of your own')
    .option('--workload <names>', 'take these workloads instead of the suite’s')
    .option('--model <file>', 'bench an ONNX model of your own, without a suite')
    .option(
      '--shape <name:1x3x224x224>',
      'shape of an input, or value of a dynamic dimension (name=320); may be repeated',
      collect,
    )
    .option('--backend <names>', 'override the axis')
    .option('--batch-size <sizes>', 'override the axis')
    .option('--precision <names>', 'override the axis')
    .option('--fusion <off,graph,engine,on>', 'override the axis')
    .option('--layout <engine,plain>', 'override the axis')
    .option('--hygiene <on,off>', 'override the axis')
    .option('--threads <counts>', 'override the axis')
    .option('--spinning <on,off>', 'override the axis')
    .option('--scenario <names>', 'override the scenarios')
    .option('--rate <queries|search>', 'of scenario server: queries a second, such as 50,100, or search')
    .option('--concurrency <counts>', 'of scenario closed_loop: queries under way, such as 1,4')
    .option('--trace <file>', 'of scenario replay: a file of arrival times')
    .option('--scope <request|inference>', 'what is timed')
    .option('--set <path=value>', 'override any key of the suite, such as policy.rounds=5; may be repeated', collect)
    .option('--policy <preset>', 'smoke, ci, default or thorough; what the suite states beside its preset stays')
    .option('--quick', 'one round, few queries: p50 stands, accuracy and proof included')
    .option('--max-time <duration>', 'drop rounds that would end later than this after the start, such as 10m')
    .option('--dry-run', 'print the plan, its estimated time and the percentiles it will support; measure nothing')
    .option('--run-id <id>', 'name of the new run')
    .option('--resume <run-id>', 'go on with a run that was interrupted')
    .option('--out <dir>', 'folder of runs', 'results')
    .option('--fail-fast', 'stop at the first case that fails')
    .option('--require-hardware', 'exit with 3 when the profile’s hardware is not here')
    .option(
      '--stack <names>',
      'stacks to project to hardware that is not here with (default: each that has support)',
      wordsOf,
    )
    .option(
      '--results <runs>',
      'runs of your own, or a folder of runs, that projections rest on too; may be repeated',
      wordsOf,
    )
    .option('--power-limit <watts>', 'set the power limit of NVIDIA devices for the run, and set it back (needs root)')
    .option('--strict', 'exit with 2 when a case is measured but not valid')
    .option('--plugin <file|package>', 'load a plug-in; may be repeated', collect)
    .option('--no-report', 'do not write the HTML report')
    .option('--json', 'print the result as JSON')
    .action(async (suites: string[], options) => {
      const { benchCommand } = await import('./commands/bench.ts');
      setExitCode(await benchCommand({ ...options, suites }, streams));
    });

  program
    .command('init [file]')
    .description('write a commented suite for your own model and data')
    .option('--model <file>', 'the ONNX file that it is for')
    .option('--force', 'overwrite the file')
    .action(async (file: string | undefined, options) => {
      const { initCommand } = await import('./commands/init.ts');
      setExitCode(await initCommand({ ...options, ...(file === undefined ? {} : { file }) }, streams));
    });

  program
    .command('report <runs...>')
    .description('write one HTML report from one or more results')
    .option('--out <file|dir>', 'HTML file, or the folder of runs')
    .option('--json', 'print where it was written as JSON')
    .action(async (runs: string[], options) => {
      const { reportCommand } = await import('./commands/report.ts');
      setExitCode(await reportCommand({ ...options, runs }, streams));
    });

  program
    .command('compare <a> <b>')
    .description('ratios of two results, with intervals from their rounds')
    .option('--out <file|dir>', 'write an HTML report of both; or the folder of runs')
    .option('--allow-mismatch', 'compare runs of different machines or policies, too')
    .option('--json', 'print the comparison as JSON')
    .action(async (a: string, b: string, options) => {
      const { compareCommand } = await import('./commands/compare.ts');
      setExitCode(await compareCommand({ ...options, a, b }, streams));
    });

  declareResults(program, streams, setExitCode);
  declareGate(program, streams, setExitCode);
  declareHardware(program, streams, setExitCode);
  declareModel(program, streams, setExitCode);
  declareStats(program, streams, setExitCode);
  declareRoofline(program, streams, setExitCode);
  declareTco(program, streams, setExitCode);

  program
    .command('doctor')
    .description('what is installed, what is missing, what to do; or what an error means')
    .option('--explain <text|run|file>', 'explain an error ("CUDA error 35"), a log, or the failed cases of a run')
    .option(
      '--measure',
      'measure how well this machine can be measured on: timers, load generator, sampling, noise (a minute)',
    )
    .option('--plugin <file|package>', 'load a plug-in; may be repeated', collect)
    .option('--out <dir>', 'folder of runs', 'results')
    .option('--json', 'print the findings as JSON')
    .action(async (options) => {
      const { doctorCommand } = await import('./commands/doctor.ts');
      setExitCode(await doctorCommand(options, streams));
    });
  return program;
}

function declareResults(program: Command, streams: Streams, setExitCode: SetExitCode): void {
  const results = program.command('results').description('what is stored');
  const load = () => import('./commands/results.ts');
  results
    .command('list')
    .description('the runs, newest first')
    .option('--out <dir>', 'folder of runs', 'results')
    .option('--json', 'print them as JSON')
    .action(async (options) => setExitCode(await (await load()).listCommand(options, streams)));
  results
    .command('show <run>')
    .description('the table of a run')
    .option('--out <dir>', 'folder of runs', 'results')
    .option('--json', 'print run.json')
    .action(async (run: string, options) =>
      setExitCode(await (await load()).showCommand({ ...options, run }, streams)),
    );
  results
    .command('recompute <run>')
    .description('rebuild run.json from the events and samples')
    .option('--out <dir>', 'folder of runs', 'results')
    .action(async (run: string, options) =>
      setExitCode(await (await load()).recomputeCommand({ ...options, run }, streams)),
    );
  results
    .command('export <run>')
    .description('write the queries and the telemetry of a run as CSV files')
    .option('--csv', 'the format; there is no other one, as samples are Parquet files already')
    .option('--to <dir>', 'folder that they are written into (default: <run>-csv)')
    .option('--out <dir>', 'folder of runs', 'results')
    .action(async (run: string, options) =>
      setExitCode(await (await load()).exportCommand({ ...options, run }, streams)),
    );
  results
    .command('prune')
    .description('remove old runs')
    .requiredOption('--keep <n>', 'how many of the newest stay', wholeNumber)
    .option('--out <dir>', 'folder of runs', 'results')
    .option('--dry-run', 'only say what would be removed')
    .action(async (options) => setExitCode(await (await load()).pruneCommand(options, streams)));
}

function wholeNumber(text: string): number {
  const value = Number(text);
  // Number('') is 0: an unset variable must not remove every run.
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number of at least 0.');
  return value;
}

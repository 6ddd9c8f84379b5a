import type { Command } from 'commander';
import type { ExitCode } from '../kernel/errors.ts';
import type { Streams } from './streams.ts';

/** Declares `dyno stats …`: the statistics for other people's numbers. */
export function declareStats(program: Command, streams: Streams, setExitCode: (code: ExitCode) => void): void {
  const stats = program.command('stats').description('the statistics for numbers of your own: JSON in, JSON out');
  const load = () => import('./commands/stats.ts');
  stats
    .command('early-stopping [file]')
    .description('how many queries must lie under a bound: [{t, p, c, d}] from a file or stdin')
    .option('--json', 'print [{h, n}] as JSON')
    .action(async (file: string | undefined, options) => {
      setExitCode(await (await load()).earlyStoppingCommand({ ...options, ...named(file) }, streams));
    });
  stats
    .command('summary [file]')
    .description('what MLPerf LoadGen makes of runs: scenario, latencies and rules from a file or stdin')
    .option('--json', 'print the summaries as JSON')
    .action(async (file: string | undefined, options) => {
      setExitCode(await (await load()).summaryCommand({ ...options, ...named(file) }, streams));
    });
  stats
    .command('sample-size')
    .description('how many samples a percentile needs: to be given, and to be known well')
    .requiredOption('--percentile <percents>', 'such as 99, or 90,99.9')
    .option('--confidence <share>', 'between 0 and 1', '0.99')
    .option('--json', 'print [{percentile, confidence, margin, exact, rounded, least}] as JSON')
    .action(async (options) => {
      const { sampleSizeCommand } = await import('./commands/stats-sample-size.ts');
      setExitCode(sampleSizeCommand(options, streams));
    });
  const loadValues = () => import('./commands/stats-values.ts');
  stats
    .command('percentiles [file]')
    .description(
      'percentiles of numbers, with their intervals, and what they are worth: [1, 2, …] from a file or stdin',
    )
    .option('--json', 'print them as JSON')
    .action(async (file: string | undefined, options) => {
      setExitCode(await (await loadValues()).percentilesCommand({ ...options, ...named(file) }, streams));
    });
  stats
    .command('compare [file]')
    .description('two sets of numbers: {base, candidate, paired} from a file or stdin')
    .option('--json', 'print the comparison as JSON')
    .action(async (file: string | undefined, options) => {
      setExitCode(await (await loadValues()).compareValuesCommand({ ...options, ...named(file) }, streams));
    });
  stats
    .command('steady-state [file]')
    .description('whether a series stands still: [1, 2, …] or [{t, value}] from a file or stdin')
    .option('--json', 'print the ruling as JSON')
    .action(async (file: string | undefined, options) => {
      const { steadyStateCommand } = await import('./commands/stats-steady-state.ts');
      setExitCode(await steadyStateCommand({ ...options, ...named(file) }, streams));
    });
}

function named(file: string | undefined): { file?: string } {
  return file === undefined ? {} : { file };
}

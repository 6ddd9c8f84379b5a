import type { Command } from 'commander';
import type { ExitCode } from '../kernel/errors.ts';
import type { Streams } from './streams.ts';

/** Declares `dyno tco`: what to buy. */
export function declareTco(program: Command, streams: Streams, setExitCode: (code: ExitCode) => void): void {
  const words = (value: string, previous: readonly string[] = []): string[] => [
    ...previous,
    ...value.split(',').map((part) => part.trim()),
  ];
  program
    .command('tco <study>')
    .description('what to buy: fleet, costs and break-even volumes from a study in YAML, and how sure that is')
    .option('--results <runs>', 'runs to take measured throughputs from, by id or path; may be repeated', words)
    .option('--profiles <dir>', 'folder of profiles and price books of your own')
    .option('--draws <n>', 'draws of the simulation (default: those of the study)')
    .option('--seed <n>', 'seed of the simulation (default: that of the study)')
    .option('--csv <file>', 'write costs, energy and returns of the options as CSV')
    .option('--out <file>', 'HTML report (default: reports/<study>.html)')
    .option('--no-report', 'do not write the HTML report')
    .option('--json', 'print all that comes out as JSON')
    .action(async (study: string, options) => {
      const { tcoCommand } = await import('./commands/tco.ts');
      setExitCode(await tcoCommand({ ...options, study }, streams));
    });
}

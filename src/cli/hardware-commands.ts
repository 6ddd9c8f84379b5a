import type { Command } from 'commander';
import type { ExitCode } from '../kernel/errors.ts';
import type { Streams } from './streams.ts';

/** Declares `dyno hardware …`: the profiles, and this machine. */
export function declareHardware(program: Command, streams: Streams, setExitCode: (code: ExitCode) => void): void {
  const hardware = program.command('hardware').description('this machine, and the profiles of others');
  const folder = ['--profiles <dir>', 'folder of profiles and price books of your own'] as const;
  hardware
    .command('list')
    .description('the profiles with their key figures')
    .option('--vendor <name>', 'only of this vendor')
    .option('--kind <gpu|cpu|npu|soc>', 'only of this kind')
    .option(...folder)
    .option('--json', 'print them as JSON')
    .action(async (options) => {
      const { hardwareListCommand } = await import('./commands/hardware-list.ts');
      setExitCode(await hardwareListCommand(options, streams));
    });
  hardware
    .command('detect')
    .description('what this machine is, and which profile is its')
    .option(...folder)
    .option('--json', 'print it as JSON')
    .action(async (options) => {
      const { hardwareDetectCommand } = await import('./commands/hardware.ts');
      setExitCode(await hardwareDetectCommand(options, streams));
    });
  hardware
    .command('show <profile>')
    .description('one profile: figures, sources, prices, adaptation')
    .option(...folder)
    .option('--json', 'print it as JSON')
    .action(async (id: string, options) => {
      const { hardwareShowCommand } = await import('./commands/hardware-show.ts');
      setExitCode(await hardwareShowCommand({ ...options, id }, streams));
    });
  hardware
    .command('compare <profiles...>')
    .description('profiles side by side, with ratios to the first')
    .option(...folder)
    .option('--json', 'print the comparison as JSON')
    .action(async (ids: string[], options) => {
      const { hardwareCompareCommand } = await import('./commands/hardware-compare.ts');
      setExitCode(await hardwareCompareCommand({ ...options, ids }, streams));
    });
  hardware
    .command('validate <files...>')
    .description('check profiles and price books: schema, units, dates')
    .option(...folder)
    .option('--json', 'print the findings as JSON')
    .action(async (files: string[], options) => {
      const { hardwareValidateCommand } = await import('./commands/hardware-validate.ts');
      setExitCode(await hardwareValidateCommand({ ...options, files }, streams));
    });
  hardware
    .command('measure')
    .description('what this machine can do at most: matrix products by precision, memory, the smallest call')
    .option('--backend <name>', 'backend to measure with', 'ort-cpu')
    .option('--threads <count>', 'threads (default: the cores that are available)')
    .option('--seconds <s>', 'how long each figure is measured', '1')
    .option(
      '--plugin <file|package>',
      'load a plug-in; may be repeated',
      (value: string, previous: readonly string[] = []) => [...previous, value],
    )
    .option('--out <file>', 'write a profile of this machine, such as hardware-profiles/this-machine.yaml')
    .option('--force', 'overwrite that file')
    .option('--json', 'print it as JSON')
    .action(async (options) => {
      const { hardwareMeasureCommand } = await import('./commands/hardware-measure.ts');
      setExitCode(await hardwareMeasureCommand(options, streams));
    });
}

import type { Command } from 'commander';
import type { ExitCode } from '../kernel/errors.ts';
import type { Streams } from './streams.ts';

/** Declares `dyno roofline …`: projections to devices that are not here. */
export function declareRoofline(program: Command, streams: Streams, setExitCode: (code: ExitCode) => void): void {
  const roofline = program
    .command('roofline')
    .description('throughput and latency on devices that are not here, from what was published of others');
  roofline
    .command('project [file]')
    .description(
      'one cell by options, or [{accelerator, model, scenario, precision, stack, unit}] from a file or stdin',
    )
    .option('--accelerator <profile>', 'id or alias of a hardware profile, such as h200')
    .option('--model <name>', 'a model of the published figures, such as resnet50-v1.5')
    .option('--precision <name>', 'fp32, tf32, fp16, bf16, int8, fp8 or fp4')
    .option('--scenario <name>', 'Offline, Server or SingleStream (default: Offline)')
    .option('--stack <name>', 'the software that is to run it (default: mlperf, tuned by the vendor)')
    .option('--devices <count>', 'devices that hold the model together (default: 1)')
    .option('--profiles <dir>', 'folder of profiles of your own')
    .option('--json', 'print [{value, low, high} or {refused}] as JSON')
    .action(async (file: string | undefined, options) => {
      const { rooflineProjectCommand } = await import('./commands/roofline-project.ts');
      setExitCode(
        await rooflineProjectCommand({ ...options, ...(file === undefined ? {} : { file }) }, streams, process.stdin),
      );
    });
  roofline
    .command('validate')
    .description('how far off projections are: published figures, each projected without its device or architecture')
    .option('--markdown', 'print the table as it stands in docs/projection.md')
    .option('--json', 'print the table as JSON')
    .action(async (options) => {
      const { rooflineValidateCommand } = await import('./commands/roofline-validate.ts');
      setExitCode(rooflineValidateCommand(options, streams));
    });
}

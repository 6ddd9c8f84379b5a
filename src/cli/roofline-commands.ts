import type { Command } from 'commander';
import type { ExitCode } from '../kernel/errors.ts';
import type { Streams } from './streams.ts';

/** Declares `dyno roofline …`: projections to devices that are not here. */
export function declareRoofline(program: Command, streams: Streams, setExitCode: (code: ExitCode) => void): void {
  const collect = (value: string, previous: readonly string[] = []): string[] => [...previous, value];
  const words = (value: string, previous: readonly string[] = []): string[] => [
    ...previous,
    ...value.split(',').map((part) => part.trim()),
  ];
  const resultsHelp = 'runs of your own, or a folder of runs, whose measurements are evidence, too; may be repeated';
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
    .option('--results <runs>', resultsHelp, words)
    .option('--json', 'print [{value, low, high} or {refused}] as JSON')
    .action(async (file: string | undefined, options) => {
      const { rooflineProjectCommand } = await import('./commands/roofline-project.ts');
      setExitCode(
        await rooflineProjectCommand({ ...options, ...(file === undefined ? {} : { file }) }, streams, process.stdin),
      );
    });
  roofline
    .command('graph <name|file>')
    .description('what a graph takes at least on devices, node by node, what limits it, and what stacks let expect')
    .requiredOption('--profile <a,b>', 'ids or aliases of hardware profiles, such as a100,v100')
    .option('--precision <name>', 'fp32, tf32, fp16, bf16, int8, fp8 or fp4 (default: that of the graph)')
    .option('--batch-size <items>', 'items in the query (default: 1)')
    .option(
      '--shape <name:1x3x224x224>',
      'shape of an input, or value of a dynamic dimension; may be repeated',
      collect,
    )
    .option('--stack <a,b>', 'stacks to project for (default: all that figures are known of)')
    .option('--launch-overhead <microseconds>', 'what a kernel takes to start (default: 0.5 on a GPU, else 0)')
    .option('--nodes <count>', 'list the kernels that take longest (default: 5)')
    .option('--profiles <dir>', 'folder of profiles of your own')
    .option('--results <runs>', resultsHelp, words)
    .option('--plugin <file|package>', 'load a plug-in; may be repeated', collect)
    .option('--json', 'print it as JSON, with every kernel')
    .action(async (name: string, options) => {
      const { rooflineGraphCommand } = await import('./commands/roofline-graph.ts');
      setExitCode(await rooflineGraphCommand({ ...options, name }, streams));
    });
  roofline
    .command('validate')
    .description('how far off projections are: published figures, each projected without its device or architecture')
    .option('--results <runs>', 'the same of measurements of your own: runs, or a folder of runs', words)
    .option('--profiles <dir>', 'folder of profiles of your own, beside --results')
    .option('--markdown', 'print the table as it stands in docs/projection.md')
    .option('--json', 'print the table as JSON')
    .action(async (options) => {
      const { rooflineValidateCommand } = await import('./commands/roofline-validate.ts');
      setExitCode(await rooflineValidateCommand(options, streams));
    });
}

import type { Command } from 'commander';
import type { ExitCode } from '../kernel/errors.ts';
import type { Streams } from './streams.ts';

/** Declares `dyno model …`: the model hub, and tools for the graphs of its models and of others. */
export function declareModel(program: Command, streams: Streams, setExitCode: (code: ExitCode) => void): void {
  const collect = (value: string, previous: readonly string[] = []): string[] => [...previous, value];
  const shape = [
    '--shape <name:1x3x224x224>',
    'shape of an input, or value of a dynamic dimension (name=320); may be repeated',
    collect,
  ] as const;
  const plugin = ['--plugin <file|package>', 'load a plug-in; may be repeated', collect] as const;
  const out = ['--out <file>', 'the ONNX file to write'] as const;
  const force = ['--force', 'replace that file'] as const;
  const model = program.command('model').description('the model hub, and tools for graphs');
  model
    .command('list')
    .description('workloads and their models')
    .option('--json', 'print them as JSON')
    .option(...plugin)
    .action(async (options) => {
      const { modelListCommand } = await import('./commands/model.ts');
      setExitCode(await modelListCommand(options, streams));
    });
  model
    .command('inspect <name|file>')
    .description('what stands in a model: inputs, operators, parameters, multiply-adds, bytes')
    .option(...shape)
    .option('--batch-size <items>', 'count for so many items at once (default: 1)')
    .option('--nodes [count]', 'list the nodes that cost most (default: 20)')
    .option('--html <file>', 'draw the graph as a page')
    .option('--json', 'print it as JSON, with every node')
    .option(...plugin)
    .action(async (name: string, options) => {
      const { modelInspectCommand } = await import('./commands/model-inspect.ts');
      setExitCode(await modelInspectCommand({ ...options, name }, streams));
    });
  model
    .command('build <names...>')
    .description('build models into the cache')
    .option('--json', 'print where they are as JSON')
    .option(...plugin)
    .action(async (names: string[], options) => {
      const { modelBuildCommand } = await import('./commands/model.ts');
      setExitCode(await modelBuildCommand({ ...options, names }, streams));
    });
  model
    .command('fuse <name|file>')
    .description('join operators of a graph that make one step together; check that its answers stay; write it')
    .requiredOption(...out)
    .option(...force)
    .option('--passes <a,b>', 'only these passes')
    .option('--standard-operators', 'no operators that ONNX Runtime alone has')
    .option('--no-check', 'do not run the model before and after')
    .option(...shape)
    .option('--suite <file>', 'take the workload of this name from a suite')
    .option('--json', 'print the report as JSON')
    .option(...plugin)
    .action(async (name: string, options) => {
      const { modelFuseCommand } = await import('./commands/model-fuse.ts');
      setExitCode(await modelFuseCommand({ ...options, name }, streams));
    });
  model
    .command('convert <name|file>')
    .description('let a model compute in 16-bit floats (fp16), or store its weights so (bf16); write it')
    .requiredOption('--precision <fp16|bf16>', 'what to convert to')
    .requiredOption(...out)
    .option(...force)
    .option('--keep <a,b>', 'operators and names of nodes that stay in 32-bit floats')
    .option('--no-check', 'do not run the model before and after')
    .option(...shape)
    .option('--suite <file>', 'take the workload of this name from a suite')
    .option('--json', 'print the report as JSON')
    .option(...plugin)
    .action(async (name: string, options) => {
      const { modelConvertCommand } = await import('./commands/model-convert.ts');
      setExitCode(await modelConvertCommand({ ...options, name }, streams));
    });
  model
    .command('quantize <name|file>')
    .description('let a model compute in 8-bit integers; write it')
    .requiredOption(...out)
    .option(...force)
    .option('--dynamic', 'take ranges from each run: for MatMul and Gemm, without calibration')
    .option('--method <min_max|percentile=99.999>', 'how ranges are taken from the calibration data (default: min_max)')
    .option('--calibration <dir>', 'images, or .npy files (for several inputs, a folder of each name in it)')
    .option('--items <n>', 'calibrate with at most so many items')
    .option('--keep <a,b>', 'operators and names of nodes that stay in floats')
    .option(...shape)
    .option('--suite <file>', 'take the workload of this name from a suite, with its data')
    .option('--json', 'print the report as JSON')
    .option(...plugin)
    .action(async (name: string, options) => {
      const { modelQuantizeCommand } = await import('./commands/model-quantize.ts');
      setExitCode(await modelQuantizeCommand({ ...options, name }, streams));
    });
  model
    .command('diff <a> <b>')
    .description('in what two models differ: operators, nodes, constants, inputs and outputs, versions, metadata')
    .option('--json', 'print all differences as JSON')
    .option(...plugin)
    .action(async (a: string, b: string, options) => {
      const { modelDiffCommand } = await import('./commands/model-diff.ts');
      setExitCode(await modelDiffCommand({ ...options, a, b }, streams));
    });
  model
    .command('verify <name|file> [reference]')
    .description(
      'whether a model is sound, as it was made, and answers like the one that it was made from; exits with 2 if not',
    )
    .option(...shape)
    .option('--suite <file>', 'take the reference from a suite, with its data')
    .option('--json', 'print the checks as JSON')
    .option(...plugin)
    .action(async (name: string, reference: string | undefined, options) => {
      const { modelVerifyCommand } = await import('./commands/model-verify.ts');
      const given = reference === undefined ? {} : { reference };
      setExitCode(await modelVerifyCommand({ ...options, name, ...given }, streams));
    });
}

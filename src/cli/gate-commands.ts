import { type Command, Option } from 'commander';
import type { ExitCode } from '../kernel/errors.ts';
import type { GateAaOptions } from './commands/gate-aa.ts';
import type { GateShowOptions } from './commands/gate-show.ts';
import type { Streams } from './streams.ts';

/** As in gate-output.ts, which need not be loaded to print the help. */
const formats = ['text', 'markdown', 'json', 'junit', 'html'];
const format = (): Option =>
  new Option('--format <name>', 'how the answer is printed').choices(formats).default('text');

/** Options of a subcommand: those that the command has, too, are read by it wherever they stand. */
function given<T>(command: Command): T {
  return command.optsWithGlobals() as T;
}

/** Declares `dyno gate` and its subcommands: is head worse than base? */
export function declareGate(program: Command, streams: Streams, setExitCode: (code: ExitCode) => void): void {
  const gate = program
    .command('gate')
    .description('verdict on a change: measures two versions of a repository in turns, or compares two stored runs')
    .option('--base <run|git ref>', 'what head is compared with')
    .option('--head <run|git ref>', 'what is judged (default: "working tree", uncommitted changes included)')
    .option('--suite <file>', "a file of head's repository (default: suites/gate.yaml, else suites/default.yaml)")
    .option('--quick', 'fewer pairs: finds what is 20 % slower within minutes')
    .option('--rounds <n>', 'pairs at most')
    .option('--time-budget <duration>', 'begin no round that would end later than this after the start, such as 10min')
    .option('--seed <n>', 'of the order of the versions and of what is drawn at random (default: that of the suite)')
    .option('--merge-base', 'measure against where head branched off from base')
    .option('--acknowledgements <file>', 'changes that were accepted (default: acknowledgements.yaml beside the suite)')
    .option('--allow-mismatch', 'compare stored runs of other machines or settings, too')
    .option('--no-explain', 'make no profiles of what changed')
    .option('--run-id <id>', 'name of the new gate')
    .option('--resume <id>', 'go on with a gate that was interrupted, as it was asked for')
    .option('--out <dir>', 'folder of runs; the gate is in its folder gates', 'results')
    .addOption(format())
    .action(async (options) => {
      const { gateCommand } = await import('./commands/gate.ts');
      setExitCode(await gateCommand(options, streams));
    });
  gate
    .command('show <gate>')
    .description('judge saved rounds anew: prints, and ends with, what the gate did')
    .option('--out <dir>', 'folder of runs', 'results')
    .addOption(format())
    .action(async (id: string, _, command: Command) => {
      const { gateShowCommand } = await import('./commands/gate-show.ts');
      setExitCode(await gateShowCommand({ ...given<GateShowOptions>(command), gate: id }, streams));
    });
  gate
    .command('aa')
    .description('run one version against itself: how noisy this machine is, which margins it supports, false alarms')
    .option('--head <git ref>', 'the version (default: "working tree", uncommitted changes included)')
    .option('--suite <file>', 'a file of the repository (default: suites/gate.yaml, else suites/default.yaml)')
    .option('--quick', 'of gates with --quick, from 16 rounds')
    .option('--rounds <n>', 'rounds to measure (default: 40, with --quick 16)')
    .option('--time-budget <duration>', 'begin no round that would end later than this after the start, such as 10min')
    .option('--seed <n>', 'of the order of the processes and of what is drawn at random (default: that of the suite)')
    .option('--run-id <id>', 'name of the session')
    .option('--resume <id>', 'go on with a session that was interrupted, or tell again what it found')
    .option('--out <dir>', 'folder of runs; the session is in its folder gates', 'results')
    .addOption(new Option('--format <name>', 'how the answer is printed').choices(['text', 'json']).default('text'))
    .action(async (_, command: Command) => {
      const { gateAaCommand } = await import('./commands/gate-aa.ts');
      setExitCode(await gateAaCommand(given<GateAaOptions>(command), streams));
    });
}

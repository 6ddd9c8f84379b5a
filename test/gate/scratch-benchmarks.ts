import { main } from '../../src/cli/main.ts';
import type { ExitCode } from '../../src/kernel/errors.ts';
import { captureStreams } from '../cli/fixtures/capture-streams.ts';
import { ScratchRepository } from './scratch-repository.ts';

/** Prints figures that stand in files: the load of the machine that runs the tests changes nothing. */
const bench = `
stages='{"preprocess":'$(cat preprocess)',"inference":0.01}'
echo '{"scenario":"small","metric":"latency","value":'$(cat small)',"unit":"ms","output":"'$(cat answer)'","stages":'$stages'}'
echo '{"scenario":"small","metric":"size","value":'$(wc -c < built)',"unit":"bytes","kind":"exact"}'
test ! -f large || echo '{"scenario":"large","metric":"latency","value":'$(cat large)',"unit":"ms"}'
test ! -f slow || sleep 0.1
`;

const suite = `
name: scratch
gate:
  setup: sh build.sh
  command: sh bench.sh
  # Whoever else uses the machine that runs the tests: these figures do not depend on it.
  limits: { foreign_cpu: 1, steal: 1, throttled_periods: 1000000 }
`;

/** What base has, unless a test says otherwise: two benchmarks of 20 ms and 80 ms, a build of 8 bytes. */
export const benchmarks: Readonly<Record<string, string>> = {
  'suites/gate.yaml': suite,
  'bench.sh': bench,
  'build.sh': 'printf 12345678 > built\n',
  '.gitignore': 'built\nresults/\n',
  small: '20\n',
  large: '80\n',
  preprocess: '0.010\n',
  answer: 'cat\n',
};

export interface CommandEnd {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** A repository with benchmarks in which the command line is run, in this process. */
export class ScratchBenchmarks extends ScratchRepository {
  /** Runs the command line in the folder of the repository. */
  async dyno(...words: string[]): Promise<CommandEnd> {
    const streams = captureStreams();
    const before = process.cwd();
    process.chdir(this.folder);
    try {
      const code = await main(words, streams);
      return { code, stdout: streams.out(), stderr: streams.err() };
    } finally {
      process.chdir(before);
    }
  }
}

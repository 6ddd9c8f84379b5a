import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFile } from '../src/kernel/package-root.ts';
import { runDyno } from './cli/fixtures/run-dyno.ts';
import { ScratchRepository } from './gate/scratch-repository.ts';

/*
 * Runs the commands of the documentation, in a folder of its own with what the documentation says is there. What would measure for
 * minutes is planned only (--dry-run): it must still be a command line that dyno takes.
 */
const folder = mkdtempSync(join(tmpdir(), 'dyno-docs-'));
/** What the gate measures: a benchmark without a clock, and limits that the load of this machine does not reach. */
const repository = new ScratchRepository();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  repository.remove();
});

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(packageFile('docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Commands that install, build or test are what brought us here. */
const notHere =
  /^(npm (ci|test|install|rebuild|run (lint|format|typecheck|build))\b|\.ci\/run|ONNXRUNTIME_NODE_INSTALL|node node_modules\/onnxruntime-node|duckdb|python|export )/;

interface Command {
  readonly page: string;
  readonly line: string;
}

function commandsOf(page: string): Command[] {
  const text = readFileSync(packageFile(page), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const inTables = [...text.matchAll(/^\| `((?:npm run|npx dyno) [^`]+)`/gm)].map(([, line = '']) => line);
  return [...blocks, ...inTables]
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !notHere.test(line))
    .map((line) => ({ page, line }));
}

/** The words behind `dyno`, or null for a line that is no command of ours. */
function wordsOf(line: string): string[] | null {
  const match = /^(?:npx dyno|dyno)\s+(.*)$/.exec(line) ?? /^npm run (.*)$/.exec(line);
  if (match === null) return null;
  // Words as a shell takes them: quotes keep blanks together.
  const words = [...(match[1] ?? '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
  return words.filter((word) => word !== '--');
}

async function run(words: readonly string[], where = folder): Promise<{ code: number | null; output: string }> {
  const { code, stdout, stderr } = await runDyno(words, where);
  return { code, output: stdout + stderr };
}

/** Whether a command of the gate is about the repository, and not about two stored runs. */
function isOfRepository([command, ...words]: readonly string[]): boolean {
  return command === 'gate' && words[words.indexOf('--base') + 1] !== 'a';
}

/** A latency of 20 ms and up to 1 % more, by the seed of the round and the process: far from any margin. */
const benchmark = `
noise=$(( (DYNO_GATE_SEED / 16 + $$) % 100 ))
echo "{\\"scenario\\":\\"small\\",\\"metric\\":\\"latency\\",\\"unit\\":\\"us\\",\\"value\\":$(( 20000 + 2 * noise ))}"
`;
const suite = `
gate:
  command: sh bench.sh
  limits: { foreign_cpu: 1, steal: 1, throttled_periods: 1000000 }
`;

async function makeRepository(): Promise<void> {
  repository.commit({ 'bench.sh': benchmark, 'suites/gate.yaml': suite, '.gitignore': 'results\n' });
  for (const name of ['refs/heads/feature', 'refs/remotes/origin/main']) repository.git('update-ref', name, 'main');
  const { code, output } = await run(['gate', '--base', 'main', '--run-id', 'g', '--quick'], repository.folder);
  expect(code, output).toBe(0);
}

beforeAll(async () => {
  // What the examples name: the plug-ins and data as printed in the documentation, a model, two runs.
  for (const page of pages) {
    const text = readFileSync(packageFile(page), 'utf8');
    for (const [, name = '', code = ''] of text.matchAll(
      /`([\w-]+\.(?:mjs|json))`[^`]*\n\n```(?:js|json)\n(.*?)^```/gms,
    )) {
      writeFileSync(join(folder, name), code);
    }
  }
  for (const name of ['model.onnx', 'recogniser.onnx', 'other.onnx']) {
    cpSync(packageFile('models', 'digits', 'digits.onnx'), join(folder, name));
  }
  cpSync(packageFile('hardware-profiles', 'nvidia-t4.yaml'), join(folder, 'hardware-profiles', 'nvidia-t4.yaml'));
  writeFileSync(join(folder, 'mine.yaml'), 'name: mine\nworkloads: [{ name: own, model: model.onnx }]\n');
  cpSync(packageFile('suites'), join(folder, 'suites'), { recursive: true });
  for (const id of ['a', 'b']) {
    const { code, output } = await run([
      'bench',
      '--workload',
      'one-node',
      '--scope',
      'inference',
      '--batch-size',
      '1',
      '--fusion',
      'on',
      '--precision',
      'fp32',
      '--quick',
      '--no-report',
      '--run-id',
      id,
    ]);
    expect(code, output).toBe(0);
  }
  await makeRepository();
}, 120_000);

/** Benchmarks take minutes and a quiet machine: what is looked at is that the script is there, and takes the options that the page gives it. */
function unknownToBenchmark(line: string): string[] {
  const [, script = '', ...words] = line.split(/\s+/);
  const source = readFileSync(packageFile(...script.split('/')), 'utf8');
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
  return options.filter((name) => !new RegExp(`(^|\\s)'?${name}'?: \\{ type:`, 'm').test(source));
}

/** What stands for something of the reader's own. */
function filled(word: string): string {
  return word
    .replace(/^\[?<(run-id|run|a|base|id)>…?\]?$/, 'a')
    .replace(/^<(b|head)>$/, 'b')
    .replace(/^<gate>$/, 'g')
    .replace(/^\[<run>…\]$/, 'b');
}

describe.each(pages)('%s', (page) => {
  const commands = commandsOf(page);
  test.runIf(commands.length === 0)('has no commands', () => expect(commands).toEqual([]));
  test.each(commands.map(({ line }) => line))(
    '%s',
    async (line) => {
      if (/^node bench\//.test(line)) {
        expect(unknownToBenchmark(line)).toEqual([]);
        return;
      }
      const words = wordsOf(line);
      if (words === null)
        throw new Error(
          `${page}: "${line}" is no command of dyno. Add it to those that are not run here, with a reason.`,
        );
      const args = words.map(filled);
      const resumes = args.includes('--resume');
      const tiny = args.includes('--plugin') || args.includes('one-node');
      if (args[0] === 'bench' && !tiny && !args.includes('--dry-run') && !resumes) args.push('--dry-run');
      if (args[0] === 'init') args.push('--force');
      if (args[0] === 'gate') {
        const { code, output } = await run(args, isOfRepository(args) ? repository.folder : folder);
        // Two runs of one round each are described and not judged.
        expect(code, output).toBe(isOfRepository(args) ? 0 : 2);
        return;
      }
      const { code, output } = await run(args);
      // A run that has ended cannot be resumed: 3 is the right answer to that example here.
      expect(code, output).toBe(resumes ? 3 : 0);
    },
    120_000,
  );
});

test('links between the pages lead somewhere', () => {
  const broken = pages.flatMap((page) => {
    const text = readFileSync(packageFile(page), 'utf8');
    return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !existsSync(resolve(dirname(packageFile(page)), link)))
      .map((link) => `${page}: ${link}`);
  });
  expect(broken).toEqual([]);
});

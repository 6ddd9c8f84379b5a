import { existsSync } from 'node:fs';
import { basename, dirname, extname, relative, resolve, sep } from 'node:path';
import { writeFileAtomic } from '../../kernel/atomic-write.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { packageFile } from '../../kernel/package-root.ts';
import { initTemplate } from '../../suite/init-template.ts';
import { nameOfFile } from '../../suite/name-of-file.ts';
import type { Streams } from '../streams.ts';

export interface InitCommandOptions {
  /** Where the suite is written; default `my-model.yaml`. */
  readonly file?: string;
  /** ONNX file that it is for; default `model.onnx` beside it. */
  readonly model?: string;
  readonly force?: boolean;
}

/** `dyno init [file]`: writes a commented suite for the user's own model and data. Refuses to overwrite without `--force`. */
export async function initCommand(options: InitCommandOptions, { stdout, stderr }: Streams): Promise<ExitCode> {
  const file = options.file ?? 'my-model.yaml';
  if (!['.yaml', '.yml'].includes(extname(file).toLowerCase())) {
    throw new InputError('USAGE', `init: expected a file name that ends in .yaml, got ${JSON.stringify(file)}.`);
  }
  if (/\p{Cc}/u.test(file)) {
    throw new InputError(
      'USAGE',
      `init: expected a file name without control characters, got ${JSON.stringify(file)}.`,
    );
  }
  if (existsSync(file) && options.force !== true) {
    throw new InputError('FILE_EXISTS', `${file} exists already. Give another name, or --force to overwrite it.`);
  }
  const folder = dirname(resolve(file));
  if (options.model !== undefined && !existsSync(options.model)) {
    throw new InputError(
      'MODEL_NOT_FOUND',
      `--model ${options.model}: expected an ONNX file, got nothing at ${resolve(options.model)}.`,
    );
  }
  const model = options.model === undefined ? 'model.onnx' : slashes(relative(folder, resolve(options.model)));
  const schema = slashes(relative(folder, packageFile('schemas', 'suite.schema.json')));
  const text = initTemplate({ name: nameOfFile(file, 'my-model'), model, schema, file: shownPath(file) });
  try {
    writeFileAtomic(file, text);
  } catch (error) {
    throw new InputError('FILE_UNWRITABLE', `Could not write ${file}. Name a place that can be written.`, {
      cause: error,
    });
  }
  stdout.write(`${file}\n`);
  const edit =
    options.model === undefined
      ? 'Put the path of your model and, if you have them, your data into it, then: '
      : 'Then: ';
  stderr.write(`${edit}npx dyno bench ${file} --dry-run\n`);
  return 0;
}

/** As one would type it in this folder; elsewhere its name, since the path of this machine is of no use to others. */
function shownPath(file: string): string {
  const path = relative(process.cwd(), resolve(file));
  return path.startsWith('..') ? basename(file) : slashes(path);
}

/** Paths in a suite have slashes on every system. */
function slashes(path: string): string {
  return path.split(sep).join('/');
}

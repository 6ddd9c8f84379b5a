import { basename, dirname } from 'node:path';
import { loadCatalogue, priceBookFindings, profileFileFindings } from '../../hardware/catalogue.ts';
import type { Finding } from '../../hardware/plausibility.ts';
import { priceBookSchema } from '../../hardware/price-schema.ts';
import { profileSchema } from '../../hardware/profile-schema.ts';
import { type CheckedFile, problemLine, readCheckedFile } from '../../kernel/checked-file.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import type { Streams } from '../streams.ts';

export interface HardwareValidateOptions {
  readonly files: readonly string[];
  readonly profiles?: string;
  readonly json?: boolean;
}

/** What a file was found to be. `problems` have `file:line:column` in front. */
interface Verdict {
  readonly file: string;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** `dyno hardware validate FILE…`: profiles and price books against schema and plausibility. Exit 3 when one has an error. */
export async function hardwareValidateCommand(
  options: HardwareValidateOptions,
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  const today = new Date().toISOString().slice(0, 10);
  const verdicts = options.files.map((file) => validate(file, today, options.profiles));
  if (options.json) stdout.write(`${JSON.stringify(verdicts, null, 2)}\n`);
  for (const { file, errors, warnings } of options.json ? [] : verdicts) {
    for (const line of warnings) stdout.write(`warning  ${line}\n`);
    for (const line of errors) stdout.write(`error    ${line}\n`);
    if (errors.length === 0) stdout.write(`${file}: valid${warnings.length === 0 ? '' : ', see the warnings'}.\n`);
  }
  const invalid = verdicts.filter(({ errors }) => errors.length > 0);
  if (invalid.length === 0) return 0;
  stderr.write(`${invalid.length} of ${verdicts.length} ${verdicts.length === 1 ? 'file' : 'files'} invalid.\n`);
  return 3;
}

/** A file in a folder `prices` is a price book, any other a profile. */
function validate(file: string, today: string, own: string | undefined): Verdict {
  const isBook = basename(dirname(file)) === 'prices';
  try {
    if (isBook) {
      const checked = readCheckedFile(file, priceBookSchema, { what: 'price book', code: 'PRICES' });
      const ids = loadCatalogue({ own }, today).profiles.map(({ id }) => id);
      return verdict(checked, priceBookFindings(checked, today, ids));
    }
    const checked = readCheckedFile(file, profileSchema, { what: 'hardware profile', code: 'PROFILE' });
    return verdict(checked, profileFileFindings(checked, today));
  } catch (error) {
    if (error instanceof InputError) return { file, errors: [error.message], warnings: [] };
    throw error;
  }
}

function verdict({ path, where }: CheckedFile<unknown>, findings: readonly Finding[]): Verdict {
  const lines = (severity: Finding['severity']): string[] =>
    findings
      .filter((finding) => finding.severity === severity)
      .map((finding) => problemLine(where(finding.path, finding.part), finding.path, finding.message));
  return { file: path, errors: lines('error'), warnings: lines('warning') };
}

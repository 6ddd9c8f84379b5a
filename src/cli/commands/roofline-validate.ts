import { loadCatalogue } from '../../hardware/catalogue.ts';
import { loadPublished } from '../../hardware/published.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { sortEvidence } from '../../roofline/evidence.ts';
import {
  summaryCells,
  summaryHeads,
  type ValidationRow,
  validate,
  validateOwn,
  validationMarkdown,
} from '../../roofline/validation-table.ts';
import { ownResults, ownResultsAnswer, ownResultsText } from '../own-results.ts';
import type { Streams } from '../streams.ts';
import { type TextColumn, textTable } from '../text-table.ts';

export interface RooflineValidateOptions {
  /** Runs of one's own: their rows are left out and projected, not the published ones. */
  readonly results?: readonly string[];
  /** Folder of profiles of the user's own. */
  readonly profiles?: string;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

/**
 * `dyno roofline validate`: how far off projections are, by leaving out published figures, the plain roofline beside it. On profiles and
 * figures that come with Dyno, so that the table is the same everywhere. With `--results` the same of one's own measurements.
 */
export async function rooflineValidateCommand(
  options: RooflineValidateOptions,
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  if (options.results !== undefined) return validateResults(options, options.results, { stdout, stderr });
  if (options.profiles !== undefined) {
    throw new InputError(
      'USAGE',
      `--profiles ${options.profiles}: expected --results beside it, got none: the table of published figures is of the profiles that come with Dyno.`,
    );
  }
  const { profiles } = loadCatalogue({});
  const builtIn = profiles.filter(({ origin }) => origin === 'built-in');
  const validation = validate(builtIn, loadPublished());
  if (options.json === true) stdout.write(`${JSON.stringify(validation)}\n`);
  else if (options.markdown === true) stdout.write(validationMarkdown(validation));
  else {
    stdout.write(textTable(validation.rows, columns));
    const rejected = Object.entries(validation.rejected).map(([code, count]) => `${count} ${code}`);
    stdout.write(`figures that nothing can rest on: ${rejected.join(', ')}\n`);
  }
  return 0;
}

async function validateResults(
  { profiles: folder, json, markdown }: RooflineValidateOptions,
  words: readonly string[],
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  if (markdown === true) {
    throw new InputError('USAGE', '--markdown: expected no --results beside it: that table is of published figures.');
  }
  const { profiles } = loadCatalogue({ own: folder });
  const own = await ownResults(words, profiles);
  stderr.write(ownResultsText(own));
  const rows = validateOwn(profiles, own.evidence, sortEvidence(loadPublished(), profiles).evidence);
  if (json === true) stdout.write(`${JSON.stringify({ rows, results: ownResultsAnswer(own) })}\n`);
  else if (rows.length === 0) stdout.write('none of the results is evidence: there is nothing to leave out\n');
  else stdout.write(textTable(rows, columns));
  return 0;
}

const columns: readonly TextColumn<ValidationRow>[] = [
  { title: 'left out', align: 'left', cell: ({ leftOut }) => leftOut },
  { title: 'figures of', align: 'left', cell: ({ stacks }) => stacks },
  { title: 'scenario', align: 'left', cell: ({ scenario }) => scenario },
  { title: 'model', align: 'left', cell: ({ model }) => model ?? 'all' },
  ...summaryHeads.map(
    (title, index): TextColumn<ValidationRow> => ({
      title,
      align: 'right',
      cell: ({ summary }) => summaryCells(summary)[index] ?? '',
    }),
  ),
];

import { loadCatalogue } from '../../hardware/catalogue.ts';
import { loadPublished } from '../../hardware/published.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import {
  summaryCells,
  summaryHeads,
  type ValidationRow,
  validate,
  validationMarkdown,
} from '../../roofline/validation-table.ts';
import type { Streams } from '../streams.ts';
import { type TextColumn, textTable } from '../text-table.ts';

export interface RooflineValidateOptions {
  readonly markdown?: boolean;
  readonly json?: boolean;
}

/**
 * `dyno roofline validate`: how far off projections are, by leaving out published figures, the plain roofline beside it. On profiles and
 * figures that come with Dyno, so that the table is the same everywhere.
 */
export function rooflineValidateCommand(options: RooflineValidateOptions, { stdout }: Streams): ExitCode {
  const { profiles } = loadCatalogue({});
  const builtIn = profiles.filter(({ origin }) => origin === 'built-in');
  const validation = validate(builtIn, loadPublished());
  if (options.json === true) stdout.write(`${JSON.stringify(validation)}\n`);
  else if (options.markdown === true) stdout.write(validationMarkdown(validation));
  else {
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
    stdout.write(textTable(validation.rows, columns));
    const rejected = Object.entries(validation.rejected).map(([code, count]) => `${count} ${code}`);
    stdout.write(`figures that nothing can rest on: ${rejected.join(', ')}\n`);
  }
  return 0;
}

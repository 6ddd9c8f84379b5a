import { z } from 'zod';
import { loadCatalogue } from '../../hardware/catalogue.ts';
import { loadPublished } from '../../hardware/published.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { confidence, type Nearness } from '../../roofline/efficiency-model.ts';
import { sortEvidence } from '../../roofline/evidence.ts';
import { type Projected, type Projection, type ProjectionRequest, Projector } from '../../roofline/project.ts';
import { formatNumber, formatPercent } from '../../units/format.ts';
import { type Input, readJsonInput } from '../json-input.ts';
import { ownResults, ownResultsAnswer, ownResultsText } from '../own-results.ts';
import type { Streams } from '../streams.ts';
import { type TextColumn, textTable } from '../text-table.ts';

export interface RooflineProjectOptions {
  /** File with the rows; without it, or as `-`, stdin, unless a cell is given by options. */
  readonly file?: string;
  readonly accelerator?: string;
  readonly model?: string;
  readonly precision?: string;
  readonly scenario?: string;
  readonly stack?: string;
  /** As typed. */
  readonly devices?: string;
  readonly profiles?: string;
  /** Runs of one's own that are evidence, too. */
  readonly results?: readonly string[];
  readonly json?: boolean;
}

const text = z.string({ error: 'expected a text' });
const rowsSchema = z.array(
  // Rows of published figures have more keys, which say nothing of what is asked for.
  z.object({
    accelerator: text,
    model: text,
    scenario: text,
    precision: z.union([text, z.null()], { error: 'expected a text such as int8, or null' }),
    stack: text,
    unit: text.optional(),
    devices: z
      .number({ error: 'expected a whole number of at least 1' })
      .refine((value) => Number.isSafeInteger(value) && value >= 1, 'expected a whole number of at least 1')
      .optional(),
  }),
);

/**
 * `dyno roofline project`: for each row the value that a published figure of it would have, with its 90 % interval, or why none can be given,
 * in the same order; with `--results` beside what one's own results came to. A refusal is an answer: the command ends with 0.
 * @throws InputError `USAGE` for a cell that is given in part, `INPUT_*` for rows that do not fit.
 */
export async function rooflineProjectCommand(
  options: RooflineProjectOptions,
  { stdout, stderr }: Streams,
  input: Input,
): Promise<ExitCode> {
  const one = cellOfOptions(options);
  const requests: readonly ProjectionRequest[] = one
    ? [one]
    : await readJsonInput(
        options.file,
        input,
        rowsSchema,
        'an array of {accelerator, model, scenario, precision, stack, unit}',
      );
  const { profiles } = loadCatalogue({ own: options.profiles });
  const own = options.results === undefined ? null : await ownResults(options.results, profiles);
  if (own !== null) stderr.write(ownResultsText(own));
  const published = sortEvidence(loadPublished(), profiles).evidence;
  const projector = new Projector(profiles, [...published, ...(own?.evidence ?? [])]);
  const answers = requests.map((request) => projector.project(request));
  const [first] = answers;
  const answer = own === null ? answers : { projections: answers, results: ownResultsAnswer(own) };
  if (options.json === true) stdout.write(`${JSON.stringify(answer)}\n`);
  else if (one && first !== undefined) stdout.write(cellText(one, first));
  else stdout.write(rowsText(requests, answers));
  return 0;
}

function cellOfOptions(options: RooflineProjectOptions): ProjectionRequest | null {
  const { file, accelerator, model, precision, scenario = 'Offline', stack = 'mlperf', devices } = options;
  const given = { '--accelerator': accelerator, '--model': model, '--precision': precision };
  const missing = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [name] : []));
  const other = options.scenario ?? options.stack ?? devices;
  if (missing.length === 3 && other === undefined) return null;
  if (file !== undefined) {
    throw new InputError('USAGE', `Expected either a file of rows or a cell by options, got both (${file}).`);
  }
  if (accelerator === undefined || model === undefined || precision === undefined) {
    throw new InputError(
      'USAGE',
      `Expected --accelerator, --model and --precision for a cell, got no ${missing.join(', no ')}.`,
    );
  }
  return { accelerator, model, precision, scenario, stack, devices: devices === undefined ? 1 : countOf(devices) };
}

function countOf(typed: string): number {
  const count = Number(typed);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new InputError(
    'USAGE',
    `--devices ${typed}: expected a whole number of at least 1, got ${JSON.stringify(typed)}.`,
  );
}

const nearnessText: Readonly<Record<Nearness, string>> = {
  device: 'figures of this model on this device, in another precision or scenario too',
  architecture: 'figures of this model on this architecture',
  maker: 'figures of this model on other architectures of the maker',
  none: 'figures of this model by other makers, or of other models',
};

function cellText(request: ProjectionRequest, answer: Projection): string {
  const what = `${request.model} in ${request.precision} on ${request.accelerator}, ${request.scenario}, stack ${request.stack}`;
  if ('refused' in answer) return `${what}\nrefused: ${answer.refused}\n`;
  const devices = answer.modelDevices === 1 ? '1 device' : `${answer.modelDevices} devices`;
  return [
    `${what}: projected, not measured`,
    `${formatNumber(answer.value)} ${answer.unit}, ${formatPercent(confidence)} interval ${intervalText(answer)}`,
    `${formatPercent(answer.shareOfRoof)} of the roof; nearest: ${nearnessText[answer.nearest]}; the model is known on ${devices}`,
    '',
  ].join('\n');
}

interface Row {
  readonly request: ProjectionRequest;
  readonly answer: Projection;
}

function rowsText(requests: readonly ProjectionRequest[], answers: readonly Projection[]): string {
  const rows = requests.flatMap((request, index): Row[] => {
    const answer = answers[index];
    return answer === undefined ? [] : [{ request, answer }];
  });
  const projected = (cell: (answer: Projected) => string) => (row: Row) =>
    'refused' in row.answer ? '' : cell(row.answer);
  const columns: readonly TextColumn<Row>[] = [
    { title: 'accelerator', align: 'left', cell: ({ request }) => request.accelerator },
    { title: 'model', align: 'left', cell: ({ request }) => request.model },
    { title: 'scenario', align: 'left', cell: ({ request }) => request.scenario },
    { title: 'precision', align: 'left', cell: ({ request }) => request.precision ?? '' },
    { title: 'stack', align: 'left', cell: ({ request }) => request.stack },
    { title: 'projected', align: 'right', cell: projected(({ value }) => formatNumber(value)) },
    { title: '90 % interval', align: 'right', cell: projected(intervalText) },
    { title: 'unit', align: 'left', cell: projected(({ unit }) => unit) },
    { title: 'refused', align: 'left', cell: ({ answer }) => ('refused' in answer ? answer.refused : '') },
  ];
  return textTable(rows, columns);
}

function intervalText({ low, high }: Projected): string {
  return `${formatNumber(low)} to ${formatNumber(high)}`;
}

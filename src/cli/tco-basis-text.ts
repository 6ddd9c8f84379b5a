import { figureText } from '../tco/model/sensitivity.ts';
import type { Assumption, StudyData } from '../tco/model/study-data.ts';
import type { StudyOutcome } from '../tco/model/study-outcome.ts';
import type { Study } from '../tco/study.ts';
import { formatNumber } from '../units/format.ts';
import { indented, point, section, wrappedTable } from './tco-layout.ts';

/** What nobody stated a source of: shown first, and asked for. Then how many figures have one. */
export function assumptionsText({ assumptions }: StudyData): string {
  const guesses = assumptions.filter(({ source }) => source === null);
  const sourced = assumptions.length - guesses.length;
  if (guesses.length === 0) return section('Figures without a source: none', '', '');
  const value = (one: Assumption) => figureValue(one, one.value);
  const range = (one: Assumption) =>
    one.low === null || one.high === null ? 'none' : figureRange(one, one.low, one.high);
  const widest = (cell: (one: Assumption) => string) => Math.max(5, ...guesses.map((one) => cell(one).length));
  // With the line of at most four digits and the gaps the row fits into 100 columns.
  const most = Math.min(46, Math.max(20, 90 - widest(value) - widest(range)));
  const table = wrappedTable(guesses, { title: 'figure', most, cell: figureText }, [
    { title: 'value', align: 'right', cell: value },
    { title: 'range', align: 'left', cell: range },
    { title: 'line', align: 'right', cell: ({ where }) => lineOf(where) },
  ]);
  const rest = sourced === 1 ? '1 other figure has a source' : `${sourced} other figures have a source`;
  return section('Figures without a source', `State it, or low and high of what you think possible; ${rest}.`, table);
}

/** The line of `file:line:column`. */
function lineOf(where: string): string {
  return /:(\d+):\d+$/.exec(where)?.[1] ?? where;
}

/** A figure with its unit; shares in percent. */
export function figureValue({ unit, isShare }: Pick<Assumption, 'unit' | 'isShare'>, value: number): string {
  return isShare ? `${exact(value * 100)} %` : `${exact(value)}${unit === '' ? '' : ` ${unit}`}`;
}

/** `0.05 to 0.25 USD/kWh`. */
export function figureRange(figure: Pick<Assumption, 'unit' | 'isShare'>, low: number, high: number): string {
  const from = figure.isShare ? exact(low * 100) : exact(low);
  return `${from} to ${figureValue(figure, high)}`;
}

/** As stated, not rounded to what can be measured: 12,345,678 and 0.0826; what was computed, to five digits. */
function exact(value: number): string {
  const digits = Number.isInteger(value) ? value : Number(value.toPrecision(5));
  if (Number.isInteger(digits) || Math.abs(digits) < 1e-6) return formatNumber(digits);
  const [whole = '', fraction = ''] = String(Math.abs(digits)).split('.');
  return `${digits < 0 ? '−' : ''}${formatNumber(Number(whole))}.${fraction}`;
}

/** The boundary: what is not counted, by whom. */
export function leftOutText({ leftOut, model }: StudyData): string {
  const options = new Map<string, string[]>();
  for (const { option, what } of leftOut) options.set(what, [...(options.get(what) ?? []), option]);
  const all = model.options.map(({ name }) => name);
  const groups = new Map<string, string[]>();
  for (const [what, names] of options) {
    const whose = names.length === all.length ? 'of all options' : `of ${names.join(', ')}`;
    groups.set(whose, [...(groups.get(whose) ?? []), what]);
  }
  const lines = [...groups].map(([whose, what]) => point(`${whose}: ${what.join(', ')}`));
  return lines.length === 0 ? '' : section('Not counted', '', lines.join(''));
}

/** Where throughputs and the study itself are from. */
export function provenanceText(study: Study, { options, simulation }: StudyOutcome): string {
  const lines = options.map(({ name, throughput: { provenance, itemsPerSecond, source } }) =>
    point(
      `${name}: ${formatNumber(itemsPerSecond)} items/s a machine, ${provenance}: ${source.replace(new RegExp(`^${provenance}: `), '')}`,
    ),
  );
  const { path, sha256, currency, date } = study;
  const drawn = simulation === null ? '' : `, ${formatNumber(simulation.draws)} draws with seed ${simulation.seed}`;
  return section(
    'Throughputs and their sources',
    '',
    `${lines.join('')}\n${indented(`${path} (sha256 ${sha256.slice(0, 12)}), in ${currency} of ${date}${drawn}`, 0)}`,
  );
}

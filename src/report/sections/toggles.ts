import { isPaired, speedMeasure } from '../../analysis/speed-effect.ts';
import { type Compared, modelBytes, type ToggleCell } from '../../analysis/toggle-effects.ts';
import { pointsText } from '../../analysis/toggle-text.ts';
import { isConverted, togglesOf } from '../../analysis/toggles.ts';
import { formatBytes, formatPercent, formatRatio, formatSeconds, formatThroughput } from '../../units/format.ts';
import { metricName } from '../../units/metric-name.ts';
import { isNumber } from '../charts/scale.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import type { NamedEffects } from '../named-effects.ts';
import { plainReason } from '../plain-reasons.ts';
import { isInvalid } from '../standing.ts';
import { reasonAt, supportNote } from './case-cells.ts';
import {
  type Cell,
  cell,
  column,
  type DrawnChart,
  headCell,
  row,
  type Section,
  section,
  type Table,
  table,
} from './section.ts';
import { speedCell, stepTables } from './toggle-steps.ts';
import { variantTables } from './toggle-variants.ts';

/** More groups than these are folded, table by table. */
const openGroups = 4;

/**
 * What precision and fusion do: for each group of cases that differ in nothing else speed, size, memory and accuracy side by side, the steps
 * that lead from the least to the most, and how they work together. null where no group has two cases.
 */
export function toggleSection(
  groups: readonly NamedEffects[],
  charts: readonly DrawnChart[],
  input: ReportInput,
  maxGroups: number,
): Section | null {
  if (groups.length === 0) return null;
  const shown = groups.slice(0, maxGroups);
  const folds = shown.length > openGroups;
  return section('toggles', 'Precision and fusion', {
    kind: 'figures',
    lead: leadText(shown),
    columns: charts.length > 4 ? 3 : 0,
    charts,
    tables: [
      ...shown.flatMap((group) => [cellTable(group, folds), ...stepTables(group, folds)]),
      ...variantTables(input),
    ],
    notes: [
      '★: the best figure of its group; the intervals say whether more than chance tells it from another. Sizes are those of the model files; peak memory is of the whole process, which holds more than the model.',
      ...(shown.some(({ effects }) => effects.cells.some(({ speed }) => speed.low !== null))
        ? ['Each interval is of one ratio: of 20 toggles that do nothing, about one is told from nothing by chance.']
        : []),
      ...(shown.some(({ effects }) => isConvertedUncleaned(effects))
        ? [
            'A graph is cleaned before it is converted, and for int8 its normalisations are folded, whatever is set: what a precision gains without fusion holds that, too.',
          ]
        : []),
      ...(groups.length > shown.length
        ? [
            `The first ${shown.length} of ${groups.length} groups: more would make this page too large. All cases are in the data.`,
          ]
        : []),
    ],
  });
}

function leadText(groups: readonly NamedEffects[]): string {
  const orders = new Set(groups.map(({ run }) => isPaired(run.policy)));
  const measures = new Set(groups.map(({ effects }) => effects.measure));
  const what = measures.has('query')
    ? measures.has('item')
      ? 'the median time of a query, or the throughput where queries wait for each other'
      : 'the median time of a query'
    : 'the throughput';
  const paired =
    'All cases took turns in each round, so that ratios are taken round by round, and what slowed a whole round cancels.';
  const listed = 'The cases were measured one after the other, so that drift of the machine counts as a difference.';
  const how = orders.size > 1 ? `In one run: ${paired} In another: ${listed}` : orders.has(true) ? paired : listed;
  return `Cases that are alike in everything but precision, hygiene, fusion and layout. Speed is ${what}. ${how}`;
}

/** Whether a converted graph, which is always cleaned, stands beside one that was neither converted nor cleaned. */
function isConvertedUncleaned({ cells }: NamedEffects['effects']): boolean {
  const measured = cells.filter(({ one }) => one.status === 'ok').map(({ one }) => togglesOf(one));
  return (
    measured.some(({ precision }) => isConverted(precision)) &&
    measured.some(({ precision, hygiene }) => !isConverted(precision) && hygiene === 'off')
  );
}

function cellTable({ title, effects, labels }: NamedEffects, folds: boolean): Table {
  const { cells, reference } = effects;
  const numeric = { numeric: true };
  const standing = cells.filter(({ one }) => one.status === 'ok' && !isInvalid(one));
  const best = (figure: (of: ToggleCell) => number | null, highest: boolean): number | null => {
    const figures = standing.flatMap((of) => figure(of) ?? []);
    // Where all are equal, none is the best.
    if (new Set(figures).size < 2) return null;
    return highest ? Math.max(...figures) : Math.min(...figures);
  };
  const fastest = best(({ speed }) => speed.value, true);
  const smallest = best(({ one }) => modelBytes(one), false);
  const leanest = best(({ one }) => one.memory.peakRssBytes, false);
  const right = best(({ one }) => one.accuracy?.value ?? null, true);
  const name = labels.get(reference.key) ?? '';
  const caption = `${title}: each case beside ${name}`;
  return table(
    caption,
    [
      column('Case'),
      column('Times as fast', { ...numeric, unit: '95 %' }),
      column(effects.measure === 'query' ? 'p50' : 'Throughput', numeric),
      column('Model', numeric),
      column('Peak memory', numeric),
      column('Accuracy', numeric),
      column('Fidelity', { ...numeric, unit: 'cosine' }),
      column('Precision is'),
    ],
    cells.map((of) => {
      const { one, speed, size, memory } = of;
      const isReference = one.key === reference.key;
      const ratio = isReference ? cell('reference', { tone: 'number none' }) : speedCell(speed);
      return row(
        [
          headCell(labels.get(one.key) ?? '', displayName(one.id, 200)),
          starred(ratio, fastest !== null && speed.value === fastest),
          timeCell(of),
          starred(bytesCell(size, isReference), smallest !== null && size.value === smallest),
          starred(bytesCell(memory, isReference), leanest !== null && memory.value === leanest),
          starred(accuracyCell(of, isReference), right !== null && one.accuracy?.value === right),
          fidelityCell(of),
          supportCell(of),
        ],
        one.status !== 'ok' ? 'quiet' : isInvalid(one) ? 'struck' : '',
      );
    }),
    folds ? { folded: caption } : {},
  );
}

function starred(of: Cell, isBest: boolean): Cell {
  return isBest ? { ...of, text: `★ ${of.text}`, tone: `${of.tone} best` } : of;
}

function timeCell({ one }: ToggleCell): Cell {
  const isItem = speedMeasure(one.scenario) === 'item';
  const value = isItem ? one.throughput?.value : (one.latency ?? one.serviceLatency)?.p50;
  if (!isNumber(value)) {
    const note = one.status === 'ok' ? reasonAt(one, isItem ? 'throughput' : 'latency.p50') : reasonAt(one, 'status');
    return cell(one.status === 'ok' ? '–' : one.status, { tone: 'number none', note });
  }
  return cell(isItem ? formatThroughput(value) : formatSeconds(value), { tone: 'number', sort: value });
}

function bytesCell({ value, against, reason }: Compared, isReference: boolean): Cell {
  const note = reason === null ? '' : plainReason(reason);
  if (value === null) return cell('–', { tone: 'number none', note });
  const ratio = isReference || against === null ? '' : ` (${formatRatio(against)})`;
  return cell(`${formatBytes(value)}${ratio}`, { tone: 'number', sort: value, note });
}

function accuracyCell({ one, accuracy }: ToggleCell, isReference: boolean): Cell {
  const note = accuracy.reason === null ? '' : plainReason(accuracy.reason);
  if (one.accuracy === null) return cell('–', { tone: 'number none', note });
  const { value, metric, items } = one.accuracy;
  const points = isReference || accuracy.against === null ? '' : ` (${pointsText(accuracy.against)})`;
  const on = `${displayName(metricName(metric), 40)} on ${items.toLocaleString('en-US')} held-out items`;
  return cell(`${formatPercent(value)}${points}`, {
    tone: 'number',
    sort: value,
    note: note === '' ? on : `${on}. ${note}`,
  });
}

function fidelityCell({ one }: ToggleCell): Cell {
  if (one.fidelity === null) return cell('–', { tone: 'number none', note: reasonAt(one, 'fidelity') });
  const { cosine, sqnrDb, reference } = one.fidelity;
  const noise = sqnrDb === null ? reasonAt(one, 'fidelity.sqnrDb') : `Signal to noise ${sqnrDb.toFixed(1)} dB.`;
  return cell(cosine.toFixed(6), {
    tone: 'number',
    sort: cosine,
    note: `Against ${displayName(reference, 80)}. ${noise}`,
  });
}

function supportCell({ one }: ToggleCell): Cell {
  const { precisionSupport } = one;
  if (precisionSupport === undefined) return cell('–', { tone: 'none', note: 'A result of an older version.' });
  if (precisionSupport === null) return cell('–', { tone: 'none', note: reasonAt(one, 'precisionSupport') });
  return cell(displayName(precisionSupport, 20), { note: supportNote(one) });
}

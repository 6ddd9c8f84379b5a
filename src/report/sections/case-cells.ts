import { failureText } from '../../analysis/memory-text.ts';
import type { Case } from '../../results/run.ts';
import { formatPercent } from '../../units/format.ts';
import { metricName } from '../../units/metric-name.ts';
import { isNumber } from '../charts/scale.ts';
import { displayName } from '../display-name.ts';
import { standingMark } from '../marks.ts';
import { plainReason, shortReason } from '../plain-reasons.ts';
import { standingOf, standingText } from '../standing.ts';
import { type Cell, cell } from './section.ts';

/** Says how many rows the size of the page leaves out, and where they are. */
export function rowsLeftOut(total: number, maxRows: number, what: string): string[] {
  if (total <= maxRows) return [];
  return [
    `The first ${maxRows} of ${total} ${what}: more would make this page too large. All of them are in the data.`,
  ];
}

export function statusCell(one: Case): Cell {
  if (one.status === 'ok') return cell('ok', { tone: 'good' });
  return cell(one.status, {
    tone: one.status === 'failed' ? 'bad' : 'warn',
    note: one.cause === null ? reasonAt(one, 'status') : displayName(failureText(one.cause), 200),
  });
}

export function throughputCell(
  one: Case,
  figure: (value: number | null | undefined, reason: () => string) => Cell,
): Cell {
  const shown = figure(one.throughput?.value, () => reasonAt(one, 'throughput'));
  const interval = one.throughput?.ci95;
  if (interval === null || interval === undefined) return shown;
  return {
    ...shown,
    note: `95 % interval over rounds: ${figureText(interval[0])} to ${figureText(interval[1])} items/s`,
  };
}

export function limitCell(one: Case): Cell {
  if (one.withinLimit === null) return cell('–', { note: reasonAt(one, 'withinLimit'), tone: 'none' });
  return one.withinLimit ? cell('yes', { tone: 'good' }) : cell('no', { tone: 'bad' });
}

export function standingCell(one: Case): Cell {
  const { verdict } = standingOf(one);
  if (verdict === null) return cell('–', { tone: 'none', note: one.status === 'ok' ? 'Not judged.' : '' });
  const text = `${standingMark[verdict]} ${standingText(one)}`;
  return cell(text, { tone: verdict === 'invalid' ? 'bad' : verdict === 'degraded' ? 'warn' : 'good' });
}

/** The quality of the answers, beside what it is compared with where the result has that. */
export function accuracyCell(one: Case, withReference: boolean): Cell {
  if (one.accuracy === null) return cell('–', { note: reasonAt(one, 'accuracy'), tone: 'number none' });
  const { metric, value, items, reference } = one.accuracy;
  const of = isNumber(reference) ? ` / ${formatPercent(reference)}` : withReference ? ' / –' : '';
  const against = isNumber(reference)
    ? `; the reference, ${formatPercent(reference)}, is the same workload at fp32 and fused`
    : `; no reference: ${reasonAt(one, 'accuracy.reference')}`;
  return cell(`${formatPercent(value)}${of}`, {
    sort: value,
    tone: 'number',
    note: `${displayName(metricName(metric), 40)} on ${items.toLocaleString('en-US')} held-out items${against}`,
  });
}

const supports: Readonly<Record<string, string>> = {
  native: 'The backend computes in this precision.',
  emulated: 'The backend computes in a wider precision, with casts around.',
  storage: 'Only the weights are stored in this precision; the backend computes in 32-bit floats.',
  none: 'The backend does not have this precision.',
};

/** How the backend carries out the precision of a case, in a sentence; empty where the result does not say. */
export function supportNote({ precisionSupport }: Case): string {
  if (precisionSupport === null || precisionSupport === undefined) return '';
  return Object.hasOwn(supports, precisionSupport)
    ? (supports[precisionSupport] ?? '')
    : displayName(precisionSupport, 60);
}

export function dashed(text: string): string {
  return text === '' ? '–' : text;
}

/** The reason of a path, or of the nearest path above it that has one. */
export function reasonAt(one: Case, path: string): string {
  for (let at = path; at !== ''; at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '') {
    const reason = Object.hasOwn(one.reasons, at) ? one.reasons[at] : undefined;
    if (reason !== undefined) return at === path ? shortReason(reason) : plainReason(reason);
  }
  if (one.status !== 'ok') return `The case is ${one.status}.`;
  return 'The result gives no reason.';
}

export function figureText(value: number, digits = 4): string {
  if (digits === 0 || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(digits)).toFixed(decimalsFor(value, digits)));
}

function decimalsFor(value: number, digits: number): number {
  if (value === 0) return 0;
  return Math.max(0, Math.min(4, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
}

import { formatBytes, formatDecimal, formatNumber, formatSeconds } from '../units/format.ts';
import type { Bounds, Row } from './decision.ts';
import { shownStage } from './gate-report.ts';
import type { Metric } from './metric.ts';

const absent = '–';

/** A figure in a metric's unit as people read it: `12.3 ms`, `97.8 MiB`, `4,560/s`; units that are not ours stand behind the number. */
export function figureText(value: number | null, { unit }: Pick<Metric, 'unit'>): string {
  if (value === null || !Number.isFinite(value)) return absent;
  switch (unit) {
    case 's':
      return formatSeconds(value);
    case 'bytes':
      return formatBytes(value);
    case 'items/s':
      return `${formatNumber(value)}/s`;
    case 'J/item':
      return formatDecimal(value, 'J');
    case 'count':
    case 'ratio':
    case '':
      return formatNumber(value);
    default:
      return `${formatNumber(value)} ${unit}`;
  }
}

/** An exact figure with all its digits: two of them that differ must not read alike. */
export function exactText(value: number, { unit }: Pick<Metric, 'unit'>): string {
  const digits = Number.isInteger(value) ? formatNumber(value) : String(value).replace('-', '−');
  const name = unit === 'count' || unit === 'ratio' || unit === '' ? '' : ` ${unit === 'bytes' ? 'B' : unit}`;
  return `${digits}${name}`;
}

/** Base and head of a row; exact ones have all their digits where they differ. */
export function armTexts(row: Row): { readonly base: string; readonly head: string } {
  const { exact, metric } = row;
  if (exact !== null && exact.base === exact.head) {
    return { base: figureText(exact.base, metric), head: figureText(exact.head, metric) };
  }
  if (exact !== null) return { base: exactText(exact.base, metric), head: exactText(exact.head, metric) };
  const stage = shownStage(row);
  return { base: figureText(stage?.base ?? null, metric), head: figureText(stage?.head ?? null, metric) };
}

/** A change: `+8.1 %`, `−0.4 %`, `0.0 %`. Beyond hundredfold as a factor. */
export function changeText(share: number): string {
  if (!Number.isFinite(share)) return absent;
  if (share >= 99) return `× ${formatNumber(share + 1)}`;
  const digits = digitsOf(share);
  return Number(digits) === 0 ? `${digits} %` : `${share < 0 ? '−' : '+'}${digits} %`;
}

/** The same without a sign: a margin, a limit. */
export function shareText(share: number): string {
  return Number.isFinite(share)
    ? `${share < 0 && Number(digitsOf(share)) !== 0 ? '−' : ''}${digitsOf(share)} %`
    : absent;
}

/** `+6.1 to +9.8 %`; where there is no interval, a dash. */
export function intervalText({ low, high }: Bounds): string {
  if (low === null || high === null) return absent;
  const from = changeText(low);
  return `${from.endsWith(' %') && high < 99 ? from.slice(0, -2) : from} to ${changeText(high)}`;
}

/** The change of a row with its interval; of an exact one, what it is or that it is none. */
export function rowChange(row: Row): { readonly change: string; readonly interval: string } {
  if (row.exact !== null) {
    const { base, head } = row.exact;
    if (base === head) return { change: 'equal', interval: 'exact' };
    const change = base > 0 && head > 0 ? changeText(head / base - 1) : 'differs';
    // What rounds to nothing is a change all the same.
    return { change: change === '0.0 %' ? '< 0.1 %' : change, interval: 'exact' };
  }
  const change = shownStage(row)?.change ?? null;
  if (change === null) return { change: absent, interval: absent };
  return { change: changeText(change.value), interval: intervalText(change) };
}

/** All figures of a row on a line: `20.1 ms to 22.9 ms, +14.6 % (+13.4 to +15.9 %), margin 5.0 %, finds from 6.1 %`; null where it has none. */
export function figuresLine(row: Row): string | null {
  const { base, head } = armTexts(row);
  const { change, interval } = rowChange(row);
  if (row.exact !== null) return `${base} to ${head}, ${change} (exact)`;
  const stage = shownStage(row);
  if (stage === null || stage.change === null) return null;
  const noise = stage.selfNoise === null ? '' : `, noise ${shareText(stage.selfNoise)}`;
  return `${base} to ${head}, ${change} (${interval}), margin ${shareText(row.metric.margin)}, finds from ${detectableText(row)}${noise}`;
}

/** From which change on a row would have been found: `5.8 %`. */
export function detectableText(row: Row): string {
  const share = shownStage(row)?.minimumDetectable ?? null;
  return share === null ? absent : shareText(share);
}

function digitsOf(share: number): string {
  const percent = Math.abs(share) * 100;
  return percent < 99.95 ? percent.toFixed(1) : percent.toFixed(0);
}

import { formatCount, formatNumber } from '../../units/format.ts';

/** Money with its currency: `USD 15,000`, `USD 47.35`. */
export function moneyText(amount: number, currency: string): string {
  return `${currency} ${amountText(amount)}`;
}

/** Money: `15,000`, `47.35`, `0.00412`. To the hundredth, from 1,000 on whole, below 1 three digits. */
export function amountText(amount: number): string {
  if (!Number.isFinite(amount)) return '–';
  const size = Math.abs(amount);
  if (size >= 999.995 || Number.isInteger(amount)) return formatCount(amount);
  if (size < 0.995) return formatNumber(amount);
  const hundredths = Math.round(size * 100);
  return `${amount < 0 ? '−' : ''}${formatCount(Math.floor(hundredths / 100))}.${String(hundredths % 100).padStart(2, '0')}`;
}

/** A volume with three digits: `58.1 million requests a day`, `12,300 requests a day`. */
export function volumeText(requestsPerDay: number): string {
  return Number.isFinite(requestsPerDay) ? `${shortVolume(requestsPerDay)} requests a day` : '–';
}

/** The same where the unit stands elsewhere: `500,000`, `4.9 million`, `58.1 million`, `1.2 billion`. */
export function shortVolume(requestsPerDay: number): string {
  if (!Number.isFinite(requestsPerDay)) return '–';
  const rounded = Number(requestsPerDay.toPrecision(3));
  const [size, word] = rounded >= 1e9 ? [1e9, ' billion'] : rounded >= 1e6 ? [1e6, ' million'] : [1, ''];
  const short = Number((rounded / size).toPrecision(3));
  return `${Number.isInteger(short) ? formatCount(short) : short}${word}`;
}

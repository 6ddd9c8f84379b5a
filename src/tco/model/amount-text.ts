import { formatCount, formatNumber } from '../../units/format.ts';

/** Money with its currency: `USD 15,000`, `USD 47.35`, `USD 0.00412`. From 1 on to the hundredth, from 10,000 on whole, below 1 three digits. */
export function moneyText(amount: number, currency: string): string {
  if (!Number.isFinite(amount)) return '–';
  const size = Math.abs(amount);
  if (size >= 9_999.995 || Number.isInteger(amount)) return `${currency} ${formatCount(amount)}`;
  if (size < 0.995) return `${currency} ${formatNumber(amount)}`;
  const hundredths = Math.round(size * 100);
  const whole = formatCount(Math.floor(hundredths / 100));
  return `${currency} ${amount < 0 ? '−' : ''}${whole}.${String(hundredths % 100).padStart(2, '0')}`;
}

/** A volume with three digits: `58.1 million requests a day`, `12,300 requests a day`. */
export function volumeText(requestsPerDay: number): string {
  if (!Number.isFinite(requestsPerDay)) return '–';
  const [size, word] = requestsPerDay >= 1e9 ? [1e9, ' billion'] : requestsPerDay >= 1e6 ? [1e6, ' million'] : [1, ''];
  return `${formatNumber(Number((requestsPerDay / size).toPrecision(3)))}${word} requests a day`;
}

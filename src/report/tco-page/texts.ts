import type { InternalRate } from '../../tco/model/internal-rate.ts';
import type { Assumption } from '../../tco/model/study-data.ts';
import { formatNumber } from '../../units/format.ts';
import type { AxisUnit } from '../charts/scale.ts';

/** Stands where a figure is not known or does not exist; the reason is beside it. */
export const dash = '–';

/** An amount of money without its currency, which the heading has: `1,234,568`, `812`, `4.56`. */
export function amountText(amount: number): string {
  if (!Number.isFinite(amount)) return dash;
  const rounded = Math.abs(amount) >= 100 ? Math.round(amount) : Number(amount.toFixed(2));
  return grouped(String(rounded === 0 ? 0 : rounded));
}

/** A price of a unit, to the cent, and to three significant digits below 1: `32.66`, `0.412`. */
export function unitPriceText(price: number): string {
  if (!Number.isFinite(price)) return dash;
  const size = Math.abs(price);
  if (size >= 1000) return grouped(price.toFixed(0));
  return size >= 1 || size === 0 ? grouped(price.toFixed(2)) : formatNumber(price);
}

/** A number as the study has it, to ten significant digits, thousands apart. */
export function exactText(value: number): string {
  if (!Number.isFinite(value)) return dash;
  if (value !== 0 && Math.abs(value) < 1e-6) return String(Number(value.toPrecision(10))).replaceAll('-', '−');
  return grouped(String(Number(value.toPrecision(10))));
}

/** A figure of an assumption without its unit; shares in percent, with the sign. */
export function figureText({ isShare }: Pick<Assumption, 'isShare'>, value: number): string {
  return isShare ? `${exactText(Number((value * 100).toPrecision(10)))} %` : exactText(value);
}

export function yearsText(years: number | null): string {
  return years === null ? 'never' : `${exactText(Number(years.toFixed(1)))} ${years === 1 ? 'year' : 'years'}`;
}

export function internalRateText(rate: InternalRate): string {
  switch (rate.kind) {
    case 'rate':
      return `${exactText(Number((rate.rate * 100).toFixed(1)))} %`;
    case 'none':
      return 'none';
    case 'multiple':
      return 'several';
  }
}

/** `1 machine`, `3 machines`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${grouped(String(count))} ${count === 1 ? one : many}`;
}

/** `A`, `A and B`, `A, B and C`. */
export function listText(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** The unit of an axis of money, such that the largest amount has one to four digits before the point. */
export function moneyUnit(largest: number, currency: string): AxisUnit {
  if (largest >= 1e10) return { name: `billion ${currency}`, perBase: 1e-9 };
  if (largest >= 1e7) return { name: `million ${currency}`, perBase: 1e-6 };
  if (largest >= 1e4) return { name: `thousand ${currency}`, perBase: 1e-3 };
  return { name: currency, perBase: 1 };
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const separated = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',').replace('-', '−');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

import { formatNumber } from '../../units/format.ts';

/** A chance without false certainty: what was drawn in nearly all or hardly any of the draws is neither 100 % nor 0 %. */
export function chanceShare(chance: number): string {
  if (chance > 0.995 && chance < 1) return '> 99.5 %';
  if (chance < 0.005 && chance > 0) return '< 0.5 %';
  return `${Math.round(chance * 100)} %`;
}

/** A share of costs: whole percents, but for what would round to nothing. */
export function shareText(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const percent = share * 100;
  if (Math.abs(percent) >= 0.95) return `${formatNumber(Math.round(percent))} %`;
  return `${String(Number(percent.toPrecision(1))).replace('-', '−')} %`;
}

/** A number of which two digits are enough: `0.17`, `8.6`, `36`, `1,300`. */
export function twoDigits(value: number): string {
  const rounded = Math.abs(value) >= 10 ? Math.round(value) : Number(value.toPrecision(2));
  return Number.isInteger(rounded) ? formatNumber(rounded) : String(rounded).replace('-', '−');
}

/** A share of costs with its sign: `+18 %`, `−22 %`, `0 %`. */
export function signedShare(share: number): string {
  return share > 0 ? `+${shareText(share)}` : shareText(share);
}

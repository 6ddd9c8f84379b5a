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

/** The same with its sign: `+18 %`, `−22 %`, `0 %`. */
export function signedShare(share: number): string {
  return share > 0 ? `+${shareText(share)}` : shareText(share);
}

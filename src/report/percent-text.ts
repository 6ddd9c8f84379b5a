/** A share with at most one decimal, as a change that is known to a per cent or so is told: `0.4 %`, `12 %`, `−3.1 %`. */
export function percentText(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const percent = Math.abs(share * 100);
  const digits = percent.toFixed(percent < 9.95 ? 1 : 0);
  return `${share < 0 && Number(digits) !== 0 ? '−' : ''}${digits} %`;
}

/** The same with a sign in front of what is above zero, too: `+1.2 %`. */
export function signedPercent(share: number): string {
  return `${share > 0 && percentText(share) !== '0.0 %' ? '+' : ''}${percentText(share)}`;
}

import type { Assumption } from '../../../tco/model/study-data.ts';

/** What decides how a figure is read and written. */
export type FigureKind = Pick<Assumption, 'unit' | 'isShare' | 'least' | 'most'>;

/** A figure as its field shows it: shares in percent, all digits, no thousands apart. */
export function figureText({ isShare }: Pick<FigureKind, 'isShare'>, value: number): string {
  return String(isShare ? shift(String(value), 2) : value);
}

/** The same with eight digits at most: what was computed, such as a projection, has more than anyone reads. */
export function shortFigureText(kind: Pick<FigureKind, 'isShare'>, value: number): string {
  return figureText(kind, Number(value.toPrecision(8)));
}

/** The same in a sentence, with its unit: `15,000 USD`, `8 %`. */
export function figureWords(kind: FigureKind, value: number): string {
  return `${groupedText(shortFigureText(kind, value))} ${unitOf(kind)}`.trim();
}

/** A decimal number with its thousands apart; anything else as it is. */
export function groupedText(text: string): string {
  const [, whole, fraction = ''] = /^([+-]?\d+)(\.\d*)?$/.exec(text) ?? [];
  return whole === undefined ? text : `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction}`;
}

/** What stands behind the field. */
export function unitOf({ unit, isShare }: Pick<FigureKind, 'unit' | 'isShare'>): string {
  return isShare ? '%' : unit;
}

export type Reading = { readonly value: number } | { readonly reason: string };

/**
 * What someone wrote into a field: a number with a point for its fraction, with or without the thousands apart, shares in percent. Otherwise
 * the reason why it is none, or which figures are allowed.
 */
export function readFigure(kind: FigureKind, text: string): Reading {
  const written = text.trim().replace(/\s*%$/, kind.isShare ? '' : '%');
  if (written === '') return { reason: `Empty: write ${allowed(kind)}.` };
  // Blanks and commas between thousands only: in "0,08" the comma would otherwise turn eight hundredths into eight.
  const isGrouped = /^[+-]?\d{1,3}(?:[,\s\u2009\u202f]\d{3})+(?:\.\d*)?$/.test(written);
  const digits = (isGrouped ? written.replaceAll(/[,\s\u2009\u202f]/g, '') : written).replace('−', '-');
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(digits)) {
    return {
      reason: /^[+-]?\d+,\d+$/.test(digits)
        ? `“${text.trim()}” is not clear: write the fraction after a point.`
        : `“${text.trim().slice(0, 30)}” is no number: write ${allowed(kind)}.`,
    };
  }
  const value = kind.isShare ? shift(digits, -2) : Number(digits);
  if (!(value >= kind.least && value <= kind.most)) {
    return { reason: `${figureWords(kind, value)} is out of range: write ${allowed(kind)}.` };
  }
  return { value };
}

/** The figures that are allowed, in words. */
export function allowed(kind: FigureKind): string {
  const { least, most } = kind;
  const isAboveNought = least === Number.MIN_VALUE;
  const low = isAboveNought ? `a number above ${figureWords(kind, 0)}` : null;
  if (most === Number.MAX_VALUE) return low ?? `${figureWords(kind, least)} or more`;
  if (low !== null) return `${low}, at most ${figureWords(kind, most)}`;
  return `a number from ${figureWords(kind, least)} to ${figureWords(kind, most)}`;
}

/** The next figure up or down: a tenth of its leading digit's place, or ten of them, within what is allowed. */
export function stepped({ least, most }: FigureKind, value: number, steps: 1 | -1 | 10 | -10): number {
  const exponent = value === 0 ? -2 : Math.floor(Math.log10(Math.abs(value))) - 1;
  const size = Number(`1e${exponent}`);
  // Through whole steps, so that 0.3 and not 0.30000000000000004 is shown.
  const target = Number(`${Math.round(value / size) + steps}e${exponent}`);
  // What has to be above nought does not step there.
  if (target < least || (least === Number.MIN_VALUE && target <= 0)) return least === Number.MIN_VALUE ? value : least;
  return Math.min(target, most);
}

/** A decimal number with its point moved: exact, where a division would round. */
function shift(number: string, places: number): number {
  const [digits = '', exponent = '0'] = number.toLowerCase().split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
}

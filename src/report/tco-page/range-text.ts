import { figureText } from './texts.ts';

/** A range with its unit: `0.05 to 0.2 USD/kWh`, `10 % to 30 %`. */
export function rangeText(
  figure: { readonly isShare: boolean; readonly unit: string },
  low: number,
  high: number,
): string {
  return `${figureText(figure, low)} to ${figureText(figure, high)}${figure.unit === '' ? '' : ` ${figure.unit}`}`;
}

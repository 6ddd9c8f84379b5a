import type { InputSpan } from '../../tco/model/tornado.ts';
import { figureText } from './texts.ts';
import { type TcoView, titleOf } from './view.ts';

/** A figure and the range in which it was varied: `price of electricity, hall: 0.05 to 0.2 USD/kWh`. */
export function spanText(view: TcoView, { name, low, high, title }: InputSpan & { readonly title: string }): string {
  const assumption = view.study.assumptions.find((one) => one.name === name);
  if (assumption === undefined) return title;
  return `${titleOf(assumption)}: ${rangeText(assumption, low, high)}`;
}

/** `0.05 to 0.2 USD/kWh`, `10 to 30 %`. */
export function rangeText(
  figure: { readonly isShare: boolean; readonly unit: string },
  low: number,
  high: number,
): string {
  return `${figureText(figure, low)} to ${figureText(figure, high)}${figure.unit === '' ? '' : ` ${figure.unit}`}`;
}

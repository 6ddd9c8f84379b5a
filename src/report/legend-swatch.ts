import type { LegendEntry } from './charts/figure.ts';

/** The sample beside a legend's text, as the inside of a 22 × 12 SVG. Colour and dash are ours, never data. */
export function swatch({ shape, color, dash }: LegendEntry): string {
  switch (shape) {
    case 'line':
      return `<path d="M0 6h22" stroke="${color}" stroke-width="2.2" fill="none"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`;
    case 'square':
      return `<path d="M5 1h10v10H5z" fill="${color}"/>`;
    case 'dot':
      return `<circle cx="11" cy="6" r="4.5" fill="${color}"/>`;
    case 'ring':
      return `<circle cx="11" cy="6" r="3.6" fill="none" stroke="${color}" stroke-width="2"/>`;
    case 'diamond':
      return `<path d="M11 0.5 15.5 6 11 11.5 6.5 6z" fill="${color}"/>`;
    case 'cross':
      return `<path d="M11 1v10M6 6h10" stroke="${color}" stroke-width="2.4"/>`;
    case 'triangle':
      return `<path d="M11 1 16 11H6z" fill="${color}"/>`;
    case 'tick':
      return `<path d="M11 1v10" stroke="${color}" stroke-width="2"/>`;
  }
}

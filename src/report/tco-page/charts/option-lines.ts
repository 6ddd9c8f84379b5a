import type { LegendEntry } from '../../charts/figure.ts';
import type { ShownOption } from '../view.ts';

/** Scales that give the line of each option its colour and dash, by its label. */
export function optionScales(options: readonly ShownOption[]) {
  const domain = options.map(({ label }) => label);
  return {
    color: {
      field: 'label',
      type: 'nominal',
      scale: { domain, range: options.map(({ style }) => style.color) },
      legend: null,
    },
    strokeDash: {
      field: 'label',
      type: 'nominal',
      scale: { domain, range: options.map(({ style }) => [...style.dash]) },
      legend: null,
    },
  } as const;
}

export function optionLegend(options: readonly ShownOption[], shape: LegendEntry['shape'] = 'line'): LegendEntry[] {
  return options.map(({ label, style }) => ({ label, color: style.color, shape, dash: style.dash.join(' ') }));
}

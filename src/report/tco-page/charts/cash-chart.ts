import { moneyText } from '../../../tco/model/amount-text.ts';
import { type Chart, fitted } from '../../charts/figure.ts';
import { rounded } from '../../charts/scale.ts';
import { chartWidth, color } from '../../charts/theme.ts';
import { moneyUnit } from '../texts.ts';
import type { TcoView } from '../view.ts';
import { optionLegend, optionScales } from './option-lines.ts';

/** What has been paid by the end of each year. */
export function cashChart({ study, options, origin }: TcoView): Chart {
  const unit = moneyUnit(Math.max(...options.flatMap(({ cumulative }) => cumulative)), study.currency);
  const values = options.flatMap(({ label, cumulative }) =>
    cumulative.map((amount, year) => ({
      label,
      year,
      amount: rounded(amount * unit.perBase),
      tip: moneyText(Math.round(amount), study.currency),
    })),
  );
  const x = {
    field: 'year',
    type: 'quantitative' as const,
    scale: { domain: [0, study.horizonYears], nice: false },
    axis: {
      title: 'years from the purchase',
      tickMinStep: 1,
      tickCount: Math.min(study.horizonYears, 10),
      format: 'd',
      grid: false,
    },
  };
  const y = {
    field: 'amount',
    type: 'quantitative' as const,
    axis: { title: `${unit.name} paid so far`, tickCount: 5 },
  };
  const tooltip = [
    { field: 'label', title: 'Option' },
    { field: 'year', title: 'Year' },
    { field: 'tip', title: 'Paid so far' },
  ];
  return {
    id: 'cash',
    title: 'Cumulative cash',
    summary: summaryOf(options, study.currency),
    legend: optionLegend(options),
    numbered: [],
    provenance: origin,
    spec: {
      ...fitted,
      width: chartWidth,
      height: 260,
      data: { values },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 2 },
          encoding: { x, y, ...optionScales(options) },
        },
        {
          mark: { type: 'circle', size: 34, opacity: 1, stroke: color.surface, strokeWidth: 1 },
          encoding: { x, y, color: optionScales(options).color, tooltip },
        },
      ],
    },
  };
}

function summaryOf(options: TcoView['options'], currency: string): string {
  return options
    .map(({ label, cumulative }) => {
      const start = cumulative[0] ?? 0;
      return `${label}: ${moneyText(Math.round(start), currency)} at the start, ${moneyText(Math.round(cumulative.at(-1) ?? 0), currency)} in all.`;
    })
    .join(' ');
}

import { moneyText } from '../../../tco/model/amount-text.ts';
import { chanceShare } from '../../../tco/model/share-text.ts';
import { type Chart, fitted } from '../../charts/figure.ts';
import { axisFor, rounded } from '../../charts/scale.ts';
import { chartWidth, color } from '../../charts/theme.ts';
import { moneyUnit } from '../texts.ts';
import type { TcoView } from '../view.ts';
import { markOffset, rowNames, rowScale, rowStep } from './named-rows.ts';

/** What each option costs in nine of ten draws; null: nothing was drawn. */
export function simulationChart({ study, outcome, options, origin }: TcoView): Chart | null {
  const { simulation } = outcome;
  if (simulation === null) return null;
  const rows = options.flatMap(({ name, label, style }) =>
    simulation.options.filter((one) => one.name === name).map((one) => ({ ...one, label, style })),
  );
  const all = rows.map(({ equivalentAnnualCost }) => equivalentAnnualCost);
  const unit = moneyUnit(Math.max(...all.map(({ p95 }) => p95)), study.currency);
  const range = axisFor(
    Math.min(...all.map(({ p5 }) => p5)) * unit.perBase,
    Math.max(...all.map(({ p95 }) => p95)) * unit.perBase * 1.02,
  );
  const text = (amount: number) => moneyText(Math.round(amount), study.currency);
  const values = rows.map(({ label, equivalentAnnualCost: { p5, p50, p95 }, cheapest }, index) => ({
    row: `r${index}`,
    option: label,
    low: rounded(p5 * unit.perBase),
    middle: rounded(p50 * unit.perBase),
    high: rounded(p95 * unit.perBase),
    chance: `the cheapest in ${chanceShare(cheapest)}`,
    tip: `${text(p5)} to ${text(p95)}, median ${text(p50)}`,
  }));
  const y = rowScale(rows.length);
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { type: range.type, domain: range.domain, nice: false },
    axis: { title: `${unit.name} a year (equivalent annual cost)`, ...range.ticks, format: ',~f' },
  });
  const hue = {
    field: 'row',
    type: 'nominal' as const,
    scale: { domain: rows.map((_, index) => `r${index}`), range: rows.map(({ style }) => style.color) },
    legend: null,
  };
  return {
    id: 'simulation-spread',
    title: 'Cost in nine of ten draws',
    summary: rows
      .map(({ label, equivalentAnnualCost: { p5, p50, p95 }, cheapest }) => {
        return `${label}: ${text(p50)} a year in the middle, ${text(p5)} to ${text(p95)} in nine of ten draws, the cheapest in ${chanceShare(cheapest)}.`;
      })
      .join(' '),
    legend: [
      { label: 'median', color: color.muted, shape: 'dot', dash: '' },
      { label: '5th to 95th percentile', color: color.muted, shape: 'line', dash: '' },
    ],
    numbered: [],
    provenance: origin,
    spec: {
      ...fitted,
      width: chartWidth,
      height: rows.length * rowStep + 46,
      data: { values },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 6, opacity: 0.5, strokeCap: 'round', yOffset: markOffset },
          encoding: { y, x: x('low'), x2: { field: 'high' }, color: hue },
        },
        {
          mark: {
            type: 'circle',
            size: 90,
            opacity: 1,
            stroke: color.surface,
            strokeWidth: 1.2,
            yOffset: markOffset,
          },
          encoding: {
            y,
            x: x('middle'),
            color: hue,
            tooltip: [
              { field: 'option', title: 'Option' },
              { field: 'tip', title: 'A year' },
              { field: 'chance', title: 'Chance' },
            ],
          },
        },
        ...rowNames(values.map(({ row, option, chance }) => ({ row, title: `${option}: ${chance}`, isMarked: false }))),
      ],
    },
  };
}

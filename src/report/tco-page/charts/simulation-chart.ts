import { type Chart, fitted, rowAxis, rowsHeight } from '../../charts/figure.ts';
import { axisFor, rounded } from '../../charts/scale.ts';
import { chartWidth, color } from '../../charts/theme.ts';
import { amountText, chanceText, moneyUnit } from '../texts.ts';
import type { TcoView } from '../view.ts';
import { optionScales } from './option-lines.ts';

/** What each option costs in nine of ten draws; null: nothing was drawn. */
export function simulationChart({ study, outcome, options, origin }: TcoView): Chart | null {
  const { simulation } = outcome;
  if (simulation === null) return null;
  const rows = options.flatMap(({ name, label }) =>
    simulation.options.filter((one) => one.name === name).map((one) => ({ label, ...one })),
  );
  const all = rows.map(({ equivalentAnnualCost }) => equivalentAnnualCost);
  const unit = moneyUnit(Math.max(...all.map(({ p95 }) => p95)), study.currency);
  const axis = axisFor(
    Math.min(...all.map(({ p5 }) => p5)) * unit.perBase,
    Math.max(...all.map(({ p95 }) => p95)) * unit.perBase * 1.02,
  );
  const values = rows.map(({ label, equivalentAnnualCost: { p5, p50, p95 }, cheapest }) => ({
    label,
    low: rounded(p5 * unit.perBase),
    middle: rounded(p50 * unit.perBase),
    high: rounded(p95 * unit.perBase),
    chance: `cheapest in ${chanceText(cheapest)}`,
    tip: `${amountText(p5)} to ${amountText(p95)}, median ${amountText(p50)} ${study.currency}`,
  }));
  const y = { field: 'label', type: 'nominal', sort: null, axis: rowAxis } as const;
  const x = (field: string) =>
    ({
      field,
      type: 'quantitative',
      scale: { type: axis.type, domain: axis.domain, nice: false },
      axis: { title: `${unit.name} a year (equivalent annual cost)`, ...axis.ticks, format: ',~g' },
    }) as const;
  const { color: hue } = optionScales(options);
  return {
    id: 'simulation-spread',
    title: 'Cost in nine of ten draws',
    summary: rows
      .map(({ label, equivalentAnnualCost: { p5, p50, p95 }, cheapest }) => {
        return `${label}: ${amountText(p50)} ${study.currency} a year in the middle, ${amountText(p5)} to ${amountText(p95)} in nine of ten draws, the cheapest in ${chanceText(cheapest)}.`;
      })
      .join(' '),
    legend: [
      { label: 'median', color: color.muted, shape: 'dot', dash: '' },
      { label: '5th to 95th percentile', color: color.muted, shape: 'line', dash: '' },
    ],
    numbered: [],
    provenance: `from ${origin}`,
    spec: {
      ...fitted,
      width: chartWidth,
      height: rowsHeight(rows.length, 44),
      data: { values },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 5, opacity: 0.45, strokeCap: 'round' },
          encoding: { y, x: x('low'), x2: { field: 'high' }, color: hue },
        },
        {
          mark: { type: 'circle', size: 90, opacity: 1, stroke: color.surface, strokeWidth: 1.2 },
          encoding: {
            y,
            x: x('middle'),
            color: hue,
            tooltip: [
              { field: 'label', title: 'Option' },
              { field: 'tip', title: 'A year' },
              { field: 'chance', title: 'Chance' },
            ],
          },
        },
        {
          mark: { type: 'text', dy: 15, fontSize: 11, color: color.muted },
          encoding: { y, x: x('middle'), text: { field: 'chance', type: 'nominal' } },
        },
      ],
    },
  };
}

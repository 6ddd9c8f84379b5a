import { formatSeconds } from '../../units/format.ts';
import { isInvalid } from '../standing.ts';
import { type Chart, type Figure, faintIfStruck, fitted, rowAxis, rowsHeight } from './figure.ts';
import type { Panel } from './panels.ts';
import { isNumber, rounded } from './scale.ts';
import { chartWidth, color } from './theme.ts';

const stages = ['preprocess', 'inference', 'postprocess'] as const;
const stageColor = { domain: [...stages], range: stages.map((stage) => color[stage]) };

/** Where the time of a query goes: shares of the stages, with the mean time of all of them at the end of the bar. */
export function stageFigure(panels: readonly Panel[]): Figure {
  return {
    id: 'stages',
    heading: 'Where the time goes',
    lead: 'Shares of the mean time of a query by stage. The figure at the end of a bar is the mean time of all stages of a query, which holds as many items as the batch.',
    charts: panels.flatMap((panel, index) => stageChart(panel, index) ?? []),
    notes: [],
  };
}

function stageChart(panel: Panel, index: number): Chart | null {
  const rows = panel.cases.flatMap((one) => {
    const means = stages.map((stage) => one.stages[stage]?.mean ?? 0);
    const total = means.reduce((sum, mean) => sum + mean, 0);
    return total > 0 && isNumber(total) ? [{ one, label: panel.labels.get(one.key) ?? '', means, total }] : [];
  });
  if (rows.length === 0) return null;
  const values = rows.flatMap(({ one, label, means, total }) =>
    stages.map((stage, order) => {
      const mean = means[order] ?? 0;
      return {
        label,
        struck: isInvalid(one),
        stage,
        order,
        share: rounded(mean / total),
        tip: `${formatSeconds(mean)} (${share(mean / total)})`,
      };
    }),
  );
  const present = stages.filter((stage) => values.some((value) => value.stage === stage && value.share > 0));
  const largest = rows.map(({ label, means, total }) => {
    const top = means.indexOf(Math.max(...means));
    return `${label}: ${stages[top]} ${share((means[top] ?? 0) / total)} of ${formatSeconds(total)}`;
  });
  const y = {
    field: 'label',
    type: 'nominal',
    sort: null,
    axis: rowAxis,
    scale: { paddingInner: 0.35, paddingOuter: 0.2 },
  } as const;
  const axis = {
    title: 'share of the time of a query',
    format: '.0%',
    labelFlush: false,
    values: [0, 0.25, 0.5, 0.75, 1],
  };
  return {
    id: `stages-${index}`,
    title: panel.title,
    summary: `${largest.join('; ')}.`,
    legend: present.map((stage) => ({ label: stage, color: color[stage], shape: 'square', dash: '' })),
    numbered: [],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: rowsHeight(rows.length),
      data: { values },
      layer: [
        {
          mark: { type: 'bar' },
          encoding: {
            y,
            x: { field: 'share', type: 'quantitative', stack: 'zero', scale: { domain: [0, 1.36], nice: false }, axis },
            order: { field: 'order', type: 'quantitative' },
            color: { field: 'stage', type: 'nominal', scale: stageColor, legend: null },
            opacity: faintIfStruck(),
            tooltip: [
              { field: 'label', title: 'Case' },
              { field: 'stage', title: 'Stage' },
              { field: 'tip', title: 'Mean' },
            ],
          },
        },
        {
          data: { values: rows.map(({ label, total }) => ({ label, at: 1, text: formatSeconds(total) })) },
          mark: { type: 'text', align: 'left', dx: 6, fontSize: 11, color: color.ink },
          encoding: { y, x: { field: 'at', type: 'quantitative' }, text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
  };
}

/** A share in whole per cent, tenths below ten: the stages of one query are not known better. */
function share(value: number): string {
  return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}

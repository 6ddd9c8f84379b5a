import { changeAtLimit } from '../../gate/change.ts';
import type { Row, StageResult } from '../../gate/decision.ts';
import { changeText, intervalText } from '../../gate/figure-text.ts';
import type { GateReport } from '../../gate/gate-report.ts';
import type { Pair } from '../../gate/pair.ts';
import { type Chart, fitted } from '../charts/figure.ts';
import { extent, rounded } from '../charts/scale.ts';
import { chartWidth, color } from '../charts/theme.ts';
import { rowName, validPairs } from './figures.ts';

/** Every valid pair of a row, one after another, by which version ran first; the second stage behind the first. Null without pairs. */
export function pairsChart(row: Row, index: number, report: GateReport, pairs: readonly Pair[]): Chart | null {
  const stages = [row.look, row.confirm].flatMap((stage) => (stage === null ? [] : [stage]));
  const values = stages.flatMap((stage, number) => {
    const before = number === 0 ? 0 : (row.look?.attempted ?? 0) + 1;
    return validPairs(row, stage.stage, report, pairs).map(({ round, first, base, head }) => ({
      at: before + round + 1,
      percent: rounded(100 * (head / base - 1)),
      first: `${first} first`,
    }));
  });
  const limit = stages[0]?.base == null ? null : changeAtLimit(row.metric, stages[0].base);
  const range = extent([...values.map(({ percent }) => percent), 0, limit === null ? 0 : 100 * limit]);
  if (values.length === 0 || range === null) return null;
  const room = 0.08 * (range[1] - range[0] || 1);
  const last = Math.max(...values.map(({ at }) => at));
  const y = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [range[0] - room, range[1] + room], nice: false, zero: false },
    axis: { title: 'head against base, %', tickCount: 5, format: '~f' },
  });
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [0, last + 1], nice: false },
    axis: { title: stages.length > 1 ? 'pair; from the line on, run again' : 'pair', tickMinStep: 1, grid: false },
  });
  const level = (at: number, stroke: string, strokeDash: number[]) => ({
    data: { values: [{ at: rounded(at) }] },
    mark: { type: 'rule' as const, color: stroke, strokeWidth: 1.4, strokeDash },
    encoding: { y: y('at') },
  });
  return {
    id: `pairs-${index}`,
    title: rowName(row, 40),
    summary: `${stages.map(stageSummary).join(' ')}${limit === null ? '' : ` The margin lies at ${changeText(limit)}.`}`,
    legend: [
      { label: 'base first', color: color.fused, shape: 'dot', dash: '' },
      { label: 'head first', color: color.unfused, shape: 'diamond', dash: '' },
      { label: 'estimate', color: color.ink, shape: 'line', dash: '' },
      ...(limit === null ? [] : [{ label: 'margin', color: color.limit, shape: 'line' as const, dash: '4 3' }]),
    ],
    numbered: [],
    provenance: 'measured',
    spec: {
      ...fitted,
      width: chartWidth,
      height: 210,
      data: { values },
      layer: [
        level(0, color.muted, []),
        ...(limit === null ? [] : [level(100 * limit, color.limit, [4, 3])]),
        ...estimates(stages, row, last).map((data) => ({
          data: { values: [data] },
          mark: { type: 'rule' as const, color: color.ink, strokeWidth: 1.6 },
          encoding: { y: y('percent'), x: x('from'), x2: { field: 'to' } },
        })),
        ...(stages.length > 1
          ? [
              {
                data: { values: [{ at: (row.look?.attempted ?? 0) + 1 }] },
                mark: { type: 'rule' as const, color: color.line, strokeWidth: 1 },
                encoding: { x: x('at') },
              },
            ]
          : []),
        {
          mark: { type: 'point', filled: true, size: 46, opacity: 0.9 },
          encoding: {
            x: x('at'),
            y: y('percent'),
            color: {
              field: 'first',
              type: 'nominal',
              scale: { domain: ['base first', 'head first'], range: [color.fused, color.unfused] },
              legend: null,
            },
            shape: {
              field: 'first',
              type: 'nominal',
              scale: { domain: ['base first', 'head first'], range: ['circle', 'diamond'] },
              legend: null,
            },
          },
        },
      ],
    },
  };
}

function estimates(stages: readonly StageResult[], row: Row, last: number) {
  return stages.flatMap(({ change }, number) => {
    if (change === null) return [];
    const border = (row.look?.attempted ?? 0) + 1;
    const from = number === 0 ? 0 : border;
    const to = number === 0 && stages.length > 1 ? border : last + 1;
    return [{ percent: rounded(100 * change.value), from, to }];
  });
}

function stageSummary({ stage, change, pairs }: StageResult): string {
  const found = change === null ? 'no estimate' : `${changeText(change.value)} (${intervalText(change)})`;
  return `${stage === 'look' ? 'First stage' : 'Run again'}: ${found} of ${pairs} pairs.`;
}

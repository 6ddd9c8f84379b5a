import { formatNumber, formatRatio } from '../../units/format.ts';
import { caseLabels } from '../case-label.ts';
import type { RunComparison } from '../comparisons.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { type Chart, fitted, rowAxis, rowsHeight } from './figure.ts';
import { provenanceOf, runLetter } from './panels.ts';
import { extent, isNumber, rounded } from './scale.ts';
import { chartWidth, color } from './theme.ts';

/** Throughput of each further run as a multiple of the first run's, by workload, with the interval over rounds where there is one. */
export function ratioCharts(input: ReportInput, comparisons: readonly RunComparison[], maxRows: number): Chart[] {
  return comparisons.flatMap(({ base, candidate, rows }, number) => {
    const workloads = [...new Set(rows.map(({ workload }) => workload))];
    const cases = new Map(input.runs[base]?.run.cases.map((one) => [one.key, one]));
    return workloads.flatMap((workload, index): Chart[] => {
      const compared = rows.filter((one) => one.workload === workload);
      const comparedCases = compared.flatMap(({ key }) => cases.get(key) ?? []);
      const labels = caseLabels(comparedCases);
      const values = compared.slice(0, maxRows).flatMap(({ key, throughput }) =>
        isNumber(throughput.value)
          ? [
              {
                label: labels.get(key) ?? '',
                value: rounded(throughput.value),
                low: isNumber(throughput.low) ? rounded(throughput.low) : null,
                high: isNumber(throughput.high) ? rounded(throughput.high) : null,
                tip: formatRatio(throughput.value),
              },
            ]
          : [],
      );
      const range = extent(values.flatMap(({ value, low, high }) => [value, low, high, 1]));
      if (values.length === 0 || range === null) return [];
      const reach = Math.max(1.05, range[1], 1 / range[0]) * 1.02;
      const [a, b] = [runLetter(base), runLetter(candidate)];
      const y = { field: 'label', type: 'nominal', sort: null, axis: rowAxis } as const;
      const x = (field: string) => ({
        field,
        type: 'quantitative' as const,
        scale: { type: 'log' as const, domain: [1 / reach, reach], nice: false },
        axis: { title: `throughput, run ${b} / run ${a}`, tickCount: 5, labelFlush: false, format: '.2~f' },
      });
      return [
        {
          id: `ratio-${number}-${index}`,
          title: displayName(workload, 40),
          summary: `${values.map(({ label, tip, low, high }) => `${label} ${tip}${low === null || high === null ? '' : ` (${formatNumber(low)} to ${formatNumber(high)})`}`).join(', ')}.`,
          legend: [
            { label: 'ratio', color: color.fused, shape: 'dot', dash: '' },
            ...(values.some(({ low }) => low !== null)
              ? [{ label: '95 % interval over rounds', color: color.fused, shape: 'line' as const, dash: '' }]
              : []),
          ],
          numbered: [],
          provenance: `${provenanceOf(comparedCases)}, runs ${a} and ${b}`,
          spec: {
            ...fitted,
            width: chartWidth,
            height: rowsHeight(values.length),
            data: { values },
            layer: [
              { data: { values: [{ one: 1 }] }, mark: { type: 'rule', color: color.muted }, encoding: { x: x('one') } },
              {
                transform: [{ filter: 'datum.low != null' }],
                mark: { type: 'rule', strokeWidth: 2.5, color: color.fused, opacity: 0.5 },
                encoding: { y, x: x('low'), x2: { field: 'high' } },
              },
              {
                mark: { type: 'point', filled: true, size: 70, opacity: 1, color: color.fused },
                encoding: {
                  y,
                  x: x('value'),
                  tooltip: [
                    { field: 'label', title: 'Case' },
                    { field: 'tip', title: 'Ratio' },
                  ],
                },
              },
            ],
          },
        },
      ];
    });
  });
}

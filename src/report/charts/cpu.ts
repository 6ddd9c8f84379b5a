import type { Figure } from './figure.ts';
import { overTimeChart } from './over-time.ts';
import type { Panel } from './panels.ts';

/**
 * Cores that the measured process kept busy over its window, at most `maxPoints` points a line. Engines that compute in a process of their own are left
 * out: the process that was sampled only waits for them.
 */
export function cpuFigure(panels: readonly Panel[], maxPoints: number): Figure {
  const isElsewhere = ({ transport }: Panel['cases'][number]) => transport !== undefined;
  const left = panels.map((panel) => ({ ...panel, cases: panel.cases.filter((one) => !isElsewhere(one)) }));
  return {
    id: 'cpu',
    heading: 'CPU over time',
    lead: 'Cores that the measured process kept busy during the window of its first finished round, sampled from outside. A drop in a line is a pause or something else on the machine.',
    charts: left.flatMap(
      (panel, index) =>
        overTimeChart(panel, `cpu-${index}`, {
          series: 'processCores',
          title: panel.title,
          what: 'cores busy',
          axis: 'cores busy',
          perUnit: 1,
          digits: 2,
          least: 1,
          step: 0.1,
          maxPoints,
        }) ?? [],
    ),
    notes: panels.some(({ cases }) => cases.some(isElsewhere))
      ? [
          'Engines that compute in a process of their own are not drawn: the sampler watches the process that sends them queries. How many cores they used stands in the table of all cases.',
        ]
      : [],
  };
}

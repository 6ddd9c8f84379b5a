import type { Chart } from '../../charts/figure.ts';
import type { TcoView } from '../view.ts';
import { cashChart } from './cash-chart.ts';
import { costChart } from './cost-chart.ts';
import { fleetChart } from './fleet-chart.ts';
import { simulationChart } from './simulation-chart.ts';
import { tornadoChart } from './tornado-chart.ts';
import { volumeCharts } from './volume-charts.ts';

/** The charts of the page by what they show. */
export interface TcoCharts {
  readonly fleet: Chart;
  readonly costs: Chart;
  readonly cash: Chart;
  readonly volumes: readonly Chart[];
  readonly tornado: Chart | null;
  readonly simulation: Chart | null;
}

export function chartsByKind(view: TcoView): TcoCharts {
  return {
    fleet: fleetChart(view),
    costs: costChart(view),
    cash: cashChart(view),
    volumes: volumeCharts(view),
    tornado: tornadoChart(view),
    simulation: simulationChart(view),
  };
}

export function listed({ fleet, costs, cash, volumes, tornado, simulation }: TcoCharts): Chart[] {
  return [fleet, costs, cash, ...volumes, tornado, simulation].filter((chart) => chart !== null);
}

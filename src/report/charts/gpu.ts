import { formatNumber, formatSeconds } from '../../units/format.ts';
import type { Figure } from './figure.ts';
import { type OverTime, overTimeChart } from './over-time.ts';
import type { Panel } from './panels.ts';

const shown: readonly Omit<OverTime, 'title' | 'maxPoints'>[] = [
  { series: 'gpuPower', what: 'power (W)', axis: 'power (W)', perUnit: 1, digits: 1, least: 10, step: 10 },
  {
    series: 'gpuUtilization',
    what: 'utilisation (%)',
    axis: 'utilisation (%)',
    perUnit: 100,
    digits: 0,
    least: 100,
    step: 10,
  },
  {
    series: 'gpuTemperature',
    what: 'temperature (°C)',
    axis: 'temperature (°C)',
    perUnit: 1,
    digits: 0,
    least: 50,
    step: 10,
  },
];

/** Power, utilisation and temperature of the accelerators over the window, at most `maxPoints` points a line; no charts where there are none. */
export function gpuFigure(panels: readonly Panel[], maxPoints: number): Figure {
  return {
    id: 'gpu',
    heading: 'Accelerators over time',
    lead: 'What the driver reported during the window of the first finished round: the power of all devices together, the utilisation of the busiest, the temperature of the hottest. The devices are those of the machine, whether or not the case runs on them.',
    charts: panels.flatMap((panel, index) =>
      shown.flatMap(
        (one) =>
          overTimeChart(panel, `gpu-${index}-${one.series}`, {
            ...one,
            title: `${panel.title} · ${one.axis}`,
            maxPoints,
          }) ?? [],
      ),
    ),
    notes: [...silentNotes(panels), ...throttlingNotes(panels)],
  };
}

/** Devices that were lost on the way: the lines of all devices together end with them, and what the others drew stands here. */
function silentNotes(panels: readonly Panel[]): string[] {
  return panels.flatMap((panel) =>
    panel.cases.flatMap(({ key }) =>
      (panel.of.telemetry[key]?.silent ?? []).map(({ device, untilSeconds, others }) => {
        const where = `${panel.title} · ${panel.labels.get(key) ?? ''}`;
        const lost =
          untilSeconds === null
            ? `${device} reported nothing: the lines are of the others.`
            : `${device} reported nothing after ${formatSeconds(untilSeconds)}: what is told of all devices together ends there.`;
        const rest = others.map(
          (other) =>
            `${other.device}${other.meanPowerWatts === null ? '' : `, ${formatNumber(Math.round(other.meanPowerWatts * 10) / 10)} W on average`}`,
        );
        return `Lost in ${where}: ${lost} To the end reported ${rest.join('; ')}.`;
      }),
    ),
  );
}

/** One sentence for each case whose devices were slowed down: its figures are those of a slower device. */
function throttlingNotes(panels: readonly Panel[]): string[] {
  return panels.flatMap((panel) =>
    panel.cases.flatMap(({ key }) => {
      const found = panel.of.telemetry[key]?.throttling ?? [];
      if (found.length === 0) return [];
      const reasons = found.map(
        ({ device, reason, share }) => `${device}: ${reason}, ${Math.round(share * 100)} % of the time`,
      );
      return [`Held back in ${panel.title} · ${panel.labels.get(key) ?? ''}: ${reasons.join('; ')}.`];
    }),
  );
}

import { expect, test } from 'vitest';
import type { TelemetrySeries } from '../../../src/analysis/telemetry-series.ts';
import { gpuFigure } from '../../../src/report/charts/gpu.ts';
import { panelsOf } from '../../../src/report/charts/panels.ts';
import type { ReportInput } from '../../../src/report/input.ts';
import { eightCases, inputOf, sketchRun } from '../fixtures.ts';

/** Two cases, each with these series in its telemetry. */
function inputWith(...series: readonly TelemetrySeries[]): ReportInput {
  const throttling = [{ device: 'gpu0', reason: 'software power cap', share: 0.6 }];
  const run = sketchRun('gpu', eightCases().slice(0, 2));
  const telemetry = Object.fromEntries(
    run.run.cases.map(({ key }) => [key, { round: 0, series, throttling, silent: [] }]),
  );
  return inputOf({ ...run, telemetry });
}

function figureOf(input: ReportInput) {
  return gpuFigure(panelsOf(input, 12, 50).panels, 100);
}

const line = (name: TelemetrySeries['name'], values: readonly (number | null)[], mean: number): TelemetrySeries => ({
  name,
  seconds: values.map((_, index) => index),
  values,
  mean,
});

test('each figure that was sampled has a chart, in the unit that people read', () => {
  const { charts } = figureOf(
    inputWith(line('gpuPower', [100, 140, 120], 120), line('gpuUtilization', [0.5, 1, 0.75], 0.75)),
  );
  expect(charts.map(({ title }) => title.split(' · ').at(-1))).toEqual(['power (W)', 'utilisation (%)']);
  expect(charts[0]?.summary).toContain('120.0');
  expect(charts[1]?.summary).toContain(' 75');
  expect(charts[1]?.spec).toMatchObject({ data: { values: [{ y: 50 }, { y: 100 }, { y: 75 }, {}, {}, {}] } });
});

test('what held a device back is said, for how much of the time', () => {
  const { notes } = figureOf(inputWith(line('gpuPower', [100, 140, 120], 120)));
  expect(notes).toHaveLength(2);
  expect(notes[0]).toContain('gpu0: software power cap, 60 % of the time.');
});

test('a device that was lost is named, with when, and what the others drew', () => {
  const run = sketchRun('gpu', eightCases().slice(0, 1));
  const silentFrom = (untilSeconds: number | null) => {
    const others = [{ device: 'gpu0', meanPowerWatts: 99.96 }];
    const one = {
      round: 0,
      series: [line('gpuPower', [150, null], 150)],
      throttling: [],
      silent: [{ device: 'gpu1', untilSeconds, others }],
    };
    const telemetry = Object.fromEntries(run.run.cases.map(({ key }) => [key, one]));
    return figureOf(inputOf({ ...run, telemetry })).notes?.[0];
  };
  expect(silentFrom(2.4)).toContain(
    'gpu1 reported nothing after 2.4 s: what is told of all devices together ends there. To the end reported gpu0, 100 W on average.',
  );
  expect(silentFrom(null)).toContain('gpu1 reported nothing: the lines are of the others.');
});

test('a gap in the figures is a gap in the line', () => {
  const { charts } = figureOf(inputWith(line('gpuTemperature', [50, null, 60], 55)));
  expect(charts[0]?.spec).toMatchObject({ data: { values: [{ y: 50 }, { y: null }, { y: 60 }, {}, {}, {}] } });
});

test('a machine without accelerators has no charts of them', () => {
  expect(figureOf(inputOf(sketchRun('cpu', eightCases()))).charts).toEqual([]);
});

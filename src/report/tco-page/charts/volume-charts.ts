import { moneyText, shortVolume } from '../../../tco/model/amount-text.ts';
import { type Chart, fitted, type LegendEntry } from '../../charts/figure.ts';
import { axisFor, extent } from '../../charts/scale.ts';
import { chartWidth, color } from '../../charts/theme.ts';
import { signedPercent } from '../../percent-text.ts';
import { crossingSentence } from '../crossing-text.ts';
import { labelOf, type TcoView } from '../view.ts';
import { differences, unitCosts, volumesOf, volumesShown } from '../volume-points.ts';
import { optionLegend, optionScales } from './option-lines.ts';

/** What a request costs over the volume, and the two cheapest options against each other. */
export function volumeCharts(view: TcoView): Chart[] {
  return [unitCostChart(view), ...(view.best === null ? [] : [differenceChart(view)])];
}

function unitCostChart(view: TcoView): Chart {
  const { study, options, origin } = view;
  const range = volumesShown(view);
  const values = options.flatMap(({ name, label }) => {
    const model = study.model.options.filter((one) => one.name === name);
    const volumes = volumesOf(model, study.model, range);
    return model.flatMap((one) =>
      unitCosts(one, study.model, volumes).map(({ volume, cost }) => ({
        label,
        volume: fine(volume),
        cost: short(cost),
      })),
    );
  });
  const [least, largest] = extent(values.map(({ cost }) => cost)) ?? [1, 1];
  const axis = axisFor(least, largest, 8);
  return {
    id: 'volume',
    title: 'Cost of a million requests over the volume',
    summary: options
      .map(({ label, costPerMillionRequests }) => `${label}: ${moneyText(costPerMillionRequests, study.currency)}`)
      .join('; ')
      .concat(
        ` per million requests at ${shortVolume(study.model.demand.requestsPerDay)} a day. Each jump is one machine more.`,
      ),
    legend: [...optionLegend(options), ...markLegend(view)],
    numbered: [],
    provenance: origin,
    spec: {
      ...fitted,
      width: chartWidth,
      height: 290,
      layer: [
        ...markLayers(view, range),
        {
          data: { values },
          mark: { type: 'line', strokeWidth: 1.8, clip: true },
          encoding: {
            x: volumeAxis(range),
            y: {
              field: 'cost',
              type: 'quantitative',
              scale: { type: axis.type, domain: axis.domain, nice: false },
              axis: { title: `${study.currency} per million requests`, ...axis.ticks, format: ',~f' },
            },
            ...optionScales(options),
          },
        },
      ],
    },
  };
}

function differenceChart(view: TcoView): Chart {
  const { study, best, origin } = view;
  if (best === null) throw new RangeError('Expected two options.');
  const range = volumesShown(view);
  const [a, b] = [best.a, best.b].map((name) => study.model.options.find((option) => option.name === name));
  const volumes = a === undefined || b === undefined ? [] : volumesOf([a, b], study.model, range);
  const points = a === undefined || b === undefined ? [] : differences(a, b, study.model, volumes);
  const values = points.map(({ volume, cost }) => ({ volume: fine(volume), difference: short(cost * 100) }));
  const [labelA, labelB] = [labelOf(view, best.a), labelOf(view, best.b)];
  const styleOf = (name: string) => view.options.find((option) => option.name === name)?.style.color ?? color.other;
  const y = {
    field: 'difference',
    type: 'quantitative',
    axis: { title: 'difference of cost, %', tickCount: 6, labelExpr: signedLabel },
  } as const;
  const area = (test: 'min' | 'max', name: string) => ({
    data: { values },
    transform: [{ calculate: `${test}(0, datum.difference)`, as: 'part' }],
    mark: { type: 'area' as const, opacity: 0.22, color: styleOf(name), clip: true },
    encoding: { x: volumeAxis(range), y: { ...y, field: 'part' }, y2: { datum: 0 } },
  });
  return {
    id: 'volume-difference',
    title: `${labelA} against ${labelB}`,
    summary: `${signedPercent(best.difference)} at the study’s demand. ${crossingSentence(view, best)}`,
    legend: [
      { label: `below zero ${labelA} costs less`, color: styleOf(best.a), shape: 'square', dash: '' },
      { label: `above zero ${labelB} does`, color: styleOf(best.b), shape: 'square', dash: '' },
      ...markLegend(view),
    ],
    numbered: [],
    provenance: origin,
    spec: {
      ...fitted,
      width: chartWidth,
      height: 290,
      layer: [
        area('min', best.a),
        area('max', best.b),
        ...markLayers(view, range),
        {
          data: { values: [{}] },
          mark: { type: 'rule', color: color.line, strokeWidth: 1.2 },
          encoding: { y: { datum: 0 } },
        },
        {
          data: { values },
          mark: { type: 'line', strokeWidth: 1.4, color: color.ink, clip: true },
          encoding: { x: volumeAxis(range), y },
        },
      ],
    },
  };
}

interface Mark {
  readonly volume: number;
  readonly label: string;
  readonly color: string;
  readonly dash: readonly number[];
}

/** The study's demand, and where the cheapest option begins to be cheaper than the next one. */
function marksOf({ study, best }: TcoView): Mark[] {
  const demand = {
    volume: study.model.demand.requestsPerDay,
    label: 'demand of the study',
    color: color.ink,
    dash: [],
  };
  const { first = null, persistent = null } = best?.crossing ?? {};
  const marks: Mark[] = [demand];
  if (first !== null && first > 0) {
    const isBoth = first === persistent;
    marks.push({ volume: first, label: isBoth ? 'break-even' : 'first break-even', color: color.limit, dash: [2, 3] });
    if (isBoth) return marks;
  }
  if (persistent !== null && persistent > 0) {
    marks.push({ volume: persistent, label: 'persistent break-even', color: color.limit, dash: [7, 3] });
  }
  return marks;
}

function markLegend(view: TcoView): LegendEntry[] {
  return marksOf(view).map(({ label, volume, color: stroke, dash }) => ({
    label: `${label}: ${shortVolume(volume)} a day`,
    color: stroke,
    shape: 'line',
    dash: dash.join(' '),
  }));
}

function markLayers(view: TcoView, range: readonly [number, number]) {
  return marksOf(view).map(({ volume, color: stroke, dash }) => ({
    data: { values: [{ volume }] },
    mark: { type: 'rule' as const, color: stroke, strokeWidth: 1.4, strokeDash: [...dash] },
    encoding: { x: volumeAxis(range) },
  }));
}

/** Labels of differences: a sign before all but zero. */
export const signedLabel = "datum.value === 0 ? '0' : format(datum.value, '+~f')";

function volumeAxis([from, to]: readonly [number, number]) {
  return {
    field: 'volume',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain: [from, to], nice: false },
    axis: {
      title: 'requests a day in the first year, logarithmic',
      values: decades(from, to),
      grid: false,
      labelExpr:
        "datum.value >= 1e9 ? format(datum.value / 1e9, ',~f') + ' bn' : datum.value >= 1e6 ? format(datum.value / 1e6, '~f') + ' M' : format(datum.value, ',~f')",
    },
  };
}

function decades(from: number, to: number): number[] {
  const first = Math.ceil(Math.log10(from));
  const count = Math.floor(Math.log10(to)) - first + 1;
  const every = count > 6 ? 2 : 1;
  return Array.from({ length: Math.max(0, Math.ceil(count / every)) }, (_, index) => 10 ** (first + index * every));
}

/** Enough for both sides of a step to stay apart. */
function fine(volume: number): number {
  return Number(volume.toPrecision(11));
}

function short(value: number): number {
  return Number(value.toPrecision(5));
}

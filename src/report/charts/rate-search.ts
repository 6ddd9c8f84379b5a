import type { RateSearch } from '../../results/run.ts';
import { formatNumber, formatSeconds } from '../../units/format.ts';
import { type ListedCase, listedCases } from '../case-sets.ts';
import type { ReportInput } from '../input.ts';
import { type Chart, type Figure, fitted } from './figure.ts';
import { axisFor, extent, isNumber, rounded, timeUnit } from './scale.ts';
import { chartWidth, color } from './theme.ts';

/** How the highest rate within the latency limit was found: every rate that was tried, in its order. */
export function rateSearchFigure(input: ReportInput, maxCharts: number): Figure {
  // A case without a rate that keeps the limit is not measured, and what was tried is all that there is of it.
  const searched = listedCases(input).flatMap((listed) =>
    listed.one.search == null ? [] : [{ listed, search: listed.one.search }],
  );
  return {
    id: 'rate-search',
    heading: 'Search for the highest rate',
    lead: 'The rate is doubled until the latency limit breaks, then halved in between. Each mark is a rate that was tried, numbered in its order: a dot kept the limit, a cross did not. The case is measured anew at the rate that was found, and its figures are those.',
    charts: searched
      .slice(0, maxCharts)
      .flatMap(({ listed, search }, index) => searchChart(input, listed, search, index) ?? []),
    notes:
      searched.length > maxCharts
        ? [`${searched.length - maxCharts} more searches would make this page too large; they are in the data.`]
        : [],
  };
}

function searchChart(input: ReportInput, listed: ListedCase, search: RateSearch, index: number): Chart | null {
  const owner = input.runs.find(({ run }) => run.cases.includes(listed.one));
  if (owner === undefined) return null;
  const { limits } = owner.run;
  const probes = search.probes.map((probe, number) => ({ ...probe, number: number + 1 }));
  const shown = probes.flatMap((probe) => (isNumber(probe.latency) ? [{ ...probe, latency: probe.latency }] : []));
  const limit = limits.latency?.seconds ?? null;
  const times = extent([...shown.map(({ latency }) => latency), limit]);
  const rates = extent(probes.map(({ rate }) => rate));
  if (shown.length === 0 || times === null || rates === null) return null;
  const unit = timeUnit(times[1]);
  const yAxis = axisFor(times[0] * unit.perBase, times[1] * unit.perBase);
  const percentile = limits.latency?.percentile ?? 'latency';
  const xDomain: [number, number] = [0, rates[1] * 1.08];
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { domain: xDomain, nice: false },
    axis: { title: 'queries a second that arrive', grid: false, labelFlush: false, tickCount: 5 },
  } as const;
  const y = {
    field: 'y',
    type: 'quantitative',
    scale: { type: yAxis.type, domain: yAxis.domain, nice: false },
    axis: { title: `${percentile} (${unit.name})`, ...yAxis.ticks },
  } as const;
  const values = shown.map(({ rate, latency, passed, number }) => ({
    x: rounded(rate),
    y: rounded(latency * unit.perBase),
    passed: passed ? 'kept' : 'broke',
    number,
    rate: `${formatNumber(rate)}/s`,
    latency: formatSeconds(latency),
  }));
  const hidden = probes.length - shown.length;
  const found =
    search.rate === null
      ? 'No rate that was tried kept the limit'
      : `The highest rate that kept the limit is ${formatNumber(search.rate)}/s`;
  return {
    id: `rate-search-${index}`,
    title: listed.short,
    summary: `${found}, after ${probes.length} rates that were tried.${hidden === 0 ? '' : ` ${hidden} of them had too few queries for the ${percentile} and stand in the table only.`}`,
    legend: [
      { label: 'kept the limit', color: color.inference, shape: 'dot', dash: '' },
      { label: 'broke it', color: color.limit, shape: 'cross', dash: '' },
      ...(limit === null
        ? []
        : [
            {
              label: `limit ${formatSeconds(limit)} at ${percentile}`,
              color: color.limit,
              shape: 'line' as const,
              dash: '2 3',
            },
          ]),
      ...(search.rate === null ? [] : [{ label: 'found', color: color.ink, shape: 'line' as const, dash: '6 3' }]),
    ],
    numbered: [],
    provenance: listed.run === '' ? listed.one.provenance : `${listed.one.provenance}, run ${listed.run}`,
    spec: {
      ...fitted,
      width: chartWidth,
      height: 230,
      data: { values },
      layer: [
        ...(limit === null
          ? []
          : [
              {
                data: { values: [{ y: rounded(limit * unit.perBase) }] },
                mark: { type: 'rule' as const, color: color.limit, strokeDash: [2, 3] },
                encoding: { y },
              },
            ]),
        ...(search.rate === null
          ? []
          : [
              {
                data: { values: [{ x: rounded(search.rate) }] },
                mark: { type: 'rule' as const, color: color.ink, strokeDash: [6, 3], opacity: 0.6 },
                encoding: { x },
              },
            ]),
        {
          mark: { type: 'point', size: 70, filled: true, opacity: 1 },
          encoding: {
            x,
            y,
            color: {
              field: 'passed',
              type: 'nominal',
              scale: { domain: ['kept', 'broke'], range: [color.inference, color.limit] },
              legend: null,
            },
            shape: {
              field: 'passed',
              type: 'nominal',
              scale: { domain: ['kept', 'broke'], range: ['circle', 'cross'] },
              legend: null,
            },
            tooltip: [
              { field: 'rate', title: 'Rate' },
              { field: 'latency', title: `Response time ${percentile}` },
              { field: 'passed', title: 'Limit' },
            ],
          },
        },
        {
          mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 6, dy: -3, fontSize: 10.5, color: color.ink },
          encoding: { x, y, text: { field: 'number', type: 'nominal' } },
        },
      ],
    },
  };
}

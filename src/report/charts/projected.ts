import { isInvalidForSpeed } from '../../analysis/verdicts/judge-case.ts';
import type { Case, ProjectedCase, Run } from '../../results/run.ts';
import { formatSeconds, formatThroughput } from '../../units/format.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { type Chart, type Figure, fitted, rowAxis, rowsHeight } from './figure.ts';
import { runLetter } from './panels.ts';
import { axisFor, extent, isNumber, rounded, timeUnit } from './scale.ts';
import { chartWidth, color } from './theme.ts';

/** What a chart of projections shows of a case; base units. */
interface Mark {
  readonly label: string;
  readonly value: number;
  /** The ends of the 90 % interval of a projection; of what was measured there is none here. */
  readonly ends: readonly [number, number] | null;
}

/**
 * Projected figures with their intervals, a chart for each workload and scenario: hollow where a filled dot is measured. The measured ones are
 * the best of those that the projected ones stand beside.
 */
export function projectedFigure(input: ReportInput, maxCharts: number): Figure {
  const several = input.runs.length > 1;
  const charts = input.runs.flatMap(({ run }, index) => {
    const told = (run.projected ?? []).filter(({ status }) => status === 'ok');
    const groups = new Map<string, ProjectedCase[]>();
    for (const one of told) {
      const name = JSON.stringify([one.workload, one.scenario.kind, one.latency === null]);
      groups.set(name, [...(groups.get(name) ?? []), one]);
    }
    return [...groups.values()].map((cases, group) =>
      chartOf(cases, run, `projected-${index}-${group}`, several ? `, run ${runLetter(index)}` : ''),
    );
  });
  return {
    id: 'projected',
    heading: 'Projected to hardware that is not here',
    lead: 'Nobody has measured these. A ring is a projection, computed from the cost of the model, the profile of the device and what others have published of a stack; its bar is the 90 % interval. No figure of this run went into it. A filled dot, where there is one, was measured here: the best case beside it.',
    charts: charts.slice(0, maxCharts),
    notes: [
      'Projections are of the model alone (scope inference), whatever the measured cases time. Latency is the 90th percentile of one query after the other; a server is the highest rate under the latency bound of MLPerf. None of them is ranked, compared or counted with what was measured.',
      ...(input.runs.some(({ run }) => lacksP90(run))
        ? [
            'Some latencies that were measured here have no dot: their 90th percentile needs more samples than were taken. What is known of them is under All cases.',
          ]
        : []),
      ...(charts.length > maxCharts
        ? [`${charts.length - maxCharts} more charts are left out; the table has all.`]
        : []),
    ],
  };
}

function chartOf(cases: readonly ProjectedCase[], run: Run, id: string, ofRun: string): Chart {
  const isLatency = cases.some(({ latency }) => latency !== null);
  const measured = measuredMarks(cases, run, isLatency);
  const marks = [...measured, ...cases.flatMap((one) => projectedMark(one, run))];
  const [least, largest] = extent(marks.flatMap(({ value, ends }) => [value, ...(ends ?? [])])) ?? [1, 1];
  const unit = isLatency ? timeUnit(largest) : { name: 'items/s', perBase: 1 };
  const axis = axisFor(least * unit.perBase, largest * unit.perBase, 4);
  const text = isLatency ? formatSeconds : formatThroughput;
  const scaled = (value: number) => rounded(value * unit.perBase);
  const values = marks.map(({ label, value, ends }) => ({
    label,
    value: scaled(value),
    low: ends === null ? null : scaled(ends[0]),
    high: ends === null ? null : scaled(ends[1]),
    tip: ends === null ? text(value) : `${text(value)} (${text(ends[0])} to ${text(ends[1])})`,
    kind: ends === null ? 'measured' : 'projected',
  }));
  const y = { field: 'label', type: 'nominal', sort: null, axis: rowAxis } as const;
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { type: axis.type, domain: axis.domain, nice: false },
    axis: { title: `${isLatency ? 'p90 latency' : 'throughput'} (${unit.name})`, labelFlush: false, ...axis.ticks },
  });
  const tooltip = [
    { field: 'label', title: 'Case' },
    { field: 'kind', title: 'Provenance' },
    { field: 'tip', title: isLatency ? 'p90' : 'Throughput' },
  ];
  const [first] = cases;
  return {
    id,
    title: `${displayName(first?.workload ?? '', 40)} · ${displayName(first?.scenario.kind ?? '', 24).replaceAll('_', ' ')}`,
    summary: `${values.map(({ label, tip, kind }) => `${label} ${tip}${kind === 'measured' ? ', measured' : ''}`).join(', ')}.`,
    legend: [
      { label: 'projected, 90 % interval', color: color.first, shape: 'ring', dash: '' },
      ...(measured.length === 0 ? [] : [{ label: 'measured here', color: color.ink, shape: 'dot' as const, dash: '' }]),
    ],
    numbered: [],
    provenance: `${measured.length === 0 ? 'projected' : 'projected; dots measured'}${ofRun}`,
    spec: {
      ...fitted,
      width: chartWidth,
      height: rowsHeight(values.length),
      data: { values },
      layer: [
        {
          transform: [{ filter: 'datum.low != null' }],
          mark: { type: 'rule', strokeWidth: 2.5, color: color.first, opacity: 0.55 },
          encoding: { y, x: x('low'), x2: { field: 'high' }, tooltip },
        },
        {
          transform: [{ filter: 'datum.low != null' }],
          mark: {
            type: 'point',
            size: 60,
            filled: true,
            opacity: 1,
            fill: color.surface,
            stroke: color.first,
            strokeWidth: 2,
          },
          encoding: { y, x: x('value'), tooltip },
        },
        {
          transform: [{ filter: 'datum.low == null' }],
          mark: { type: 'point', size: 60, filled: true, opacity: 1, color: color.ink },
          encoding: { y, x: x('value'), tooltip },
        },
      ],
    },
  };
}

/** A profile as it was asked for: shorter than its id. */
export function profileWord({ profile }: Pick<ProjectedCase, 'profile'>, { requestedProfiles = [] }: Run): string {
  return displayName(requestedProfiles.find(({ id }) => id === profile)?.asked ?? profile, 40);
}

function projectedMark(one: ProjectedCase, run: Run): Mark[] {
  const label = [profileWord(one, run), one.axes.precision, displayName(one.stack ?? '', 24)].join(' · ');
  if (one.latency !== null) return [{ label, value: one.latency.p90, ends: one.latency.interval90.p90 }];
  return one.throughput === null ? [] : [{ label, value: one.throughput.value, ends: one.throughput.interval90 }];
}

/** Whether a projected latency stands beside a measured case that has too few samples for its p90. */
function lacksP90({ cases, projected = [] }: Run): boolean {
  const beside = new Set(projected.flatMap((one) => (one.latency === null ? [] : one.beside)));
  return cases.some(({ key, status, latency }) => beside.has(key) && status === 'ok' && latency?.p90 === null);
}

/** Of the valid cases beside some projected ones the best of each precision: what was measured and is invalid says nothing of speed. */
function measuredMarks(cases: readonly ProjectedCase[], run: Run, isLatency: boolean): Mark[] {
  const beside = new Set(cases.flatMap((one) => one.beside));
  const figureOf = ({ latency, throughput }: Case) => (isLatency ? latency?.p90 : throughput?.value);
  const best = new Map<string, Mark>();
  for (const one of run.cases) {
    const value = figureOf(one);
    if (!beside.has(one.key) || one.status !== 'ok' || isInvalidForSpeed(one) || !isNumber(value)) continue;
    const { precision, backend } = one.axes;
    const known = best.get(precision)?.value;
    if (known !== undefined && (isLatency ? known <= value : known >= value)) continue;
    best.set(precision, {
      label: [displayName(one.profile, 40), precision, displayName(backend, 24)].join(' · '),
      value,
      ends: null,
    });
  }
  return [...best.values()];
}

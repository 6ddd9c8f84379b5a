import { packageVersion } from '../kernel/package-root.ts';
import { coldStartFigure } from './charts/cold-start.ts';
import { cpuFigure } from './charts/cpu.ts';
import { ecdfFigure } from './charts/ecdf.ts';
import type { Chart, Figure } from './charts/figure.ts';
import { gpuFigure } from './charts/gpu.ts';
import { latencyOverLoadFigure } from './charts/latency-over-load.ts';
import { memoryFigure } from './charts/memory.ts';
import { panelsOf, runLetter } from './charts/panels.ts';
import { paretoFigure } from './charts/pareto.ts';
import { percentileFigure } from './charts/percentiles.ts';
import { projectedFigure } from './charts/projected.ts';
import { rateSearchFigure } from './charts/rate-search.ts';
import { ratioCharts } from './charts/ratios.ts';
import { speedUpCharts } from './charts/speed-ups.ts';
import { stageFigure } from './charts/stages.ts';
import { drawnTheme } from './charts/theme.ts';
import { throughputFigure } from './charts/throughput.ts';
import { timePartsFigure } from './charts/time-parts.ts';
import { timelineFigure } from './charts/timelines.ts';
import { comparisonsOf, type RunComparison } from './comparisons.ts';
import { downloads } from './downloads.ts';
import { loadDrawing } from './draw.ts';
import { embeddableJson, policyHash } from './embed.ts';
import type { ReportInput } from './input.ts';
import { swatch } from './legend-swatch.ts';
import { licences } from './licences.ts';
import { isStruckLabel } from './marks.ts';
import { type NamedEffects, namedEffects } from './named-effects.ts';
import { head, provenance } from './page-head.ts';
import { pageScripts } from './page-scripts.ts';
import { answerBlocks, caveats, notices } from './sections/answers.ts';
import { caseTableSection } from './sections/case-table.ts';
import { comparisonNotes, comparisonTables } from './sections/comparison.ts';
import { effectiveSection } from './sections/effective.ts';
import { engineSection } from './sections/engines.ts';
import { environmentSection } from './sections/environment.ts';
import { failureSection } from './sections/failures.ts';
import { loadNotes, loadTables } from './sections/load.ts';
import { missingSection } from './sections/missing.ts';
import { observerSection } from './sections/observer.ts';
import { overheadSection } from './sections/overhead.ts';
import { projectedTables } from './sections/projected.ts';
import { searchTables } from './sections/rate-search.ts';
import { roundsSection } from './sections/rounds.ts';
import { type DrawnChart, type Section, section } from './sections/section.ts';
import { steadyNotes, steadyTables } from './sections/steady-state.ts';
import { toggleSection } from './sections/toggles.ts';
import { verdictSection } from './sections/verdicts.ts';
import { markNotes } from './standing.ts';
import { fillTemplate, styleSheet } from './template.ts';

/** A page is to open quickly from a mail or a ticket: it is at most 3 MiB. */
export const maximumBytes = 3 * 2 ** 20;

/** How much a page has: panels a figure, groups of cases that differ in toggles, points on all lines of a figure, whether the whole results are in it, rows a table, charts of steady state. */
interface Detail {
  readonly maxPanels: number;
  readonly maxGroups: number;
  readonly pointsOfFigure: number;
  readonly embedRuns: boolean;
  readonly maxRows: number;
  readonly maxTimelines: number;
  readonly pointsOfTimelines: number;
}

/** Tried in this order until the page is small enough. What is left out is said where it would stand. */
const details: readonly Detail[] = [
  {
    maxPanels: 12,
    maxGroups: 24,
    pointsOfFigure: 12_000,
    embedRuns: true,
    maxRows: 1000,
    maxTimelines: 60,
    pointsOfTimelines: 3000,
  },
  {
    maxPanels: 8,
    maxGroups: 12,
    pointsOfFigure: 6_000,
    embedRuns: true,
    maxRows: 1000,
    maxTimelines: 24,
    pointsOfTimelines: 1500,
  },
  {
    maxPanels: 8,
    maxGroups: 12,
    pointsOfFigure: 6_000,
    embedRuns: false,
    maxRows: 1000,
    maxTimelines: 24,
    pointsOfTimelines: 1500,
  },
  {
    maxPanels: 4,
    maxGroups: 4,
    pointsOfFigure: 2_000,
    embedRuns: false,
    maxRows: 250,
    maxTimelines: 8,
    pointsOfTimelines: 400,
  },
];

/**
 * The report as one HTML file: no network, readable without JavaScript. A pure function of its input and of this version of Dyno:
 * the same input gives the same bytes.
 */
export async function renderReport(input: ReportInput): Promise<string> {
  const draw = await loadDrawing();
  let html = '';
  for (const detail of details) {
    html = await renderPage(input, detail, draw);
    if (Buffer.byteLength(html) <= maximumBytes) break;
  }
  return html;
}

async function renderPage(
  input: ReportInput,
  detail: Detail,
  draw: Awaited<ReturnType<typeof loadDrawing>>,
): Promise<string> {
  const specs: Record<string, unknown> = {};
  const drawn = async (chart: Chart): Promise<DrawnChart> => {
    const { svg, vega } = await draw(chart.id, chart.spec);
    specs[chart.id] = vega;
    const { id, title, provenance, summary } = chart;
    return {
      id,
      title,
      provenance,
      numbered: chart.numbered,
      summary,
      long: summary.length > 200,
      svg,
      legend: chart.legend.map((entry) => ({ ...entry, swatch: swatch(entry), struck: isStruckLabel(entry.label) })),
    };
  };
  const asSection = async (
    figure: Figure,
    leftOut: number,
    more: Partial<Pick<Section, 'tables' | 'notes'>> = {},
  ): Promise<Section | null> => {
    if (figure.charts.length === 0 && (more.tables ?? []).length === 0) return null;
    const charts: DrawnChart[] = [];
    for (const chart of figure.charts) charts.push(await drawn(chart));
    const notes = [
      ...(figure.charts.length === 0 ? [] : figure.notes),
      ...(more.notes ?? []),
      ...(leftOut > 0 && figure.charts.length > 0
        ? [`${leftOut} more panels would make this page too large; their cases are in the table below and in the data.`]
        : []),
    ];
    return section(figure.id, figure.heading, {
      kind: 'figures',
      lead: figure.lead,
      columns: input.runs.length > 2 || (input.runs.length === 1 && charts.length > 4) ? 3 : 0,
      charts,
      tables: more.tables ?? [],
      notes,
    });
  };

  const comparisons = comparisonsOf(input);
  const { panels, leftOut } = panelsOf(input, 12, detail.maxPanels);
  // The front is that of a whole workload: one chart, whatever the number of its cases.
  const whole = panelsOf(input, 120, detail.maxPanels);
  const marks = { notes: markNotes(panels.flatMap(({ cases }) => cases)) };
  const series = panels.reduce((sum, { cases }) => sum + cases.length, 1);
  const points = (most: number) => Math.max(24, Math.min(most, Math.floor(detail.pointsOfFigure / series)));
  const sections: (Section | null)[] = [
    failureSection(input),
    await comparisonSection(input, comparisons, drawn),
    await asSection(percentileFigure(panels), leftOut, marks),
    await asSection(ecdfFigure(panels, points(400)), leftOut, marks),
    await asSection(throughputFigure(panels), leftOut, marks),
    await asSection(paretoFigure(whole.panels), whole.leftOut),
    engineSection(input, detail.maxGroups),
    await asSection(projectedFigure(input, detail.maxPanels), 0, projectedTables(input, detail.maxRows)),
    await effectsSection(namedEffects(input), input, detail.maxGroups, drawn),
    await asSection(timePartsFigure(panels), 0, {
      tables: loadTables(input, detail.maxRows),
      notes: [...loadNotes(input, detail.maxRows), ...marks.notes],
    }),
    await asSection(latencyOverLoadFigure(whole.panels), 0),
    await asSection(rateSearchFigure(input, detail.maxPanels), 0, { tables: searchTables(input, detail.maxRows) }),
    await asSection(stageFigure(panels), leftOut, marks),
    await asSection(memoryFigure(panels), leftOut),
    await asSection(cpuFigure(panels, points(150)), leftOut),
    await asSection(gpuFigure(panels, points(80)), leftOut),
    await asSection(coldStartFigure(panels), leftOut),
    await asSection(timelineFigure(whole.panels, detail.maxTimelines, detail.pointsOfTimelines), 0, {
      tables: steadyTables(input, detail.maxRows),
      notes: steadyNotes(input, detail.maxRows),
    }),
    observerSection(input, detail.maxRows),
    overheadSection(input),
    caseTableSection(input, detail.maxRows),
    verdictSection(input),
    effectiveSection(input),
    missingSection(input),
    roundsSection(input, detail.maxRows),
    environmentSection(input),
  ];
  const present = sections.filter((one) => one !== null);
  const answers = answerBlocks(input, comparisons);
  const css = styleSheet();
  const scripts = pageScripts();
  return fillTemplate({
    ...head(input),
    policy: [
      "default-src 'none'",
      `style-src ${policyHash(css)}`,
      `script-src ${policyHash(scripts.vega)} ${policyHash(scripts.page)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
    css,
    dynoVersion: packageVersion(),
    answers,
    answersKind: answers.length > 2 ? 'many' : 'few',
    caveats: caveats(input),
    notices: notices(input),
    sections: present,
    contents: [...present.map(({ id, heading }) => ({ id, heading })), { id: 'data', heading: 'Data' }],
    downloads: downloads(input, detail.embedRuns),
    provenance: provenance(input),
    licences,
    chartData: embeddableJson({ theme: drawnTheme, charts: specs }),
    vegaScript: scripts.vega,
    pageScript: scripts.page,
  });
}

async function comparisonSection(
  input: ReportInput,
  comparisons: readonly RunComparison[],
  drawn: (chart: Chart) => Promise<DrawnChart>,
): Promise<Section | null> {
  if (comparisons.length === 0) return null;
  const charts: DrawnChart[] = [];
  for (const chart of ratioCharts(input, comparisons, 24)) charts.push(await drawn(chart));
  return section('comparison', 'Side by side', {
    kind: 'figures',
    lead: `Run ${runLetter(0)} is the base: a dot to the right of the line is more throughput than it had. An interval that crosses the line shows no difference.`,
    charts,
    tables: comparisonTables(comparisons),
    notes: comparisonNotes(comparisons),
  });
}

async function effectsSection(
  groups: readonly NamedEffects[],
  input: ReportInput,
  maxGroups: number,
  drawn: (chart: Chart) => Promise<DrawnChart>,
): Promise<Section | null> {
  const charts: DrawnChart[] = [];
  for (const chart of speedUpCharts(groups.slice(0, maxGroups))) charts.push(await drawn(chart));
  return toggleSection(groups, charts, input, maxGroups);
}

import type { Case } from '../../results/run.ts';
import { formatThroughput } from '../../units/format.ts';
import { partText, varyingParts } from '../case-label.ts';
import { qualityTexts } from '../quality-text.ts';
import { counted, isInvalid, markedLabel } from '../standing.ts';
import { type Chart, type Figure, faintIfStruck, fitted } from './figure.ts';
import { huesOf } from './hues.ts';
import { fusionGroup, type Panel } from './panels.ts';
import { extent, isNumber, rounded } from './scale.ts';
import { chartWidth, color, type FusionGroup, fusionGroups } from './theme.ts';

/** Throughput over batch size, bars coloured by fusion; precision, threads and what else differs each in columns of their own. */
export function throughputFigure(panels: readonly Panel[]): Figure {
  return {
    id: 'throughput',
    heading: 'Throughput',
    lead: 'Items a second, higher is better. Bars start at zero and the panels of a workload share an axis, so lengths compare. A thin line is the 95 % interval over rounds; with one round there is none.',
    charts: panels.flatMap((panel, index) => throughputChart(panel, index) ?? []),
    notes: panels.some(({ cases }) => cases.some(({ accuracy }) => accuracy !== null))
      ? ['The percentage beside a bar is the accuracy on held-out items, where the data has labels.']
      : [],
  };
}

function throughputChart(panel: Panel, index: number): Chart | null {
  const hues = huesOf(panel);
  const rows = panel.cases.flatMap((one) =>
    isNumber(one.throughput?.value) ? [{ one, value: one.throughput.value, ci95: one.throughput.ci95 }] : [],
  );
  const range = extent(panel.peers.flatMap((one) => [one.throughput?.value, one.throughput?.ci95?.[1]]));
  if (rows.length === 0 || range === null) return null;

  // What differs besides batch size and fusion is said below the batch size; bars of one such group stand together.
  const others = varyingParts(rows.map(({ one }) => one)).filter((part) => part !== 'batchSize' && part !== 'fusion');
  const group = (one: (typeof rows)[number]['one']) =>
    [`batch ${one.axes.batchSize}`, ...others.map((part) => partText(one, part))]
      .filter((text) => text !== '')
      .join(' · ');
  const lines = barLines(rows.map(({ one }) => ({ group: group(one), fusion: fusionGroup(one) })));
  const values = rows.map(({ one, value, ci95 }, index) => ({
    line: lines.ofBars[index] ?? '',
    label: panel.labels.get(one.key) ?? '',
    hue: hues.group(one),
    struck: isInvalid(one),
    value: rounded(value),
    low: ci95 === null ? null : rounded(ci95[0]),
    high: ci95 === null ? null : rounded(ci95[1]),
    text: endText(one, value),
    tip:
      ci95 === null
        ? `${formatThroughput(value)} (no interval)`
        : `${formatThroughput(value)} (95 %: ${formatThroughput(ci95[0])} to ${formatThroughput(ci95[1])})`,
  }));
  const longest = Math.max(...panel.peers.map((one) => endText(one, one.throughput?.value ?? 0).length));
  const domain: [number, number] = [0, range[1] * roomFor(longest)];
  const ranked = counted(rows);
  const best = ranked.reduce((a, b) => (b.value > a.value ? b : a));
  const worst = ranked.reduce((a, b) => (b.value < a.value ? b : a));
  const tooltip = [
    { field: 'label', title: 'Case' },
    { field: 'tip', title: 'Throughput' },
  ];
  const y = {
    field: 'line',
    type: 'nominal' as const,
    sort: null,
    axis: { title: null, ticks: false, domain: false, labelLimit: 210, values: lines.titles },
    scale: { domain: lines.all, padding: 0 },
  };
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    stack: null,
    scale: { domain, nice: false },
    axis: { title: 'items/s', tickCount: 4, format: ',~f', labelFlush: false },
  });
  return {
    id: `throughput-${index}`,
    title: panel.title,
    summary:
      rows.length === 1
        ? `${panel.labels.get(best.one.key)}: ${formatThroughput(best.value)}.`
        : `Highest ${formatThroughput(best.value)} (${panel.labels.get(best.one.key)}), lowest ${formatThroughput(worst.value)} (${panel.labels.get(worst.one.key)}).`,
    legend: hues.legend(rows.map(({ one }) => one)),
    numbered: [],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: lines.all.length * lineHeight + 46,
      data: { values },
      layer: [
        {
          mark: { type: 'bar', cornerRadiusEnd: 2, height: 2 * lineHeight - 3 },
          encoding: {
            y,
            x: x('value'),
            color: { field: 'hue', type: 'nominal', scale: hues.scale, legend: null },
            opacity: faintIfStruck(),
            tooltip,
          },
        },
        {
          transform: [{ filter: 'datum.low != null' }],
          mark: { type: 'rule', color: color.ink, strokeWidth: 1.5 },
          encoding: { y, x: x('low'), x2: { field: 'high' }, tooltip },
        },
        {
          mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: color.ink },
          encoding: {
            y,
            x: { ...x('end') },
            text: { field: 'text', type: 'nominal' },
          },
          transform: [{ calculate: 'datum.high == null ? datum.value : max(datum.high, datum.value)', as: 'end' }],
        },
      ],
    },
  };
}

/** Pixels of a line, of which a bar takes two. */
const lineHeight = 10;

/**
 * Lines of a chart whose bars stand in groups of any number: a bar is on every second line of its group, and reaches half over the free lines
 * beside it; the title is on the line in the middle. That line is named by the title, so that the axis can show it.
 */
export function barLines(bars: readonly { readonly group: string; readonly fusion: FusionGroup }[]): {
  /** All lines from above. */
  readonly all: string[];
  /** That of each bar, in the order in which they were given. */
  readonly ofBars: string[];
  readonly titles: string[];
} {
  const titles = [...new Set(bars.map(({ group }) => group))];
  const ofBars: string[] = bars.map(() => '');
  const all = titles.flatMap((title, number) => {
    const own = bars
      .map((bar, index) => ({ ...bar, index }))
      .filter(({ group }) => group === title)
      .sort((a, b) => fusionGroups.indexOf(a.fusion) - fusionGroups.indexOf(b.fusion));
    const names = Array.from({ length: 2 * own.length + 1 }, (_, line) =>
      line === own.length ? title : `${number}/${line}`,
    );
    own.forEach(({ index }, place) => {
      ofBars[index] = names[2 * place + 1] ?? '';
    });
    return names;
  });
  return { all, ofBars, titles };
}

/** The figure at the end of a bar, with the accuracy where the data has labels, and the mark of what is degraded or invalid. */
function endText(one: Case, value: number): string {
  return markedLabel(one, [barText(value), ...qualityTexts(one)].join(' · '));
}

/** How far the axis goes beyond the longest bar, so that `letters` fit behind it: a bar and its text share about 230 pixels of 6. */
function roomFor(letters: number): number {
  return Math.max(1.26, 1 / (1 - Math.min(0.6, (letters * 6.3) / 230)));
}

/** The figure at the end of a bar, without the unit, which the axis has. */
function barText(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(2);
}

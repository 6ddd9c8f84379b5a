import { gateJson } from '../../gate/gate-json.ts';
import { countsText, type GateReport, headline, isOpen, orderedRows, versionText } from '../../gate/gate-report.ts';
import { acknowledgementNotes, basisNotes, shiftNote, sidedNotes } from '../../gate/notes.ts';
import type { Pair } from '../../gate/pair.ts';
import { packageVersion } from '../../kernel/package-root.ts';
import type { Chart } from '../charts/figure.ts';
import { displayName, displaySentence } from '../display-name.ts';
import { loadDrawing } from '../draw.ts';
import { dataLink, embeddableJson, policyHash } from '../embed.ts';
import { figureHtml } from '../tco-page/figure-html.ts';
import { html, type Markup } from '../tco-page/html.ts';
import { fillTemplate, gateStyleSheet } from '../template.ts';
import { differencesMarkup, operatorsMarkup, stagesMarkup } from './explanation.ts';
import { intervalChart } from './interval-chart.ts';
import { termsMarkup } from './method.ts';
import { pairsChart } from './pairs-chart.ts';
import { savedFiles } from './saved-files.ts';
import { verdictTable } from './verdict-table.ts';

export interface GatePageInput {
  readonly report: GateReport;
  /** The log that was judged. */
  readonly pairs: readonly Pair[];
}

/** Rows whose pairs are drawn one by one, and explained; the files have those of all. */
const mostFlagged = 12;

interface PageSection {
  readonly id: string;
  readonly heading: string;
  readonly lead: string;
  readonly content: string;
}

/**
 * The report of a gate as one HTML file: no network and no script, so that it is read wherever it is attached. At most 1.5 MB for 50 rows of
 * 40 pairs. A pure function of its input and of this version of Dyno.
 */
export async function renderGatePage({ report, pairs }: GatePageInput): Promise<string> {
  const rows = orderedRows(report);
  const open = rows.filter((one) => isOpen(one) && one.row.look !== null).map(({ row }) => row);
  const flagged = open.slice(0, mostFlagged);
  const left = open.length - flagged.length;
  const leftOut = left > 0 ? ` ${left} more such rows are left out here; rounds.csv below has the pairs of all.` : '';
  const intervals = intervalChart(report);
  const pairCharts = flagged.flatMap((row, index) => pairsChart(row, index, report, pairs) ?? []);
  const pictures = await drawn([...(intervals === null ? [] : [intervals]), ...pairCharts]);
  // Rows of one scenario come from the same processes: the first of them, which is the gravest, stands for all.
  const scenarios = new Map([...flagged].reverse().map((row) => [row.metric.scenario, row]));
  const explained = flagged.filter((row) => scenarios.get(row.metric.scenario) === row);
  const explanations = explained.flatMap((row) => stagesMarkup(row, report, pairs) ?? []);
  const profiles = explained.flatMap((row) => operatorsMarkup(row, report) ?? []);

  const section = (id: string, heading: string, lead: string, content: Markup | null): PageSection[] =>
    content === null ? [] : [{ id, heading, lead, content: content.toString() }];
  const some = <T>(list: readonly T[], markup: () => Markup) => (list.length === 0 ? null : markup());
  const css = gateStyleSheet();
  const suite = displayName(report.suite, 80);
  return fillTemplate(
    {
      title: `Dyno, gate of ${suite}`,
      heading: `${suite}: gate`,
      meta: [`base ${displayName(versionText(report.base), 60)}`, `head ${displayName(versionText(report.head), 60)}`],
      policy: ["default-src 'none'", `style-src ${policyHash(css)}`, "base-uri 'none'", "form-action 'none'"].join(
        '; ',
      ),
      css,
      dynoVersion: packageVersion(),
      answer: answerMarkup(report).toString(),
      sections: [
        ...section(
          'rows',
          'Verdict of every row',
          'What did not pass stands first. Of a row that was run again, the figures are those of the second stage.',
          some(rows, () => verdictTable(report)),
        ),
        ...section(
          'intervals-section',
          'Change against the margin',
          'A row has passed where its whole interval lies left of the dashed line, and is worse where the whole of it lies to its right.',
          intervals === null ? null : html`<div class="wide-chart">${figureHtml(intervals, pictures)}</div>`,
        ),
        ...section(
          'pairs',
          'Pairs of the rows that did not pass',
          `A pair is one fresh process of each version, one after the other. If the order in which they ran decided, the two shapes would lie apart.${leftOut}`,
          some(
            pairCharts,
            () => html`<div class="charts">${pairCharts.map((chart) => figureHtml(chart, pictures))}</div>`,
          ),
        ),
        ...section(
          'stages',
          'Where the time went',
          'The stages of the work in one pair that really ran, the largest difference first.',
          some(explanations, () => html`${explanations}`),
        ),
        ...section(
          'operators',
          'Which operators changed',
          'From profiles of both versions, taken apart from what was timed: profiled runs are slower. A difference below the noise, which is how far profiles of one version lie apart, says nothing.',
          some(profiles, () => html`${profiles}`),
        ),
        ...section(
          'differences',
          'Differences beside the code',
          'What else is not the same in base and head, and may explain a change.',
          some(report.differences, () => differencesMarkup(report)),
        ),
        ...section('basis', 'What it rests on', '', basisMarkup(report)),
        ...section('terms', 'How to read it', '', termsMarkup(report)),
        ...section('data', 'Data', 'Everything above as files.', dataMarkup(report, pairs)),
      ],
      data: embeddableJson(gateJson(report)),
    },
    'gate-page',
  );
}

async function drawn(charts: readonly Chart[]): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  if (charts.length === 0) return pictures;
  const draw = await loadDrawing();
  for (const { id, spec } of charts) pictures.set(id, (await draw(id, spec)).svg);
  return pictures;
}

function answerMarkup(report: GateReport): Markup {
  const { decision, settled } = report;
  const notes = [...shiftNote(decision), ...sidedNotes(decision), ...acknowledgementNotes(settled)];
  const counts = countsText(report);
  return html`<article class="answer">
<p class="sentence ${settled.verdict}" dir="ltr">${headline(report)}</p>
${counts === '' ? null : html`<p class="more" dir="ltr">${counts}</p>`}
</article>
${notes.length === 0 ? null : html`<div class="caveat"><p>To be known beside that:</p><ul class="caveats">${notes.map((note) => html`<li>${displaySentence(note)}</li>`)}</ul></div>`}`;
}

function basisMarkup(report: GateReport): Markup {
  return html`<ul class="plain">${basisNotes(report).map((note) => html`<li>${displaySentence(note)}</li>`)}</ul>`;
}

function dataMarkup(report: GateReport, pairs: readonly Pair[]): Markup {
  return html`<ul class="downloads">${savedFiles(report, pairs).map(
    ({ file, mediaType, content, about }) =>
      html`<li><a href="${dataLink(mediaType, content)}" download="${file}">${file}</a> <span class="quiet">${about}</span></li>
`,
  )}</ul>`;
}

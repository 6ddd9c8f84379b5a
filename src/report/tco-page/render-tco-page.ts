import { basename } from 'node:path';
import { packageVersion } from '../../kernel/package-root.ts';
import type { ClaimsOutcome } from '../../tco/model/claims-outcome.ts';
import type { StudyData } from '../../tco/model/study-data.ts';
import type { StudyOutcome } from '../../tco/model/study-outcome.ts';
import { drawnTheme } from '../charts/theme.ts';
import { displayName } from '../display-name.ts';
import { loadDrawing } from '../draw.ts';
import { dataLink, embeddableJson, policyHash } from '../embed.ts';
import { licences } from '../licences.ts';
import { tcoScripts } from '../page-scripts.ts';
import { fillTemplate, tcoStyleSheet } from '../template.ts';
import { chartsByKind, listed } from './charts/charts-of.ts';
import { html, type Markup } from './html.ts';
import type { PagePart, TcoPageData } from './page-contract.ts';
import { assumptionsMarkup } from './parts/assumptions.ts';
import { claimsMarkup } from './parts/claims.ts';
import { leftOutMarkup } from './parts/left-out.ts';
import { methodMarkup } from './parts/method.ts';
import { partsWith } from './parts-of.ts';
import { savedFiles } from './saved-files.ts';
import { type TcoView, viewOf } from './view.ts';

export interface TcoPageInput {
  /** With the file that it was read from. */
  readonly study: StudyData & { readonly path: string; readonly sha256: string; readonly claims?: unknown };
  readonly outcome: StudyOutcome;
  /** Null: the study makes none. */
  readonly claims: ClaimsOutcome | null;
}

/** A section below the recommendation. */
interface PageSection {
  readonly id: string;
  readonly heading: string;
  readonly kind: string;
  readonly lead: string;
  /** Stands as it is; what follows from the figures is in the parts. */
  readonly content: string;
  readonly parts: readonly PagePart[];
  /** Belongs to the file: edits in the page do not change it. */
  readonly fixed: boolean;
}

/**
 * The report of a purchase as one HTML file of at most 2 MB: no network, readable without JavaScript. A pure function of its input and of this
 * version of Dyno.
 */
export async function renderTcoPage({ study, outcome, claims }: TcoPageInput): Promise<string> {
  // What the claims are judged by stays out of the page: they are judged here, and do not follow what is edited.
  const { path, sha256, claims: _judged, ...data } = study;
  const view = viewOf(data, outcome);
  const charts = chartsByKind(view);
  const draw = await loadDrawing();
  const pictures = new Map<string, string>();
  for (const { id, spec } of listed(charts)) pictures.set(id, (await draw(id, spec)).svg);
  const parts = partsWith(view, charts, pictures);
  const css = tcoStyleSheet();
  const scripts = tcoScripts();
  const pageData: TcoPageData = {
    study: data,
    outcome,
    simulation: outcome.simulation === null ? null : { draws: outcome.simulation.draws, seed: outcome.simulation.seed },
    theme: drawnTheme,
  };
  return fillTemplate(
    {
      title: `Dyno, ${displayName(study.name, 80)}`,
      heading: displayName(study.name, 120),
      meta: metaOf(view),
      policy: [
        "default-src 'none'",
        `style-src ${policyHash(css)}`,
        `script-src ${policyHash(scripts.vega)} ${policyHash(scripts.page)}`,
        'worker-src blob:',
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; '),
      css,
      dynoVersion: packageVersion(),
      answer: parts.find(({ id }) => id === 'answer')?.html ?? '',
      sections: sectionsOf(view, claims, parts),
      file: displayName(basename(path), 80),
      sha256,
      licences,
      data: embeddableJson(pageData),
      workerScript: scripts.worker,
      vegaScript: scripts.vega,
      pageScript: scripts.page,
    },
    'tco-page',
  );
}

function metaOf({ study }: TcoView): string[] {
  return [
    `${study.currency}, prices of ${study.date}`,
    `${study.horizonYears} ${study.horizonYears === 1 ? 'year' : 'years'}`,
    study.latencyLimitSeconds === null ? 'no latency limit' : `latency limit ${study.latencyLimitSeconds * 1000} ms`,
    `baseline: ${displayName(study.baseline, 40)}`,
  ];
}

function sectionsOf(view: TcoView, claims: ClaimsOutcome | null, parts: readonly PagePart[]): PageSection[] {
  const section = (
    id: string,
    heading: string,
    lead: string,
    content: { readonly parts?: readonly string[]; readonly markup?: Markup; readonly fixed?: boolean },
  ): PageSection => ({
    id,
    heading,
    kind: 'tco',
    lead,
    content: content.markup?.toString() ?? '',
    parts: (content.parts ?? []).flatMap((name) => parts.filter((part) => part.id === name)),
    fixed: content.fixed ?? false,
  });
  return [
    section(
      'assumptions',
      'What it rests on',
      'Every figure that was put in, with its range and where it is from. Nothing is filled in that the study does not state.',
      { markup: assumptionsMarkup(view) },
    ),
    section(
      'options',
      'What each option is',
      'Whole machines of each year, sized for the peak at the latency limit, and what they cost over their life.',
      { parts: ['fleet', 'cost'] },
    ),
    section(
      'cash',
      'When the money is paid',
      'Purchases at the start of a year, running costs at its end, what resale brings at the end of the last.',
      { parts: ['cash'] },
    ),
    section(
      'volumes',
      'Cost over the volume',
      'Machines come whole, so that costs climb in steps: options may change places several times. The first break-even is where the recommended option is cheaper for the first time, the persistent one that above which it always is.',
      { parts: ['volume'] },
    ),
    section('figures', 'All figures', 'What the options are compared by is the equivalent annual cost.', {
      parts: ['figures'],
    }),
    section(
      'sensitivity',
      'What it depends on',
      'One figure at a time goes to either end of its range. Those that change which option is the cheapest are marked ⇄.',
      { parts: ['sensitivity'] },
    ),
    section('simulation', 'How sure it is', 'All uncertain figures at once, drawn many times within their ranges.', {
      parts: ['simulation'],
    }),
    ...(claims === null || claims.claims.length === 0
      ? []
      : [
          section(
            'claims',
            'Claims, and what this study finds',
            'What others say of these options, beside what comes out of the figures of the file.',
            { markup: claimsMarkup(claims, view.study.currency), fixed: true },
          ),
        ]),
    section(
      'left-out',
      'What is not counted',
      'The boundary of this study: costs that no figure stands for are in none of the sums above.',
      { markup: leftOutMarkup(view), fixed: true },
    ),
    section('throughput', 'Where the throughput is from', 'The figure that decides how many machines it takes.', {
      parts: ['throughputs'],
    }),
    section('method', 'How it was computed', '', { markup: methodMarkup(view) }),
    section('data', 'Data', 'Everything above as files, every number with all its digits.', {
      markup: dataMarkup(view),
    }),
  ];
}

/** Links that save the figures, with or without JavaScript. */
function dataMarkup({ study, outcome }: TcoView): Markup {
  return html`<ul class="downloads">${savedFiles(study, outcome).map(
    ({ id, file, mediaType, content, about }) =>
      html`<li><a href="${dataLink(mediaType, content)}" download="${file}" data-file="${id}">${file}</a> <span class="quiet">${about}</span></li>
`,
  )}</ul>`;
}

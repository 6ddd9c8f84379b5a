import type { ThroughputOrigin } from '../../tco/model/study-data.ts';
import { html, type Markup } from './html.ts';

/** What stands behind each kind of figure. */
export const provenanceMeaning: Readonly<Record<ThroughputOrigin['provenance'], string>> = {
  measured: 'measured by Dyno on the machine itself',
  published: 'published by somebody else',
  projected: 'computed from measurements of other machines; nobody has measured this one',
  given: 'stated by whoever wrote or edited the study',
};

/** Told apart by word, form and colour: solid is measured, framed is published, dashed is projected, dotted is given. */
export function badge(provenance: ThroughputOrigin['provenance']): Markup {
  return html`<span class="badge ${provenance}" title="${provenanceMeaning[provenance]}">${provenance}</span>`;
}

/*
 * What the page of a purchase adds when JavaScript runs: its assumptions become fields, and all that follows from them is computed anew by the
 * code that computed the page. Markup is made by the functions that made the page, which escape what a study says.
 */
import type { TcoPageData } from '../page-contract.ts';
import { chartsOf, partsOf } from '../parts-of.ts';
import { keepFragment } from './anchors.ts';
import { liveDownloads } from './downloads.ts';
import { LivePage } from './live-page.ts';

const textOf = (id: string) => document.getElementById(id)?.textContent ?? '';

const data = JSON.parse(textOf('tco-data')) as TcoPageData;
const live = new LivePage(document, data, textOf('tco-worker'), { chartsOf, partsOf });
liveDownloads(document, live);
keepFragment(document, () => live.isEdited);
for (const part of document.querySelectorAll<HTMLElement>('.when-live')) part.hidden = false;
addEventListener('hashchange', () => live.open());

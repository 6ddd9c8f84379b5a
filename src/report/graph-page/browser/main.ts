/*
 * What the page of a graph adds when JavaScript runs: details of the box that was chosen, a way along its edges, search and zoom. The drawing,
 * the tables and the two shades are there without it. Elements are built and their text is set; no markup is ever made from data.
 */
import { element, Graph } from './graph.ts';
import { keys } from './keys.ts';
import { Search } from './search.ts';
import { Selection } from './selection.ts';
import { Stage } from './stage.ts';

const graph = Graph.read(document);
const stage = new Stage(document);
const selection = new Selection(document, graph, stage);
const search = new Search(document, graph, selection);
keys(document, { graph, selection, stage, search });
for (const part of document.querySelectorAll<HTMLElement>('.live')) part.hidden = false;

element(document, 'boxes').addEventListener('click', (event) => {
  const box = event.target instanceof Element ? event.target.closest('[id^=n]') : null;
  if (box !== null) selection.choose(Number(box.id.slice(1)), 'stay');
});
// Links of the tables are links to boxes: without JavaScript, too, the browser scrolls there.
const follow = () => {
  const box = /^#n(\d+)$/.exec(location.hash);
  if (box !== null) selection.choose(Number(box[1]), 'scroll');
};
addEventListener('hashchange', follow);
follow();

import type { Graph } from './graph.ts';
import type { Search } from './search.ts';
import type { Selection } from './selection.ts';
import type { Stage } from './stage.ts';

/** Keys of the page: arrows along the edges of the box that was chosen, `/` to search, `+` and `−` to zoom, Escape to let go. */
export function keys(
  page: Document,
  { graph, selection, stage, search }: { graph: Graph; selection: Selection; stage: Stage; search: Search },
): void {
  page.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (target instanceof HTMLInputElement) {
      if (event.key === 'Escape' && target.type === 'search') selection.clear();
      return;
    }
    const act = actions.get(event.key);
    if (act === undefined) return;
    // In the tables beside the drawing, arrows scroll.
    if (event.key.startsWith('Arrow') && !(target instanceof Element && target.closest('#stage') !== null)) return;
    if (act() !== false) event.preventDefault();
  });

  const go = (next: (box: number) => number | null | undefined): boolean => {
    const { box } = selection;
    // Nothing is chosen yet: arrows scroll.
    if (box === null) return false;
    const other = next(box);
    if (other !== null && other !== undefined) selection.choose(other, 'stay');
    return true;
  };
  // One that answers false has found nothing to do, and leaves the key to the page.
  const actions = new Map<string, () => unknown>([
    ['ArrowDown', () => go((box) => graph.below(box)[0])],
    ['ArrowUp', () => go((box) => graph.above(box)[0])],
    ['ArrowLeft', () => go((box) => graph.beside(box, -1))],
    ['ArrowRight', () => go((box) => graph.beside(box, 1))],
    ['Enter', () => (selection.box === null ? selection.choose(0, 'scroll') : false)],
    ['/', () => search.focus()],
    ['+', () => stage.zoom(1.25)],
    ['-', () => stage.zoom(0.8)],
    ['Escape', () => selection.clear()],
  ]);
}

import { formatBytes, formatCount } from '../../../units/format.ts';
import type { PageNode } from '../page-data.ts';
import type { Graph } from './graph.ts';

/** What is told of a box: its nodes with their work, inputs, outputs and attributes, and links to its neighbours. */
export function detailsOf(
  page: Document,
  graph: Graph,
  box: number,
  choose: (box: number) => void,
  close: () => void,
): Element[] {
  const build = new Builder(page, graph, choose);
  const header = page.createElement('header');
  const heading = page.createElement('h2');
  heading.textContent = graph.nameOf(box);
  const button = page.createElement('button');
  button.type = 'button';
  button.textContent = '×';
  button.setAttribute('aria-label', 'Close the details');
  button.addEventListener('click', close);
  header.append(heading, button);

  const { n: members = [], v: value } = graph.boxes[box] ?? {};
  const parts = members.flatMap((place) => {
    const node = graph.nodes[place];
    if (node === undefined) return [];
    if (members.length === 1) return build.node(node);
    const folded = page.createElement('details');
    const summary = page.createElement('summary');
    summary.textContent = `${node.o} ${node.n}`;
    folded.append(summary, ...build.node(node));
    return [folded];
  });
  const own = value === undefined ? [] : [build.values('Value', [value])];
  return [header, ...own, ...parts, ...build.neighbours(box)];
}

class Builder {
  readonly #page: Document;
  readonly #graph: Graph;
  readonly #choose: (box: number) => void;

  constructor(page: Document, graph: Graph, choose: (box: number) => void) {
    [this.#page, this.#graph, this.#choose] = [page, graph, choose];
  }

  node(node: PageNode): Element[] {
    const [multiplyAdds, weights, read, written] = node.w;
    const bytes = (count: number | null) => (count === null ? 'unknown' : formatBytes(count));
    const facts: (readonly [string, string])[] = [
      ['Multiply-adds', multiplyAdds === null ? 'unknown' : formatCount(multiplyAdds)],
      ['Read', bytes(read)],
      ['Written', bytes(written)],
      ['Weights', bytes(weights)],
      ...(node.r === undefined ? [] : [['Why unknown', node.r] as const]),
    ];
    const attributes = Object.entries(node.a ?? {});
    return [
      this.#list(facts),
      ...(node.i.length > 0 ? [this.#heading('Inputs'), this.values('Inputs', node.i)] : []),
      ...(node.u.length > 0 ? [this.#heading('Outputs'), this.values('Outputs', node.u)] : []),
      ...(attributes.length > 0 ? [this.#heading('Attributes'), this.#list(attributes)] : []),
    ];
  }

  values(label: string, places: readonly number[]): Element {
    const list = this.#page.createElement('ul');
    list.setAttribute('aria-label', label);
    for (const place of places) {
      const [name, type, shape, kind] = this.#graph.values[place] ?? ['(left out)', null, null, 'v'];
      const item = this.#page.createElement('li');
      const code = this.#page.createElement('code');
      code.textContent = name;
      const text =
        place < 0 ? '' : ` ${type ?? 'type unknown'} ${shape === null ? 'shape unknown' : `[${shape.join(', ')}]`}`;
      item.append(code, text, kind === 'c' ? ' · weight' : '');
      list.append(item);
    }
    return list;
  }

  neighbours(box: number): Element[] {
    const [above, below] = [this.#graph.above(box), this.#graph.below(box)];
    return [
      ...(above.length > 0 ? [this.#heading('Comes from'), this.#links(above)] : []),
      ...(below.length > 0 ? [this.#heading('Goes to'), this.#links(below)] : []),
    ];
  }

  #links(boxes: readonly number[]): Element {
    const list = this.#page.createElement('ul');
    for (const box of boxes.slice(0, mostLinks)) {
      const link = this.#page.createElement('a');
      link.href = `#n${box}`;
      link.textContent = this.#graph.nameOf(box);
      link.addEventListener('click', (event) => {
        event.preventDefault();
        this.#choose(box);
      });
      const item = this.#page.createElement('li');
      item.append(link);
      list.append(item);
    }
    if (boxes.length > mostLinks) {
      const item = this.#page.createElement('li');
      item.textContent = `and ${formatCount(boxes.length - mostLinks)} more`;
      list.append(item);
    }
    return list;
  }

  #heading(text: string): Element {
    const heading = this.#page.createElement('h3');
    heading.textContent = text;
    return heading;
  }

  #list(entries: readonly (readonly [string, string])[]): Element {
    const list = this.#page.createElement('dl');
    list.className = 'facts';
    for (const [name, value] of entries) {
      const row = this.#page.createElement('div');
      const term = this.#page.createElement('dt');
      term.textContent = name;
      const definition = this.#page.createElement('dd');
      definition.textContent = value;
      row.append(term, definition);
      list.append(row);
    }
    return list;
  }
}

const mostLinks = 40;

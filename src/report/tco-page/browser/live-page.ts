import { evaluateStudy } from '../../../tco/model/evaluate-study.ts';
import { recommend } from '../../../tco/model/recommend.ts';
import type { StudyData } from '../../../tco/model/study-data.ts';
import type { StudyOutcome } from '../../../tco/model/study-outcome.ts';
import type { ChartsOf, PartsOf, TcoPageData } from '../page-contract.ts';
import { LiveCharts } from './charts.ts';
import type { DrawingAnswer } from './drawing.ts';
import { type Edits, editedStudy, fragmentOf, readFragment } from './edits.ts';
import { Field } from './field.ts';
import { LiveParts } from './live-parts.ts';
import { Simulator } from './simulator.ts';
import { type Standing, Status } from './status.ts';

/** So long after a key the figures follow: whoever writes on is not interrupted by what he has not meant. */
const typingMs = 150;

/** What makes the page, in Node and here. */
export interface Makers {
  readonly partsOf: PartsOf;
  readonly chartsOf: ChartsOf;
}

/** The page of a purchase whose assumptions can be edited. */
export class LivePage {
  readonly #page: Document;
  readonly #data: TcoPageData;
  readonly #makers: Makers;
  readonly #fields: ReadonlyMap<string, Field>;
  readonly #parts: LiveParts;
  readonly #charts: LiveCharts;
  readonly #status: Status;
  readonly #simulator: Simulator;
  /** What the page shows: always a valid state. */
  #edits: Edits = new Map();
  #study: StudyData;
  #outcome: StudyOutcome;
  #simulation: Standing['simulation'];
  #address: string | null = null;
  /** Fields whose figures do not go with the others, and why. */
  readonly #conflicts = new Map<Field, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Those who wait until the simulation has been drawn. */
  #waiting: (() => void)[] = [];

  constructor(page: Document, data: TcoPageData, workerScript: string, makers: Makers) {
    [this.#page, this.#data, this.#makers] = [page, data, makers];
    [this.#study, this.#outcome] = [data.study, data.outcome];
    this.#simulation = data.simulation === null ? 'none' : 'drawn';
    this.#simulator = new Simulator(workerScript);
    this.#parts = new LiveParts(page);
    this.#charts = new LiveCharts(page, data.theme);
    this.#fields = this.#makeFields();
    this.#status = new Status(page, data.study.name, {
      one: (field) => {
        field.reset();
        this.#follow(field);
      },
      all: () => this.#put(new Map()),
    });
    this.#charts.watch(makers.chartsOf(this.#study, this.#outcome));
    this.open();
  }

  /** Takes the edits of the page's address over. */
  open(): void {
    const fragment = readFragment(this.#data.study, globalThis.location.hash);
    if (fragment.kind === 'none') return;
    const before = this.#address;
    this.#address =
      fragment.kind === 'foreign'
        ? 'The address has edits of another version of this study. They are not applied: the figures are those of the file.'
        : fragment.refused > 0
          ? `${fragment.refused} of the edits in the address are no figures of this study, and are left out.`
          : null;
    if (fragment.kind === 'edits') this.#put(fragment.edits);
    else if (before !== this.#address) this.#say();
  }

  /** The figures as the page shows them, as soon as the simulation has been drawn. */
  async settled(): Promise<{ study: StudyData; outcome: StudyOutcome; isEdited: boolean }> {
    if (this.#simulation === 'being drawn') await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return { study: this.#study, outcome: this.#outcome, isEdited: this.#edits.size > 0 };
  }

  get isEdited(): boolean {
    return this.#edits.size > 0;
  }

  /** Whether the figures of the page were computed in it. */
  get hasComputed(): boolean {
    return this.#outcome !== this.#data.outcome;
  }

  #makeFields(): Map<string, Field> {
    const fields = new Map<string, Field>();
    const figures = new Map(this.#data.study.assumptions.map((one) => [one.name, one]));
    const changed = (field: Field, isFinal: boolean) => {
      clearTimeout(this.#timer);
      if (isFinal) this.#follow(field);
      else this.#timer = setTimeout(() => this.#follow(field), typingMs);
    };
    for (const [index, row] of [...this.#page.querySelectorAll<HTMLElement>('[data-figure]')].entries()) {
      const figure = figures.get(row.dataset.figure ?? '');
      if (figure === undefined) continue;
      const field = fields.get(figure.name) ?? new Field(figure, changed);
      field.addTo(this.#page, row, `figure-${index}`);
      fields.set(figure.name, field);
    }
    return fields;
  }

  #put(edits: Edits): void {
    for (const [name, field] of this.#fields) field.put(edits.get(name) ?? field.figure.value);
    this.#follow(null);
  }

  /** Computes what follows from the fields. What one of them says does not count while it cannot be; its last figure stays. */
  #follow(last: Field | null): void {
    clearTimeout(this.#timer);
    const edits = new Map<string, number>();
    for (const [name, field] of this.#fields) {
      const reading = field.read();
      setEdit(edits, field, 'value' in reading ? reading.value : this.#edits.get(name));
    }
    // Figures that are each allowed may not go together, such as a load power below the idle power. Then those that did not before are held
    // back, or what was written last.
    const suspects = [...this.#conflicts.keys(), ...(last === null ? [] : [last]), ...this.#fields.values()];
    this.#conflicts.clear();
    while (!isSame(edits, this.#edits)) {
      try {
        const study = editedStudy(this.#data.study, edits);
        this.#take(edits, study, evaluateStudy(study));
        break;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        const held = suspects.find(({ figure: { name } }) => edits.get(name) !== this.#edits.get(name));
        if (held === undefined) throw error;
        setEdit(edits, held, this.#edits.get(held.figure.name));
        this.#conflicts.set(held, error.message.replace(`${held.figure.owner}: `, ''));
      }
    }
    this.#say();
  }

  #take(edits: Edits, study: StudyData, outcome: StudyOutcome): void {
    [this.#edits, this.#study, this.#outcome] = [edits, study, outcome];
    const { pathname, search } = globalThis.location;
    const fragment = fragmentOf(this.#data.study, edits);
    globalThis.history.replaceState(null, '', fragment === '' ? `${pathname}${search}` : `#${fragment}`);
    const settings = this.#data.simulation;
    this.#simulation = settings === null ? 'none' : 'being drawn';
    this.#show();
    if (settings !== null) {
      this.#simulator.order({ study, options: outcome.options, settings }, (answer) => this.#takeSimulation(answer));
    }
  }

  #takeSimulation(answer: DrawingAnswer): void {
    if ('simulation' in answer) {
      const drawn = { ...this.#outcome, simulation: answer.simulation };
      this.#outcome = { ...drawn, recommendation: recommend(this.#study, drawn) };
      this.#simulation = 'drawn';
    } else this.#simulation = answer;
    this.#show();
    this.#say();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #show(): void {
    const isPending = this.#simulation === 'being drawn';
    for (const part of this.#makers.partsOf(this.#study, this.#outcome)) {
      if (isPending && part.simulation === 'only') this.#parts.outdate(part);
      else this.#parts.show(part);
    }
    const charts = this.#makers.chartsOf(this.#study, this.#outcome);
    void this.#charts.redraw(charts);
  }

  #say(): void {
    const edited: Standing['edited'][number][] = [];
    const refused: Standing['refused'][number][] = [];
    for (const [name, field] of this.#fields) {
      const value = this.#edits.get(name);
      const reading = field.read();
      const reason = 'reason' in reading ? reading.reason : (this.#conflicts.get(field) ?? null);
      if (value !== undefined) edited.push({ field, value });
      if (reason !== null) refused.push({ field, reason, value: value ?? field.figure.value });
      field.mark(this.#study.assumptions.find((one) => one.name === name) ?? field.figure, reason);
    }
    for (const section of this.#page.querySelectorAll('[data-belongs-to-file]')) markFixed(section, edited.length > 0);
    const { sentence } = this.#outcome.recommendation;
    this.#status.show({ edited, refused, simulation: this.#simulation, sentence, address: this.#address });
  }
}

/** Says of a section which does not follow the figures that it does not. */
function markFixed(section: Element, isEdited: boolean): void {
  const note = section.querySelector('.edit-fixed');
  if (!isEdited) note?.remove();
  else if (note === null) {
    const added = section.ownerDocument.createElement('p');
    added.className = 'notice edit-fixed';
    added.textContent =
      'This section belongs to the file: it does not follow the figures that were edited in this page.';
    section.querySelector('h2')?.after(added);
  }
}

/** No value, or that of the file: no edit. */
function setEdit(edits: Map<string, number>, { figure }: Field, value: number | undefined): void {
  if (value === undefined || value === figure.value) edits.delete(figure.name);
  else edits.set(figure.name, value);
}

function isSame(one: Edits, other: Edits): boolean {
  return one.size === other.size && [...one].every(([name, value]) => other.get(name) === value);
}

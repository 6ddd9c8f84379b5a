import type { StudyData } from '../../tco/model/study-data.ts';
import type { StudyOutcome } from '../../tco/model/study-outcome.ts';
import { chartsByKind, listed, type TcoCharts } from './charts/charts-of.ts';
import { noPictures, type Pictures } from './figure-html.ts';
import type { Markup } from './html.ts';
import type { ChartsOf, PagePart, PartsOf } from './page-contract.ts';
import { answerPart } from './parts/answer.ts';
import { cashPart } from './parts/cash.ts';
import { figuresPart } from './parts/figures.ts';
import { costPart, fleetPart } from './parts/options.ts';
import { sensitivityPart } from './parts/sensitivity.ts';
import { simulationPart } from './parts/simulation.ts';
import { throughputPart } from './parts/throughputs.ts';
import { volumePart } from './parts/volume.ts';
import { type TcoView, viewOf } from './view.ts';

/** All that follows from the figures of a study, with the places of its charts empty. */
export const partsOf: PartsOf = (study, outcome) => {
  const { view, charts } = drawn(study, outcome);
  return partsWith(view, charts, noPictures);
};

/** The specifications of all charts of the page. */
export const chartsOf: ChartsOf = (study: StudyData, outcome: StudyOutcome) => listed(drawn(study, outcome).charts);

interface Drawn {
  readonly study: StudyData;
  readonly view: TcoView;
  readonly charts: TcoCharts;
}

/** Parts and charts of an outcome are asked for one after the other: what both rest on is computed once. */
const lately = new WeakMap<StudyOutcome, Drawn>();

function drawn(study: StudyData, outcome: StudyOutcome): Drawn {
  const known = lately.get(outcome);
  if (known?.study === study) return known;
  const view = viewOf(study, outcome);
  const made = { study, view, charts: chartsByKind(view) };
  lately.set(outcome, made);
  return made;
}

/** The same parts with pictures in the places of the charts. */
export function partsWith(view: TcoView, charts: TcoCharts, pictures: Pictures): PagePart[] {
  return [
    part('answer', answerPart(view), 'partly'),
    part('fleet', fleetPart(view, charts, pictures)),
    part('cost', costPart(view, charts, pictures)),
    part('cash', cashPart(view, charts, pictures)),
    part('volume', volumePart(view, charts, pictures)),
    part('figures', figuresPart(view)),
    part('sensitivity', sensitivityPart(view, charts, pictures)),
    part('simulation', simulationPart(view, charts, pictures), 'only'),
    part('throughputs', throughputPart(view)),
  ];
}

function part(id: string, markup: Markup, simulation: PagePart['simulation'] = 'none'): PagePart {
  return { id, html: markup.toString(), simulation };
}

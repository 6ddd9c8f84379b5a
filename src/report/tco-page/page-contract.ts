import type { Config } from 'vega';
import type { StudyData } from '../../tco/model/study-data.ts';
import type { StudyOutcome } from '../../tco/model/study-outcome.ts';
import type { ChartSpec } from '../draw.ts';

/*
 * What the page of a purchase and the script in it agree on. The page is complete without the script; with it, assumptions become fields, and
 * what follows from them is made anew by the same functions that made the page.
 *
 * The script looks for
 * - `<script type="application/json" id="tco-data">`: a `TcoPageData`,
 * - `<script type="text/plain" id="tco-worker">`: the script of the worker that simulates,
 * - `[data-part=ID]`: the element whose content is the part of that id,
 * - `.plot[data-chart=ID]` inside a part: the place of a chart; a picture before the script runs, empty in what `partsOf` answers,
 * - `tr[data-figure=NAME]`: the row of an assumption (`Assumption.name`), with a cell `[data-value]` that holds its value,
 * - `[data-edit-status]`: where the script says what was edited; empty before,
 * - `[data-live-downloads]`: where it puts what can be saved of the figures as they stand; empty before.
 * Elements with the class `when-live` are hidden (attribute `hidden`) until the script runs.
 */

/** What the script computes from. */
export interface TcoPageData {
  readonly study: StudyData;
  /** How the simulation was drawn; null: there was none. */
  readonly simulation: { readonly draws: number; readonly seed: number } | null;
  /** Of the charts. */
  readonly theme: Config;
}

/** A piece of the page that follows from the figures. */
export interface PagePart {
  readonly id: string;
  /** Markup in which every text of the study is escaped; the places of charts are empty. */
  readonly html: string;
  /** Whether it shows what was simulated: it is marked as outdated while the simulation is being drawn anew. */
  readonly needsSimulation: boolean;
}

/** Makes all parts of the page. */
export type PartsOf = (study: StudyData, outcome: StudyOutcome) => readonly PagePart[];

/** Specifies all charts of the page, by the ids of their places. */
export type ChartsOf = (
  study: StudyData,
  outcome: StudyOutcome,
) => readonly { readonly id: string; readonly spec: ChartSpec }[];

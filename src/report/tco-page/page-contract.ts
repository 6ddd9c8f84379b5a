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
 * - `<script type="text/plain" id="tco-worker">`: the script of the worker that simulates (the policy allows `worker-src blob:`),
 * - `[data-part=ID]`: the element whose content is the part of that id,
 * - `.plot[data-chart=ID]` inside a part: the place of a chart; a picture before the script runs, empty in what `PartsOf` answers,
 * - `tr[data-figure=NAME]`: the row of an assumption (`Assumption.name`), not inside a part, with a cell `[data-value]` that holds its value,
 *   and one each `[data-range]` and `[data-source]`,
 * - `[data-edit-status]`: where the script says what was edited; empty before, and hidden,
 * - `a[data-file=ID]`: what can be saved, see `savedFiles`; it then saves the figures as they stand,
 * - `[data-belongs-to-file]`: a section that does not follow the figures, such as the claims; the script says so.
 * Elements with the class `when-live` have the attribute `hidden` until the script runs.
 */

/** What the script computes from. */
export interface TcoPageData {
  readonly study: StudyData;
  /** What the page shows before anything is edited. */
  readonly outcome: StudyOutcome;
  /** How the simulation was drawn; null: there was none. */
  readonly simulation: { readonly draws: number; readonly seed: number } | null;
  /** Of the charts. */
  readonly theme: Config;
}

/** A piece of the page that follows from the figures. */
export interface PagePart {
  readonly id: string;
  /** Markup in which every text of the study is escaped; the places of charts are empty. No attribute `style`: the page's policy refuses it. */
  readonly html: string;
  /**
   * What it shows of the simulation, which takes longer than the rest. `partly`: it is first made without one (`simulation: null`, the same with
   * the confidence), then with it. `only`: it stays as it is, marked as outdated, until the simulation has been drawn anew.
   */
  readonly simulation: 'none' | 'partly' | 'only';
}

/** Makes all parts of the page. */
export type PartsOf = (study: StudyData, outcome: StudyOutcome) => readonly PagePart[];

/** Specifies all charts of the page, by the ids of their places. */
export type ChartsOf = (
  study: StudyData,
  outcome: StudyOutcome,
) => readonly { readonly id: string; readonly spec: ChartSpec }[];

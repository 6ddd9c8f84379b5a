import type { HardwareProfile } from '../hardware/profile.ts';
import type { PublishedFigure } from '../hardware/published.ts';
import type { Case, Run } from '../results/run.ts';
import { median } from '../stats/moments.ts';
import { type Evidence, evidenceOf, secondsOf } from './evidence.ts';
import { groupBy } from './group-by.ts';
import type { ModelCost } from './known-models.ts';
import { type CaseFigure, figureOfCase, type NoRow, varianceOf } from './own-case.ts';
import { deviceOf } from './own-device.ts';
import { costOfCase } from './own-model.ts';

/** A row of one's own measurements that projections rest on: a cell, and the cases of which it is the median. */
export interface OwnRow {
  readonly stack: string;
  /** Id of the profile that it is of. */
  readonly profile: string;
  readonly model: string;
  readonly precision: string;
  readonly scenario: Evidence['scenario'];
  readonly unit: PublishedFigure['unit'];
  readonly value: number;
  /** Of ln(value); null: a single round shows none. */
  readonly deviation: number | null;
  readonly cases: readonly { readonly run: string; readonly case: string; readonly value: number }[];
}

/** A case of a result that nothing rests on; `case` null: the whole run. */
export interface LeftOutCase extends NoRow {
  readonly run: string;
  readonly case: string | null;
}

/** What one's own results come to: every measured case is in a row or left out. */
export interface OwnEvidence {
  readonly evidence: readonly Evidence[];
  readonly rows: readonly OwnRow[];
  readonly leftOut: readonly LeftOutCase[];
}

interface OwnCase {
  readonly run: Run;
  readonly one: Case;
  readonly figure: CaseFigure;
  readonly profile: HardwareProfile;
  readonly model: ModelCost;
}

/**
 * Measured cases of results as evidence, each under its own stack: figures of one stack say nothing of another. A case that was measured in
 * several results is one row, the median; of cases of one cell that differ in settings (batch size, threads, fusion) the best stands for it.
 * @param publishedAs Names of workloads among published figures, of those that are the very same model.
 */
export function ownEvidence(
  runs: readonly Run[],
  profiles: readonly HardwareProfile[],
  publishedAs: ReadonlyMap<string, string>,
): OwnEvidence {
  const leftOut: LeftOutCase[] = [];
  const cases = runs.flatMap((run) =>
    run.cases
      .filter(({ provenance }) => provenance === 'measured')
      .flatMap((one): OwnCase[] => {
        const judged = judge(one, run, profiles, publishedAs);
        if (!('code' in judged)) return [judged];
        leftOut.push({ run: run.runId, case: one.id, ...judged });
        return [];
      }),
  );
  const kept = ofOneModel(cases, leftOut);
  const taken = [...groupBy(kept, cellOf).values()].flatMap((members) => rowOfCell(members, leftOut));
  return { evidence: taken.map(({ evidence }) => evidence), rows: taken.map(({ row }) => row), leftOut };
}

function judge(
  one: Case,
  run: Run,
  profiles: readonly HardwareProfile[],
  publishedAs: ReadonlyMap<string, string>,
): OwnCase | NoRow {
  const figure = figureOfCase(one);
  if ('code' in figure) return figure;
  const { precision } = one.axes;
  if (precision === 'int8_dynamic') {
    return { code: 'NO_PEAK', reason: 'it works out the scales of its 8-bit integers as it runs, which no peak is of' };
  }
  const model = costOfCase(one, publishedAs);
  if ('code' in model) return model;
  const profile = deviceOf(one, run, profiles);
  if ('code' in profile) return profile;
  const own: OwnCase = { run, one, figure, profile, model };
  const judged = evidenceOf(publishedLike([own]), { profile, model, precision, scenario: figure.scenario });
  if (!('code' in judged)) return own;
  if (judged.code === 'NO_PEAK') return { code: 'NO_PEAK', reason: judged.reason };
  const reason = `its figure ${judged.reason.split(':')[0]}: the profile ${profile.id} is not of this machine, or was measured while it was busy`;
  return { code: 'ABOVE_PEAK', reason };
}

/** Workloads of one name that do not cost the same are several models: that of the newest result stands. */
function ofOneModel(cases: readonly OwnCase[], leftOut: LeftOutCase[]): OwnCase[] {
  return [...groupBy(cases, ({ model }) => model.id).values()].flatMap((members) => {
    const newest = members.reduce((a, b) => (b.run.startedAt > a.run.startedAt ? b : a));
    const { operationsPerItem, parameters } = newest.model;
    return members.flatMap((own): OwnCase[] => {
      const isSame = own.model.operationsPerItem === operationsPerItem && own.model.parameters === parameters;
      // Its kind is told by an optimised graph, which differs with the precision: one of them stands for all.
      if (isSame) return [{ ...own, model: newest.model }];
      const why = `${own.one.workload} of this result is another model (${own.model.operationsPerItem} operations an item) than that of the newest, ${newest.run.runId} (${operationsPerItem})`;
      leftOut.push({ run: own.run.runId, case: own.one.id, code: 'OTHER_MODEL', reason: why });
      return [];
    });
  });
}

function cellOf({ one, figure, profile, model }: OwnCase): string {
  return JSON.stringify([one.stack, profile.id, model.id, one.axes.precision, figure.scenario]);
}

function rowOfCell(cell: readonly OwnCase[], leftOut: LeftOutCase[]): { evidence: Evidence; row: OwnRow }[] {
  const settings = [...groupBy(cell, ({ one }) => one.key).values()];
  const secondsOfAll = (members: readonly OwnCase[]) =>
    medianOf(members.map(({ figure, model }) => secondsOf(figure, model)));
  const best = settings.reduce((a, b) => (secondsOfAll(b) < secondsOfAll(a) ? b : a));
  const [first] = best;
  if (first === undefined) return [];
  for (const { run, one } of settings.filter((members) => members !== best).flat()) {
    const reason = `${first.one.id} is faster and stands for the cell: other settings of the same`;
    leftOut.push({ run: run.runId, case: one.id, code: 'BETTER_SETTINGS', reason });
  }
  const { profile, model, one } = first;
  const { precision } = one.axes;
  const figure = publishedLike(best);
  const judged = evidenceOf(figure, { profile, model, precision, scenario: first.figure.scenario });
  if ('code' in judged) throw new RangeError(`Expected evidence of figures that are each, got ${judged.reason}.`);
  const deviation = deviationOf(best.map((own) => own.figure));
  const cases = best.map((own) => ({ run: own.run.runId, case: own.one.id, value: own.figure.value }));
  const { unit, value, stack } = figure;
  return [
    {
      evidence: { ...judged, measured: { deviation } },
      row: {
        ...{ stack, profile: profile.id, model: figure.model, precision, scenario: judged.scenario },
        ...{ unit, value, deviation, cases },
      },
    },
  ];
}

/** The figure that results of one case come to, in the words of published ones. */
function publishedLike(members: readonly OwnCase[]): PublishedFigure {
  const [first] = members;
  if (first === undefined) throw new RangeError('Expected a measured case, got none.');
  const { one, figure, profile, model } = first;
  const values = members.map((own) => own.figure.value);
  const several = values.length > 1;
  return {
    stack: one.stack,
    software: null,
    model: model.id,
    scenario: figure.scenario,
    accelerator: profile.id,
    precision: one.axes.precision,
    batchSize: figure.scenario === 'Offline' ? one.axes.batchSize : null,
    unit: figure.unit,
    value: medianOf(values),
    low: several ? Math.min(...values) : null,
    high: several ? Math.max(...values) : null,
    results: values.length,
    rounds: [],
    source: `measured: ${members.map(({ run }) => run.runId).join(', ')}, ${one.id}`,
  };
}

/**
 * Of the logarithm of the mean of several results: what their rounds show, or what they differ by where that is more; of one what its rounds show.
 */
function deviationOf(figures: readonly CaseFigure[]): number | null {
  const count = figures.length;
  const known = figures.flatMap(({ deviation }) => (deviation === null ? [] : [deviation ** 2]));
  const within = known.length === 0 ? 0 : known.reduce((sum, one) => sum + one, 0) / known.length;
  if (count === 1) return known.length === 0 ? null : Math.sqrt(within);
  const between = varianceOf(figures.map(({ value }) => Math.log(value)));
  return Math.sqrt(Math.max(within, between) / count);
}

function medianOf(values: readonly number[]): number {
  return median(Float64Array.from(values).sort());
}

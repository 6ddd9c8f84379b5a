import { dirname } from 'node:path';
import { invalidFile, problemLine, readCheckedFile } from '../kernel/checked-file.ts';
import type { Problem } from '../kernel/schema-problems.ts';
import { type Path, pathText } from '../kernel/value-path.ts';
import { claimsOf } from './claims.ts';
import { commonFindings, joinCommon } from './in-common.ts';
import type { ClaimsData } from './model/claims-data.ts';
import { type Distribution, lognormalOf } from './model/distribution.ts';
import type { Assumption, StudyData, ThroughputOrigin } from './model/study-data.ts';
import { joinSameThroughputs } from './same-throughput.ts';
import { settleStudy } from './settle-study.ts';
import { figuresOf, numberIn, type PlacedFigure } from './study-figures.ts';
import { studyFindings } from './study-findings.ts';
import { leftOutOf } from './study-left-out.ts';
import { modelOf } from './study-model.ts';
import {
  type SettledStudy,
  type SettledThroughput,
  type StudyFile,
  simulationOf,
  studySchema,
} from './study-schema.ts';
import { type StudySources, studySources } from './study-sources.ts';

/** A study that has been read and checked, with the file that it is from. */
export interface Study extends StudyData {
  readonly path: string;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
  /** What it judges, and by what; null: nothing. */
  readonly claims: ClaimsData | null;
}

/** What a study is read with beside its file. */
export interface StudyContext {
  /** ISO date: no price is of a later one. */
  readonly today: string;
  /** What the study may refer to: profiles, prices, published figures, projections, runs. */
  readonly sources: StudySources;
}

const studyKind = { what: 'study', code: 'STUDY' } as const;

/** Reads a study and checks it. Throws `STUDY_NOT_FOUND`, `STUDY_UNREADABLE` and `STUDY_INVALID` with file, line and column. */
export function readStudy(path: string, given: Partial<StudyContext> = {}): Study {
  const { value: file, where, sha256 } = readCheckedFile(path, studySchema, studyKind);
  const context = {
    today: new Date().toISOString().slice(0, 10),
    sources: studySources({ folder: dirname(path) }),
    ...given,
  };
  const faultless = <T>(made: { readonly data: T } | { readonly problems: readonly Problem[] }): T => {
    if ('data' in made) return made.data;
    const lines = made.problems.map((one) => problemLine(where(one.path, one.part), one.path, one.message));
    throw invalidFile(path, studyKind, lines);
  };
  const data = faultless(studyOf(file, (at) => where(at, 'value'), context));
  const claims = faultless(
    claimsOf(file, ({ file: varied, inFile }) => studyOf(varied, (at) => where(inFile(at), 'value'), context)),
  );
  return { path, sha256, ...data, claims };
}

/** The study that the content of a file makes, or all that is wrong with it. `where` tells the place of a figure in the file. */
export function studyOf(
  file: StudyFile,
  where: (path: Path) => string,
  { today, sources }: StudyContext,
): { readonly data: StudyData } | { readonly problems: readonly Problem[] } {
  const settled = settleStudy(file, sources);
  if ('problems' in settled) return settled;
  const { study } = settled;
  const problems = [...studyFindings(study, today), ...commonFindings(file)];
  if (problems.length > 0) return { problems };
  const figures = figuresOf(study)
    .filter(({ places }) => places.length > 0)
    .map((placed) => assumptionOf(placed, where(placeInFile(placed.path, file)), study));
  const assumptions = joinCommon(joinSameThroughputs(figures, file), file);
  const data: StudyData = {
    name: file.name,
    currency: file.currency,
    date: file.date,
    model: modelOf(study, assumptions),
    assumptions: assumptions.toSorted((one, other) => Number(one.source !== null) - Number(other.source !== null)),
    throughputs: Object.fromEntries(study.options.map(({ name, throughput }) => [name, originOf(throughput)])),
    horizonYears: file.horizon_years,
    baseline: file.baseline ?? file.options[0]?.name ?? '',
    leftOut: leftOutOf(study),
    latencyLimitSeconds: file.demand.latency_limit_ms === undefined ? null : file.demand.latency_limit_ms / 1_000,
    simulation: simulationOf(file),
  };
  return { data };
}

/** Of a throughput that was taken from somewhere: the words that say from where. */
function placeInFile(path: Path, { options }: StudyFile): Path {
  if (path[0] !== 'options' || path.at(-1) !== 'items_per_second') return path;
  const throughput = options[Number(path[1])]?.throughput;
  const kind = (['result', 'published', 'projection'] as const).find((one) => throughput?.[one] !== undefined);
  return kind === undefined ? path : [...path.slice(0, -1), kind];
}

function originOf({ provenance, source, caveats }: SettledThroughput): ThroughputOrigin {
  return { provenance, source, ...(caveats.length === 0 ? {} : { caveat: `${caveats.join('; ')}.` }) };
}

function assumptionOf(
  { figure, path, places, rule, owner }: PlacedFigure,
  where: string,
  file: SettledStudy,
): Assumption {
  const value = numberIn(figure);
  const { least, most, title, isShare } = rule;
  const unit = rule.unit.replace('¤', file.currency);
  const base = { name: pathText(path), title, owner, unit, isShare, where, value, least, most, places };
  if (typeof figure === 'number') {
    return { ...base, distribution: null, low: null, high: null, source: throughputSource(path, file), date: null };
  }
  const { low = null, high = null, shape = 'triangular' } = figure;
  return {
    ...base,
    distribution: low === null || high === null ? null : distributionOf(shape, low, value, high),
    low,
    high,
    source: figure.source ?? throughputSource(path, file),
    date: 'amount' in figure ? (figure.date ?? file.date) : null,
  };
}

/** A throughput rests on the source that stands beside it. */
function throughputSource(path: PlacedFigure['path'], file: SettledStudy): string | null {
  const [list, index, , key] = path;
  if (list !== 'options' || key !== 'items_per_second') return null;
  return file.options[Number(index)]?.throughput.source ?? null;
}

function distributionOf(shape: Distribution['kind'], low: number, mode: number, high: number): Distribution {
  if (shape === 'lognormal') return lognormalOf(low, high);
  return shape === 'uniform' ? { kind: 'uniform', low, high } : { kind: 'triangular', low, mode, high };
}

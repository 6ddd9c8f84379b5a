import { invalidFile, problemLine, readCheckedFile } from '../kernel/checked-file.ts';
import { pathText } from '../kernel/value-path.ts';
import type { StudyModel } from './model/bound-study.ts';
import type { CloudOption } from './model/cloud.ts';
import { type Distribution, lognormalOf } from './model/distribution.ts';
import type { OwnedOption } from './model/owned.ts';
import type { Spares } from './model/spares.ts';
import type { Assumption, StudyData } from './model/study-data.ts';
import { figuresOf, numberIn, type PlacedFigure } from './study-figures.ts';
import { studyFindings } from './study-findings.ts';
import { leftOutOf } from './study-left-out.ts';
import { type CloudFile, type OwnFile, type StudyFile, studySchema } from './study-schema.ts';

/** A study that has been read and checked, with the file that it is from. */
export interface Study extends StudyData {
  readonly path: string;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
}

const studyKind = { what: 'study', code: 'STUDY' } as const;

/** Reads a study and checks it. Throws `STUDY_NOT_FOUND`, `STUDY_UNREADABLE` and `STUDY_INVALID` with file, line and column. */
export function readStudy(path: string, today = new Date().toISOString().slice(0, 10)): Study {
  const { value: file, where, sha256 } = readCheckedFile(path, studySchema, studyKind);
  const findings = studyFindings(file, today);
  if (findings.length > 0) {
    const lines = findings.map((one) => problemLine(where(one.path, one.part), one.path, one.message));
    throw invalidFile(path, studyKind, lines);
  }
  const assumptions = figuresOf(file)
    .filter(({ places }) => places.length > 0)
    .map((placed) => assumptionOf(placed, where(placed.path, 'value'), file));
  return {
    path,
    sha256,
    name: file.name,
    currency: file.currency,
    date: file.date,
    model: modelOf(file, assumptions),
    assumptions: assumptions.toSorted((one, other) => Number(one.source !== null) - Number(other.source !== null)),
    throughputs: Object.fromEntries(
      file.options.map(({ name, throughput: { provenance, source } }) => [name, { provenance, source }]),
    ),
    horizonYears: file.horizon_years,
    baseline: file.baseline ?? file.options[0]?.name ?? '',
    leftOut: leftOutOf(file),
    latencyLimitSeconds: file.demand.latency_limit_ms === undefined ? null : file.demand.latency_limit_ms / 1_000,
    simulation: { draws: file.simulation?.draws ?? 100_000, seed: file.simulation?.seed ?? 1 },
  };
}

function assumptionOf({ figure, path, places, rule, owner }: PlacedFigure, where: string, file: StudyFile): Assumption {
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
function throughputSource(path: PlacedFigure['path'], file: StudyFile): string | null {
  const [list, index, , key] = path;
  if (list !== 'options' || key !== 'items_per_second') return null;
  return file.options[Number(index)]?.throughput.source ?? null;
}

function distributionOf(shape: Distribution['kind'], low: number, mode: number, high: number): Distribution {
  if (shape === 'lognormal') return lognormalOf(low, high);
  return shape === 'uniform' ? { kind: 'uniform', low, high } : { kind: 'triangular', low, mode, high };
}

/** The model with every figure at its place; what the file leaves out is not counted: zero, or null where zero would be a claim. */
function modelOf(file: StudyFile, assumptions: readonly Assumption[]): StudyModel {
  const options = file.options.map((option) =>
    option.kind === 'own' ? emptyOwned(option, file.horizon_years) : emptyCloud(option, file.horizon_years),
  );
  const demand = { requestsPerDay: 0, growthPerYear: 0, peakToAverage: 1, itemsPerRequest: 1 };
  const model: StudyModel = { demand, discountRate: 0, options };
  for (const { value, places } of assumptions) for (const place of places) put(model, place, value);
  return model;
}

function put(model: StudyModel, place: readonly string[], value: number): void {
  let holder: unknown = model;
  for (const key of place.slice(0, -1)) {
    holder = Array.isArray(holder)
      ? holder.find((one: { name: string }) => one.name === key)
      : (holder as Record<string, unknown>)[key];
  }
  (holder as Record<string, number>)[place.at(-1) ?? ''] = value;
}

function emptyOwned(option: OwnFile, lifeYears: number): OwnedOption {
  return {
    kind: 'owned',
    name: option.name,
    lifeYears,
    throughput: { itemsPerSecond: 0, maxUtilisation: 0 },
    reserve: {
      redundantMachines: option.redundant_machines ?? 0,
      spares: sparesOf(option.spares),
      sparesAre: option.spares_are ?? 'cold',
    },
    capital: {
      acceleratorPrice: 0,
      acceleratorsPerMachine: option.machine.accelerators,
      serverOverhead: 0,
      hostPrice: 0,
      networkShare: 0,
      installationPerMachine: 0,
      installation: 0,
      residualShare: 0,
      embodiedKilograms: null,
    },
    power: { idleWatts: 0, loadWatts: 0, provisionedWatts: 0 },
    facility: {
      powerUsageEffectiveness: 1,
      electricityPrice: 0,
      electricityEscalation: 0,
      gramsPerKilowattHour: null,
      colocationPerKilowattMonth: 0,
      sitePerKilowatt: 0,
    },
    running: {
      maintenanceShare: 0,
      staffPerMachine: 0,
      staffCost: 0,
      connectivityPerMachine: 0,
      licencesPerMachine: 0,
    },
    failures: { annualRate: 0, warrantyYears: option.failures?.warranty_years ?? 0 },
  };
}

function sparesOf(spares: OwnFile['spares']): Spares {
  if (spares === undefined) return { rule: 'count', machines: 0 };
  if ('machines' in spares) return { rule: 'count', machines: spares.machines };
  if ('share' in spares) return { rule: 'share', share: spares.share };
  return { rule: spares.rule, leadTimeDays: spares.lead_time_days, confidence: spares.confidence };
}

function emptyCloud(option: CloudFile, lifeYears: number): CloudOption {
  const { commitment } = option;
  return {
    kind: 'cloud',
    name: option.name,
    lifeYears,
    throughput: { itemsPerSecond: 0, maxUtilisation: 0 },
    redundantMachines: option.redundant_machines ?? 0,
    scaling: option.scaling,
    onDemandPrice: 0,
    commitment:
      commitment === undefined
        ? null
        : {
            machines: commitment.machines,
            price: 0,
            upfrontShare: commitment.upfront_share,
            termYears: commitment.term_years,
          },
    spot: option.spot === undefined ? null : { share: 0, price: 0, unavailableShare: 0 },
    traffic: { egressGigabytesPerRequest: 0, egressPrice: 0, storageCost: 0 },
  };
}

import type { HardwareProfile } from '../hardware/profile.ts';
import type { PublishedFigure } from '../hardware/published.ts';
import type { Roof } from './bound.ts';
import { type Cell, idealSeconds, roofOf, type Scenario } from './cell.ts';
import { groupBy } from './group-by.ts';
import { knownModel, type ModelCost } from './known-models.ts';
import { isPeakPrecision } from './usable-peak.ts';

/** A figure that projections can rest on: published, or measured by oneself. */
export interface Evidence extends Cell {
  readonly figure: PublishedFigure;
  /** Of one's own measurements: the deviation of ln(figure) that its rounds and repetitions show; null: one round, which shows none. */
  readonly measured?: { readonly deviation: number | null };
  /** Seconds an item, or of a query on its own. */
  readonly seconds: number;
  /** ln of the share of the roof that was reached. */
  readonly logEfficiency: number;
}

/** A figure that nothing can rest on, and why. */
export interface Rejected {
  readonly figure: PublishedFigure;
  readonly code: 'NO_PROFILE' | 'NO_PRECISION' | 'NO_PEAK' | 'NO_COST' | 'NO_LENGTH' | 'ABOVE_PEAK' | 'BY_BATCH_SIZE';
  readonly reason: string;
}

/**
 * Splits published figures into what projections can rest on and what they cannot. A label that implies more operations a second than the
 * device's peak in that precision is wrong, whoever set it.
 */
export function sortEvidence(
  figures: readonly PublishedFigure[],
  profiles: readonly HardwareProfile[],
): { readonly evidence: readonly Evidence[]; readonly rejected: readonly Rejected[] } {
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  const evidence: Evidence[] = [];
  const rejected: Rejected[] = [];
  for (const figure of asScenarios(figures)) {
    const judged = judge(figure, byId.get(figure.accelerator));
    if ('code' in judged) rejected.push(judged);
    else evidence.push(judged);
  }
  return { evidence, rejected };
}

/** Frameworks are measured batch size by batch size: a batch this large stands for items that all wait. */
const manyTogether = 64;

/**
 * Figures by batch size as figures by scenario: the best of a series that goes far enough stands for Offline, its batch of one for
 * SingleStream. The rest of a series stays as it is. What a compiler such as XLA ran is a stack of its own.
 */
function asScenarios(figures: readonly PublishedFigure[]): PublishedFigure[] {
  const [batches, others] = [
    figures.filter(({ scenario }) => scenario === 'OfflineBatch'),
    figures.filter(({ scenario }) => scenario !== 'OfflineBatch'),
  ];
  const series = groupBy(batches, ({ stack, software, accelerator, model, precision }) =>
    JSON.stringify([stack, software, accelerator, model, precision]),
  );
  const stated = [...series.values()].flatMap((members) => {
    const best = members.reduce((a, b) => (b.value > a.value ? b : a));
    const goesFar = members.some(({ batchSize }) => (batchSize ?? 0) >= manyTogether);
    return members.map((figure): PublishedFigure => {
      const stack = figure.software?.includes('+XLA') === true ? `${figure.stack}+xla` : figure.stack;
      if (goesFar && figure === best) return { ...figure, stack, scenario: 'Offline' };
      if (figure.batchSize !== 1 || figure.unit !== 'samples/s per accelerator') return { ...figure, stack };
      return { ...figure, stack, scenario: 'SingleStream', unit: 'ms (p90)', value: 1e3 / figure.value };
    });
  });
  return [...others, ...stated];
}

function judge(figure: PublishedFigure, profile: HardwareProfile | undefined): Evidence | Rejected {
  const reject = (code: Rejected['code'], reason: string): Rejected => ({ figure, code, reason });
  const { scenario, precision } = figure;
  if (scenario === 'OfflineBatch') return reject('BY_BATCH_SIZE', 'another batch size stands for the scenario');
  if (profile === undefined) return reject('NO_PROFILE', `no hardware profile "${figure.accelerator}"`);
  if (precision === null) return reject('NO_PRECISION', 'the source does not say in which precision');
  const model = knownModel(figure.model);
  if (model === null) return reject('NO_COST', `nothing is known of what ${figure.model} costs`);
  if (figure.unit === 'sequences/s per accelerator') {
    return reject('NO_LENGTH', 'stated for several lengths of sequence without saying which');
  }
  return evidenceOf(figure, { profile, model, precision, scenario });
}

/** What a figure of a known device and cost comes to, or why nothing can rest on it. */
export function evidenceOf(
  figure: PublishedFigure,
  { profile, model, precision, scenario }: Pick<Cell, 'profile' | 'model' | 'scenario'> & { precision: string },
): Evidence | Rejected {
  const roof = isPeakPrecision(precision) ? roofOf({ profile, precision }) : null;
  if (roof === null || !isPeakPrecision(precision)) {
    return {
      figure,
      code: 'NO_PEAK',
      reason: `the profile ${profile.id} has no peak for ${precision}, or no bandwidth`,
    };
  }
  const seconds = secondsOf(figure, model);
  const above = abovePeak(figure, model, roof);
  if (above !== null) return { figure, code: 'ABOVE_PEAK', reason: above };
  const cell: Cell = { profile, model, precision, scenario, stack: figure.stack };
  return { ...cell, figure, seconds, logEfficiency: Math.log(idealSeconds(cell, roof) / seconds) };
}

/** Why a figure cannot be what its label says, whoever takes it; null where it can, or where that cannot be told. */
export function impossibleLabel(figure: PublishedFigure, profiles: readonly HardwareProfile[]): string | null {
  const profile = profiles.find(({ id }) => id === figure.accelerator);
  const model = knownModel(figure.model);
  const { precision, unit } = figure;
  if (profile === undefined || model === null || precision === null || unit === 'sequences/s per accelerator')
    return null;
  const roof = isPeakPrecision(precision) ? roofOf({ profile, precision }) : null;
  return roof === null ? null : abovePeak(figure, model, roof);
}

function abovePeak(figure: PublishedFigure, model: ModelCost, { peakOperationsPerSecond: peak }: Roof): string | null {
  const implied = model.operationsPerItem / secondsOf(figure, model);
  const tera = (value: number) => (value / 1e12).toPrecision(3);
  return implied <= peak
    ? null
    : `implies ${tera(implied)} TFLOP/s, more than the peak of ${tera(peak)} in ${figure.precision}: the label is wrong`;
}

/** Seconds an item of a figure in its own unit. Decoders are stated in tokens written or in items; both are taken as items. */
export function secondsOf({ unit, value }: Pick<PublishedFigure, 'unit' | 'value'>, model: ModelCost): number {
  if (unit === 'ms (p90)') return value / 1e3;
  return unit === 'tokens/s per accelerator' ? (model.decoding?.tokensWritten ?? 1) / value : 1 / value;
}

/** The inverse of `secondsOf`. */
export function inUnit(seconds: number, unit: PublishedFigure['unit'], model: ModelCost): number {
  if (unit === 'ms (p90)') return seconds * 1e3;
  return unit === 'tokens/s per accelerator' ? (model.decoding?.tokensWritten ?? 1) / seconds : 1 / seconds;
}

export function isScenario(text: string): text is Scenario {
  return text === 'Offline' || text === 'Server' || text === 'SingleStream';
}

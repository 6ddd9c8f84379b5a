import type { Effects } from '../stats/pooled-regression.ts';
import { type Cell, roofOf } from './cell.ts';
import { processNanometres } from './process-node.ts';

/** Throughput and the latency of a query on its own are told by two regressions: what bounds them is not the same. */
export type Regime = 'throughput' | 'latency';

export function regimeOf({ scenario }: Pick<Cell, 'scenario'>): Regime {
  return scenario === 'SingleStream' ? 'latency' : 'throughput';
}

/** Middling figures, which only say where a slope begins: 100 TFLOP/s, 400 operations a byte, half a watt a TFLOP/s at 8 nm. */
const middling = { peak: 100e12, operationsPerByte: 400, joulesPerOperation: 0.5e-12, nanometres: 8 };

/**
 * What the logarithm of the efficiency of a cell is made of, as effects of a pooled regression. The first word of an effect is its kind, which
 * has its prior below. Groups have a weight of 1, slopes the logarithm of a ratio:
 *
 * - `size`: the peak. A larger device is harder to fill.
 * - `balance`: bytes for each operation at the peak. With fewer, more of a model waits for memory.
 * - `power`: the joules that the design power leaves for an operation at the peak, by the process that the chip is made in. With fewer, the
 *   device clocks down before it reaches its peak.
 */
export function effectsOf(cell: Cell): Effects {
  const { profile, model, precision, scenario } = cell;
  const maker = `${profile.vendor} ${profile.kind}`;
  const generation = generationOf(profile.architecture);
  return new Map<string, number>([
    ['level', 1],
    [`model ${model.id}`, 1],
    [`maker ${maker}`, 1],
    [`scenario ${scenario}`, 1],
    [`precision ${precision}`, 1],
    [`modelScenario ${model.id} ${scenario}`, 1],
    [`modelPrecision ${model.id} ${precision}`, 1],
    [`makerModel ${maker} ${model.id}`, 1],
    [`makerScenario ${maker} ${scenario}`, 1],
    [`generation ${generation}`, 1],
    [`generationModel ${generation} ${model.id}`, 1],
    [`architecture ${profile.architecture}`, 1],
    [`architectureModel ${profile.architecture} ${model.id}`, 1],
    [`device ${profile.id}`, 1],
    [`deviceModel ${profile.id} ${model.id}`, 1],
    ...covariates(cell).flatMap(([name, value]): [string, number][] => [
      [`slope ${name}`, value],
      [`slopeModel ${name} ${model.id}`, value],
      [`slopeKind ${name} ${profile.kind}`, value],
      [`slopeScenario ${name} ${scenario}`, value],
    ]),
  ]);
}

function covariates(cell: Cell): readonly (readonly [string, number])[] {
  const { profile } = cell;
  const roof = roofOf(cell);
  if (roof === null) throw new RangeError(`Expected a cell with a roof, got ${profile.id} in ${cell.precision}.`);
  const { peakOperationsPerSecond: peak, bandwidthBytesPerSecond: bandwidth } = roof;
  const design = profile.powerWatts.design.value;
  const nanometres = processNanometres(profile.architecture) ?? middling.nanometres;
  return [
    ['size', Math.log(peak / middling.peak)],
    ['balance', Math.log((bandwidth / peak) * middling.operationsPerByte)],
    // A profile without its design power is taken as middling.
    [
      'power',
      design === null
        ? 0
        : Math.log((design * middling.nanometres) / (peak * middling.joulesPerOperation * nanometres)),
    ],
  ];
}

/** Architectures of one generation share most of their design: `Ampere` of `Ampere (GA100)`; processors by their matrix instructions. */
export function generationOf(architecture: string): string {
  if (architecture === 'Ice Lake-SP') return 'AVX512-VNNI';
  return architecture.includes('AMX') ? 'AMX' : (architecture.split(' ')[0] ?? architecture);
}

/**
 * How far effects of a kind are expected to lie from 0, as deviations of a natural logarithm: 0.1 is about a tenth. Round figures near
 * those of the highest predictive density with devices and architectures left out; docs/projection.md tells what that choice is worth.
 */
const deviations: Readonly<Record<Regime, Readonly<Record<string, number>>>> = {
  throughput: {
    level: 1,
    model: 0.3,
    maker: 0.3,
    scenario: 0.3,
    precision: 0.15,
    modelScenario: 0.15,
    modelPrecision: 0.15,
    makerModel: 0.15,
    makerScenario: 0.15,
    generation: 0.1,
    generationModel: 0.05,
    architecture: 0.1,
    architectureModel: 0.05,
    device: 0.02,
    deviceModel: 0.02,
    slope: 0.15,
    slopeModel: 0.08,
    slopeKind: 0.1,
    slopeScenario: 0.03,
  },
  latency: {
    level: 1,
    model: 0.2,
    maker: 0.3,
    scenario: 0,
    precision: 0.1,
    modelScenario: 0,
    modelPrecision: 0.1,
    makerModel: 0.1,
    makerScenario: 0,
    generation: 0.1,
    generationModel: 0.05,
    architecture: 0.1,
    architectureModel: 0.1,
    device: 0.05,
    deviceModel: 0.05,
    slope: 0.3,
    slopeModel: 0.2,
    slopeKind: 0.1,
    slopeScenario: 0,
  },
};

/** The prior variance of an effect of a regime, by its name. */
export function priorVariance(regime: Regime): (effect: string) => number {
  const ofRegime = deviations[regime];
  return (effect) => {
    const end = effect.indexOf(' ');
    const deviation = ofRegime[end === -1 ? effect : effect.slice(0, end)];
    if (deviation === undefined) throw new RangeError(`Expected an effect of a known kind, got "${effect}".`);
    return deviation ** 2;
  };
}

/**
 * Variance of a published figure about what its effects say: of a median of `results` results. Software of decoders became faster several
 * times over within few rounds, and under Server the latency bound of a round and the pains that were taken matter more.
 */
export function scatterVariance({ model, scenario }: Pick<Cell, 'model' | 'scenario'>, results: number): number {
  const ofOne = 0.15 ** 2 / results;
  const software = model.kind === 'decoder' ? 0.45 ** 2 : 0;
  const bound = scenario === 'Server' ? 0.15 ** 2 : 0;
  return 0.03 ** 2 + ofOne + software + bound;
}

import type { ExpectedDeviation } from '../stats/pooled-deviations.ts';
import type { Effects } from '../stats/pooled-regression.ts';
import { type Cell, roofOf } from './cell.ts';
import { processNanometres } from './process-node.ts';

/** Throughput and the latency of a query on its own are told by two regressions: what bounds them is not the same. */
export type Regime = 'throughput' | 'latency';

export function regimeOf({ scenario }: Pick<Cell, 'scenario'>): Regime {
  return scenario === 'SingleStream' ? 'latency' : 'throughput';
}

/**
 * How far effects of a kind are expected to lie from 0, as deviations of a natural logarithm (0.1 is about a tenth), before any figure was
 * seen: round figures, give or take a factor of e^0.5. The figures themselves then tell (`estimateDeviations`); those of another stack, or
 * without some device, tell anew.
 */
export const expectedDeviations: ReadonlyMap<string, ExpectedDeviation> = new Map([
  // What all have in common is anything.
  ['level', { around: 1, within: 0 }],
  ['model', { around: 0.3, within: 0.5 }],
  ['use', { around: 0.15, within: 0.5 }],
  ['architecture', { around: 0.1, within: 0.5 }],
  ['device', { around: 0.05, within: 0.5 }],
  ['software', { around: 0.3, within: 0.5 }],
  ['scatter', { around: 0.1, within: 0.5 }],
  ['server', { around: 0.15, within: 0.5 }],
  // Of one's own measurements: its weight is the deviation that was seen, which nothing else is to tell.
  ['measurement', { around: 1, within: 0 }],
]);

/**
 * What the logarithm of the efficiency of a cell is made of, as effects of a pooled regression. The first word of an effect is its kind, and
 * effects of a kind have one deviation:
 *
 * - `model`: the model.
 * - `use`: how maker, precision, load and model go together, and the slopes below.
 * - `architecture`: the architecture and its generation, by themselves and with model, precision and load.
 * - `device`: the device, by itself and with a model.
 * - `software`: of decoders alone, whose software became faster several times over within few rounds: how far it was for the model, on the
 *   architecture, in the entry of the device.
 *
 * Groups have a weight of 1, slopes the logarithm of a ratio.
 */
export function effectsOf(cell: Cell): Effects {
  const { profile, model, precision, scenario } = cell;
  const maker = `${profile.vendor} ${profile.kind}`;
  const generation = generationOf(profile.architecture);
  const groups = [
    'level',
    `model ${model.id}`,
    ...[maker, scenario, precision].map((one) => `use ${one}`),
    ...[scenario, precision].map((one) => `use ${model.id} ${one}`),
    ...[model.id, scenario, model.kind].map((one) => `use ${maker} ${one}`),
    ...[`generation ${generation}`, profile.architecture].flatMap((one) => [
      `architecture ${one}`,
      ...[model.id, precision, model.kind, scenario].map((other) => `architecture ${one} ${other}`),
    ]),
    `device ${profile.id}`,
    `device ${profile.id} ${model.id}`,
    ...(model.kind === 'decoder' ? [model.id, profile.architecture, `${profile.id} ${model.id}`] : []).map(
      (one) => `software ${one}`,
    ),
  ];
  const slopes = slopesOf(cell).flatMap(({ name, value, byModel }): [string, number][] => [
    [`use ${name}`, value],
    [`use ${name} ${profile.kind}`, value],
    ...(byModel ? [[`use ${name} ${model.id}`, value] as [string, number]] : []),
  ]);
  return new Map([...groups.map((group): [string, number] => [group, 1]), ...slopes]);
}

/** What a figure scatters by about what its effects say. Under Server the latency bound of a round and the pains that were taken matter, too. */
export function scatterOf({ scenario }: Pick<Cell, 'scenario'>): Effects {
  return new Map([['scatter', 1], ...(scenario === 'Server' ? [['server', 1] as const] : [])]);
}

/** Middling figures, which only say where a slope begins: 100 TFLOP/s, 400 operations a byte, half a watt a TFLOP/s at 8 nm. */
const middling = { peak: 100e12, operationsPerByte: 400, joulesPerOperation: 0.5e-12, nanometres: 8 };

interface Slope {
  readonly name: string;
  readonly value: number;
  /** Whether models differ in it. */
  readonly byModel: boolean;
}

/**
 * What carries over to devices that nobody has published of:
 *
 * - `balance`: bytes for each operation at the peak. With fewer, more of a model waits for memory.
 * - `power`: the joules that the design power leaves for an operation at the peak, by the process that the chip is made in. With fewer, the
 *   device clocks down before it reaches its peak.
 * - `size`: the peak, for a query on its own, which fills a smaller part of a larger device. Many items fill any.
 */
function slopesOf(cell: Cell): readonly Slope[] {
  const { profile } = cell;
  const roof = roofOf(cell);
  if (roof === null) throw new RangeError(`Expected a cell with a roof, got ${profile.id} in ${cell.precision}.`);
  const { peakOperationsPerSecond: peak, bandwidthBytesPerSecond: bandwidth } = roof;
  const design = profile.powerWatts.design.value;
  const nanometres = processNanometres(profile.architecture) ?? middling.nanometres;
  const balance = Math.log((bandwidth / peak) * middling.operationsPerByte);
  const scaled = peak * middling.joulesPerOperation * nanometres;
  // A profile without its design power is taken as middling.
  const power = design === null ? 0 : Math.log((design * middling.nanometres) / scaled);
  const both = [
    { name: 'balance', value: balance, byModel: true },
    { name: 'power', value: power, byModel: true },
  ];
  if (regimeOf(cell) === 'throughput') return both;
  return [...both, { name: 'size', value: Math.log(peak / middling.peak), byModel: false }];
}

/** Architectures of one generation share most of their design: `Ampere` of `Ampere (GA100)`; processors by their matrix instructions. */
export function generationOf(architecture: string): string {
  if (architecture === 'Ice Lake-SP') return 'AVX512-VNNI';
  return architecture.includes('AMX') ? 'AMX' : (architecture.split(' ')[0] ?? architecture);
}

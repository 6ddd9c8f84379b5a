import type { HardwareProfile } from '../hardware/profile.ts';
import { peakPrecisions } from '../hardware/profile-schema.ts';
import type { PublishedFigure } from '../hardware/published.ts';
import { nearest } from '../kernel/nearest.ts';
import { boundSecondsAlone, type Roof } from './bound.ts';
import { type Cell, idealSeconds, roofOf, scenarios } from './cell.ts';
import { regimeOf } from './effects.ts';
import { EfficiencyModel, type Nearness } from './efficiency-model.ts';
import { type Evidence, inUnit, isScenario } from './evidence.ts';
import { isGraphCost } from './graph-cost.ts';
import { knownModel, knownModels, type ModelCost } from './known-models.ts';
import { unknownModelRefusal } from './leave-model-out.ts';
import { memoryRefusal } from './memory-fit.ts';
import { isPeakPrecision } from './usable-peak.ts';

/** What a projection is asked for, in the words of published figures. */
export interface ProjectionRequest {
  readonly accelerator: string;
  readonly model: string;
  readonly scenario: string;
  readonly precision: string | null;
  readonly stack: string;
  /** Default: that of the published figures of the model and the scenario. */
  readonly unit?: string | undefined;
  /**
   * How many devices may hold the model together. Default: 8 where the unit is stated per accelerator, as figures of systems of several are;
   * otherwise 1.
   */
  readonly devices?: number | undefined;
}

/** The same for a model whose cost is given in place of a name, as `modelCostOf` counts it of a graph. */
export interface CostRequest extends Omit<ProjectionRequest, 'model'> {
  readonly cost: ModelCost;
}

export interface Projected {
  readonly value: number;
  /** The ends of the 90 % interval of a published figure. */
  readonly low: number;
  readonly high: number;
  readonly unit: PublishedFigure['unit'];
  /** Share of the roof that the value is. */
  readonly shareOfRoof: number;
  readonly nearest: Nearness;
  /** Devices that it rests on figures of this model of. */
  readonly modelDevices: number;
}

export interface Refused {
  /** Why, and what would help. */
  readonly refused: string;
  readonly code:
    | 'UNKNOWN_DEVICE'
    | 'UNKNOWN_MODEL'
    | 'UNKNOWN_SCENARIO'
    | 'UNKNOWN_UNIT'
    | 'NO_PRECISION'
    | 'NO_PEAK'
    | 'DOES_NOT_FIT'
    | 'OTHER_STACK'
    | 'NO_SUPPORT';
}

export type Projection = Projected | Refused;

/** A stack with figures of fewer devices than this says little of others. */
const fewestDevices = 3;
/** With fewer architectures than this nothing can be said of another one: none can be left out to see how far off it would be. */
const fewestArchitectures = 4;
/** Counts of operations of one model, by two ways of counting, differ by less than this share. */
const sameCost = 0.01;
/** An interval wider than this, times and divided by, answers nothing. */
const widestFactor = 3;

/** Projects throughput and latency to devices that nobody has measured, from what was published of others. */
export class Projector {
  readonly #profiles: ReadonlyMap<string, HardwareProfile>;
  readonly #evidence: readonly Evidence[];
  readonly #model: EfficiencyModel;

  /** `evidence` as `sortEvidence` makes it of published figures. */
  constructor(profiles: readonly HardwareProfile[], evidence: readonly Evidence[]) {
    const aliases = profiles.flatMap((profile) => profile.aliases.map((alias) => [alias, profile] as const));
    this.#profiles = new Map([...aliases, ...profiles.map((profile) => [profile.id, profile] as const)]);
    this.#evidence = evidence;
    this.#model = new EfficiencyModel(evidence);
  }

  /** A projection with its interval, or why there is none. Never throws for what a request says. */
  project(request: ProjectionRequest | CostRequest): Projection {
    const cell = this.#cellOf(request);
    if ('refused' in cell) return cell;
    const roof = roofOf(cell);
    if (roof === null) return refuse('NO_PEAK', noPeak(cell.profile, cell.precision));
    const unit = unitOf(request, cell);
    if (unit === null) {
      const expected = unitsOf(cell).join(' or ');
      return refuse('UNKNOWN_UNIT', `expected ${expected} for ${request.scenario}, got "${request.unit}"`);
    }
    const devices = request.devices ?? (request.unit?.endsWith('per accelerator') === true ? 8 : 1);
    const tooLarge = memoryRefusal(cell.profile, cell.model, cell.precision, devices);
    if (tooLarge !== null) return refuse('DOES_NOT_FIT', tooLarge);
    const unsupported = this.#unsupported(cell);
    if (unsupported !== null) return unsupported;

    const estimate = this.#model.estimate(cell);
    if (estimate === null) return refuse('OTHER_STACK', this.#noStack(cell.stack));
    if (!(estimate.halfWidth <= Math.log(widestFactor))) {
      const factor = Math.exp(estimate.halfWidth).toPrecision(2);
      return refuse(
        'NO_SUPPORT',
        `what is published is too far from it: the interval would be x/÷ ${factor}. A figure of ${cell.model.id} in ${cell.precision} on a device of the same architecture, run by ${cell.stack}, would help`,
      );
    }
    if (cell.scenario !== 'SingleStream' && estimate.mean > 0) {
      const share = Math.exp(estimate.mean).toPrecision(2);
      return refuse(
        'NO_SUPPORT',
        `what is published lets expect ${share} times what the peak of ${cell.profile.id} in ${cell.precision} allows: it does not carry over; a figure of any model in ${cell.precision} on it, run by ${cell.stack}, would help`,
      );
    }
    const passing = passingSeconds(cell, roof);
    const seconds = (logEfficiency: number) => idealSeconds(cell, roof) / Math.exp(logEfficiency);
    if (seconds(estimate.mean) < passing) {
      const most = Number((1 / passing).toPrecision(3));
      return refuse(
        'NO_SUPPORT',
        `memory bounds ${cell.model.id} to ${most} items/s on ${cell.profile.id}, less than the known models let expect: it is not bound alike; a figure of it on any device would help`,
      );
    }
    // No figure is faster than the peak: one that claims to be is no evidence either.
    const least = Math.max(passing, cell.model.operationsPerItem / roof.peakOperationsPerSecond);
    const value = (logEfficiency: number) => inUnit(Math.max(seconds(logEfficiency), least), unit, cell.model);
    const ends = [value(estimate.mean - estimate.halfWidth), value(estimate.mean + estimate.halfWidth)];
    return {
      value: value(estimate.mean),
      low: Math.min(...ends),
      high: Math.max(...ends),
      unit,
      shareOfRoof: roofSeconds(cell, roof) / seconds(estimate.mean),
      nearest: estimate.nearness,
      modelDevices: estimate.modelDevices,
    };
  }

  #cellOf(request: ProjectionRequest | CostRequest): Cell | Refused {
    const { accelerator, scenario, precision, stack } = request;
    const profile = this.#profiles.get(accelerator.trim().toLowerCase());
    if (profile === undefined) {
      return refuse(
        'UNKNOWN_DEVICE',
        `no hardware profile "${accelerator}"${similar(accelerator, [...this.#profiles.keys()])}; a profile with peaks, bandwidth and power would help`,
      );
    }
    const cost = 'cost' in request ? request.cost : (knownModel(request.model) ?? this.#ownModel(request.model));
    if (cost === null) return this.#unknownModel('model' in request ? request.model : '');
    if (!isScenario(scenario)) {
      return refuse('UNKNOWN_SCENARIO', `expected one of ${scenarios.join(', ')}, got "${scenario}"`);
    }
    if (precision === null)
      return refuse('NO_PRECISION', 'no precision is stated; one of the profile’s peaks is needed');
    if (!isPeakPrecision(precision)) {
      return refuse('NO_PEAK', `no profile states a peak for "${precision}"; known: ${peakPrecisions.join(', ')}`);
    }
    return { profile, model: cost, scenario, precision, stack };
  }

  /** A model of one's own measurements, by the name of its workload. */
  #ownModel(name: string): ModelCost | null {
    const own = this.#evidence.find(({ model }) => model.id === `graph:${name.trim()}` || model.id === name.trim());
    return own?.model ?? null;
  }

  #unknownModel(name: string): Refused {
    const own = this.#evidence.flatMap(({ model }) => (model.id.startsWith('graph:') ? [model.id.slice(6)] : []));
    const ids = [...knownModels.map(({ id }) => id), ...new Set(own)];
    return refuse(
      'UNKNOWN_MODEL',
      `nothing is known of what "${name}" costs${similar(name, ids)}; known: ${ids.join(', ')}`,
    );
  }

  #unsupported(cell: Cell): Refused | null {
    const another = this.#evidence.find(
      ({ stack, model }) =>
        stack === cell.stack &&
        model.id === cell.model.id &&
        Math.abs(model.operationsPerItem / cell.model.operationsPerItem - 1) > sameCost,
    );
    if (another !== undefined) {
      const [own, asked] = [another.model, cell.model].map(({ operationsPerItem }) => operationsPerItem);
      return refuse(
        'NO_SUPPORT',
        `what was measured as "${cell.model.id.replace('graph:', '')}" is another model: ${own} operations an item, this one ${asked}; a result of this one, or another name, would help`,
      );
    }
    const devices = this.#model.devices(cell);
    if (devices.length === 0) return refuse('OTHER_STACK', this.#noStack(cell.stack));
    const regime = cell.scenario === 'SingleStream' ? 'latencies' : 'throughput';
    const architectures = new Set(devices.map(({ architecture }) => architecture));
    const known = `of ${cell.stack}, ${regime} of ${devices.length} devices are known (${devices.map(({ id }) => id).join(', ')})`;
    if (devices.length < fewestDevices) {
      return refuse('NO_SUPPORT', `${known}, ${fewestDevices} are needed; other stacks say nothing of it`);
    }
    const { architecture } = cell.profile;
    if (architectures.size < fewestArchitectures && !architectures.has(architecture)) {
      return refuse(
        'NO_SUPPORT',
        `${known}, none of them ${architecture}; figures of ${fewestArchitectures} architectures, or of one ${architecture} device, would help`,
      );
    }
    const { vendor, kind } = cell.profile;
    if (!devices.some((one) => one.vendor === vendor && one.kind === kind)) {
      return refuse(
        'NO_SUPPORT',
        `of ${cell.stack}, nothing is known of any ${kind} of ${vendor}: how its software does cannot be told from that of others; a figure of any model on one would help`,
      );
    }
    const withFp32 = kindsWithFp32(cell, this.#evidence);
    if (cell.precision === 'fp32' && kind !== 'cpu' && !withFp32.has(kind)) {
      const whose =
        withFp32.size === 0 ? 'no figure in fp32 is known' : `fp32 is known of a ${[...withFp32].join(' and a ')} only`;
      return refuse(
        'NO_SUPPORT',
        `of ${cell.stack}, ${whose} (${regime}): a ${kind} has other units for fp32 than for narrower types, so that figures in those do not tell of it; a figure of any model in fp32 on a ${kind} would help`,
      );
    }
    const unknown = unknownModelRefusal(cell, this.#evidence);
    return unknown === null ? null : refuse('NO_SUPPORT', unknown);
  }

  #noStack(stack: string): string {
    const known = [...new Set(this.#evidence.map((one) => one.stack))].join(', ');
    return `nothing is known of the stack "${stack}"; known: ${known}. Figures do not carry over from one stack to another; ${fewestDevices} devices measured with it (--results) would help`;
  }
}

/** Kinds of the devices whose fp32 a stack has figures of, in the regime of a cell. */
function kindsWithFp32(cell: Cell, evidence: readonly Evidence[]): Set<HardwareProfile['kind']> {
  const alike = evidence.filter(
    (one) => one.stack === cell.stack && one.precision === 'fp32' && regimeOf(one) === regimeOf(cell),
  );
  return new Set(alike.map(({ profile }) => profile.kind));
}

function refuse(code: Refused['code'], refused: string): Refused {
  return { refused, code };
}

/** Seconds an item that its values take at least to pass through memory, where that was counted and items are many. */
function passingSeconds({ model, scenario }: Cell, roof: Roof): number {
  if (scenario === 'SingleStream' || !isGraphCost(model)) return 0;
  return (model.movedElementsPerItem * roof.bytesOfElement) / roof.bandwidthBytesPerSecond;
}

/** Seconds at the roof itself: of a query on its own without the fixed time before it, and at the whole peak. */
function roofSeconds(cell: Cell, roof: Roof): number {
  return cell.scenario === 'SingleStream' ? boundSecondsAlone(cell.model, roof) : idealSeconds(cell, roof);
}

/** Why a profile has no roof in a precision. */
export function noPeak(profile: HardwareProfile, precision: Cell['precision']): string {
  const stated = peakPrecisions.filter((name) => profile.peakOperationsPerSecond[name].value !== null);
  return profile.memory.bandwidthBytesPerSecond.value === null
    ? `the profile ${profile.id} states no memory bandwidth`
    : `the profile ${profile.id} states no peak for ${precision}; it has ${stated.join(', ')}`;
}

function unitsOf({ scenario, model }: { scenario: Cell['scenario']; model: ModelCost }): PublishedFigure['unit'][] {
  if (scenario === 'SingleStream') return ['ms (p90)'];
  const items = scenario === 'Server' ? ('queries/s per accelerator' as const) : ('samples/s per accelerator' as const);
  return model.decoding === null ? [items] : ['tokens/s per accelerator', items];
}

function unitOf({ unit }: Pick<ProjectionRequest, 'unit'>, cell: Cell): PublishedFigure['unit'] | null {
  const fitting = unitsOf(cell);
  if (unit === undefined) return fitting[0] ?? null;
  return fitting.find((one) => one === unit) ?? null;
}

function similar(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === null ? '' : ` (did you mean "${near}"?)`;
}

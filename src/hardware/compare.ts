import {
  type DerivedFigure,
  operationsPerJoule,
  operationsPerSecondPerPrice,
  ridgeOperationsPerByte,
} from './derived.ts';
import { headlinePrice, type Price } from './price.ts';
import type { Figure, HardwareProfile } from './profile.ts';
import { type Confidence, peakPrecisions } from './profile-schema.ts';

/** One figure of several devices, side by side. */
export interface ComparedFigure {
  /** Such as `peakOperationsPerSecond.fp16`. */
  readonly key: string;
  readonly title: string;
  /** Base unit of the values. */
  readonly unit: string;
  readonly group: 'figures' | 'derived' | 'prices';
  /** One for each device, in their order. */
  readonly cells: readonly ComparedCell[];
}

export interface ComparedCell {
  readonly value: number | null;
  /** To the first device; null where either is not known, and where prices are of different currencies. */
  readonly ratio: number | null;
  readonly confidence: Confidence;
  readonly source: string | null;
  readonly date: string | null;
  readonly note: string | null;
}

type Cell = Omit<ComparedCell, 'ratio'>;

/**
 * What devices state, side by side, with ratios to the first one. Figures that no device has are left out. Nothing in it was measured: peaks
 * are what data sheets promise.
 */
export function compareProfiles(profiles: readonly HardwareProfile[], prices: readonly Price[]): ComparedFigure[] {
  const stated = peakPrecisions.filter((name) =>
    profiles.some(({ peakOperationsPerSecond: peaks }) => peaks[name].value !== null),
  );
  const row = (
    key: string,
    title: string,
    unit: string,
    group: ComparedFigure['group'],
    cell: (profile: HardwareProfile) => Cell,
  ): ComparedFigure => ({ key, title, unit, group, cells: withRatios(profiles.map(cell)) });
  const figure = (key: string, title: string, unit: string, read: (profile: HardwareProfile) => Figure) =>
    row(key, title, unit, 'figures', read);
  const derived = (key: string, title: string, unit: string, read: (profile: HardwareProfile) => DerivedFigure) =>
    row(key, title, unit, 'derived', (profile) => ({ ...read(profile), source: null, date: null }));

  return [
    ...stated.map((name) =>
      figure(
        `peakOperationsPerSecond.${name}`,
        `${name} peak`,
        'operations/s',
        (one) => one.peakOperationsPerSecond[name],
      ),
    ),
    figure('memory.capacityBytes', 'memory', 'bytes', ({ memory }) => memory.capacityBytes),
    figure('memory.bandwidthBytesPerSecond', 'bandwidth', 'bytes/s', ({ memory }) => memory.bandwidthBytesPerSecond),
    figure('interconnectBytesPerSecond', 'interconnect', 'bytes/s', (one) => one.interconnectBytesPerSecond),
    figure('powerWatts.design', 'design power', 'W', ({ powerWatts }) => powerWatts.design),
    figure('powerWatts.idle', 'idle power', 'W', ({ powerWatts }) => powerWatts.idle),
    ...(['fp16', 'int8'] as const).flatMap((name) => [
      derived(`ridge.${name}`, `${name} ridge`, 'operations/byte', (one) => ridgeOperationsPerByte(one, name)),
      derived(`operationsPerJoule.${name}`, `${name}/joule`, 'operations/J', (one) => operationsPerJoule(one, name)),
    ]),
    ...priceRows(profiles, prices),
  ].filter(({ cells }) => cells.some(({ value }) => value !== null));
}

function priceRows(profiles: readonly HardwareProfile[], prices: readonly Price[]): ComparedFigure[] {
  const [bought, rented] = (['device', 'device_hour'] as const).map((per) =>
    profiles.map(({ id }) => headlinePrice(id, prices, per)),
  );
  const cellsOf = (found: readonly (Price | null)[]): ComparedCell[] => {
    const cells = withRatios(found.map(priceCell));
    // A ratio of euros to dollars would say nothing.
    return cells.map((cell, index) =>
      found[index]?.currency === found[0]?.currency ? cell : { ...cell, ratio: null },
    );
  };
  const unitOf = (found: readonly (Price | null)[]): string =>
    [...new Set(found.flatMap((price) => (price === null ? [] : [price.currency])))].join(' or ');
  const perPrice = profiles.map((profile, index): Cell => {
    const derived = operationsPerSecondPerPrice(profile, 'fp16', bought?.[index] ?? null);
    return { ...derived, source: null, date: null };
  });
  return [
    {
      key: 'price.device',
      title: 'to buy',
      unit: unitOf(bought ?? []),
      group: 'prices',
      cells: cellsOf(bought ?? []),
    },
    {
      key: 'price.hour',
      title: 'an hour',
      unit: unitOf(rented ?? []),
      group: 'prices',
      cells: cellsOf(rented ?? []),
    },
    {
      key: 'operationsPerSecondPerPrice.fp16',
      title: 'fp16/price',
      unit: `operations/s/${unitOf(bought ?? [])}`,
      group: 'prices',
      cells: withRatios(perPrice),
    },
  ];
}

function priceCell(price: Price | null): Cell {
  if (price === null) {
    return { value: null, confidence: 'unverified', source: null, date: null, note: 'no price is known' };
  }
  const { amount, confidence, source, date } = price;
  return { value: amount, confidence, source, date, note: describePrice(price) };
}

/** What a price is for, in words: `retail`, `8-GPU system /8, variant not stated`. */
export function describePrice({ profiles, kind, seller, offer, region, variantStated, note }: Price): string {
  const what = offer ?? `${kind.replaceAll('_', ' ')}${seller === null ? '' : `, ${seller}`}`;
  const unclear = profiles.length > 1 ? 'the source does not say which variant' : 'not of exactly this device';
  return [what, region, variantStated ? null : unclear, note].filter((part) => part !== null).join('; ');
}

function withRatios(cells: readonly Cell[]): ComparedCell[] {
  const first = cells[0]?.value ?? null;
  return cells.map((cell) => ({
    ...cell,
    ratio: first === null || first === 0 || cell.value === null ? null : cell.value / first,
  }));
}

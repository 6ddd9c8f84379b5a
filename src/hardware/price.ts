import type { PriceFile, PriceKind } from './price-schema.ts';
import type { Confidence } from './profile-schema.ts';

/** One price of a device, with what it rests on. */
export interface Price {
  /** The devices that it may be for; more than one where the source does not say which variant. */
  readonly profiles: readonly string[];
  readonly variantStated: boolean;
  readonly per: PriceFile['per'];
  readonly kind: PriceKind;
  readonly amount: number;
  readonly currency: string;
  readonly seller: string | null;
  /** The offer in the words of its source. */
  readonly offer: string | null;
  readonly region: string | null;
  /** null: undated. */
  readonly date: string | null;
  readonly source: string;
  readonly confidence: Confidence;
  readonly note: string | null;
  readonly file: string;
  readonly origin: 'built-in' | 'own';
}

/** A price of a checked price book with everything filled in. */
export function priceOf(price: PriceFile, currency: string, where: Pick<Price, 'file' | 'origin'>): Price {
  return {
    profiles: price.profiles,
    variantStated: price.variant_stated,
    per: price.per,
    kind: price.kind,
    amount: price.amount,
    currency,
    seller: price.seller ?? null,
    offer: price.offer ?? null,
    region: price.region ?? null,
    date: price.date,
    source: price.source,
    confidence: price.confidence,
    note: price.note ?? null,
    ...where,
  };
}

/** The prices of a device, to buy first, then by the hour; within each the user's own first, then the newest, undated ones last. */
export function pricesOf(id: string, prices: readonly Price[]): Price[] {
  return prices.filter(({ profiles }) => profiles.includes(id)).sort(byUse);
}

function byUse(a: Price, b: Price): number {
  const rank = ({ per, origin }: Price): number => (per === 'device' ? 0 : 2) + (origin === 'own' ? 0 : 1);
  return rank(a) - rank(b) || lastDay(b).localeCompare(lastDay(a));
}

function lastDay({ date }: Price): string {
  return date?.split('/').at(-1) ?? '';
}

/**
 * The price that a comparison takes: of those to buy (or by the hour, on demand) the user's own before others, then one whose variant
 * is stated, then the newest dated one. Shares of whole systems, used devices and estimates only where there is no other. null: none.
 */
export function headlinePrice(id: string, prices: readonly Price[], per: 'device' | 'device_hour'): Price | null {
  const preferred: readonly PriceKind[] = per === 'device' ? ['retail', 'list'] : ['on_demand'];
  const fitting = pricesOf(id, prices).filter((price) => price.per === per && price.kind !== 'cost');
  const score = (price: Price): number =>
    (price.origin === 'own' ? 8 : 0) +
    (preferred.includes(price.kind) ? 4 : 0) +
    (price.variantStated ? 2 : 0) +
    (price.date === null ? 0 : 1);
  // A stable sort: of equal ones the newest, which stands first already.
  return fitting.toSorted((a, b) => score(b) - score(a))[0] ?? null;
}

import * as z from 'zod';
import { confidences, dateText, profileId } from './profile-schema.ts';

/** What a price is for. `cost`: what the device costs its owner an hour, all in; nobody rents it out for that. */
export const priceKinds = [
  'list',
  'retail',
  'used',
  'system_share',
  'estimate',
  'on_demand',
  'reserved_1y',
  'reserved_3y',
  'spot',
  'cost',
] as const;
export type PriceKind = (typeof priceKinds)[number];

const price = z.strictObject({
  profiles: z.array(profileId).min(1).meta({ description: 'Ids of the devices that it may be for.' }),
  variant_stated: z
    .boolean()
    .meta({ description: 'Whether the source says which variant; false: one of them, it does not say which.' }),
  per: z
    .enum(['device', 'device_hour', 'instance_hour'])
    .meta({ description: 'What the amount buys. An instance may have several devices, or a part of one.' }),
  kind: z.enum(priceKinds),
  amount: z.number().positive(),
  seller: z.string().min(1).optional(),
  offer: z.string().min(1).optional().meta({ description: 'The offer in the words of the source.' }),
  region: z.string().min(1).optional(),
  date: z.union([dateText, z.null()], { error: 'expected a date such as 2025-03-04, or null for an undated price' }),
  source: z.string().min(1),
  confidence: z.enum(confidences).exclude(['measured']),
  note: z.string().min(1).optional(),
});

/** Prices of devices, to buy or to rent by the hour. */
export const priceBookSchema = z.strictObject({
  name: z.string().min(1),
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'expected the three letters of a currency, such as USD' }),
  prices: z.array(price),
});

export type PriceBookFile = z.infer<typeof priceBookSchema>;
export type PriceFile = z.infer<typeof price>;

/** The schema as JSON Schema, for editors: `schemas/price-book.schema.json`. */
export function priceBookJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(priceBookSchema, { io: 'input' }), title: 'Price book of Dyno' };
}

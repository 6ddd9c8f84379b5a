import * as z from 'zod';
import { priceKinds } from '../hardware/price-schema.ts';

export const dateText = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, {
  error: 'expected a date such as 2025-03-04, 2025-03 or "2025"',
});
export const currencyText = z.string().regex(/^[A-Z]{3}$/, {
  error: 'expected the three letters of a currency, such as USD',
});

/** How a figure that has ends is spread between them; of `lognormal` they are the ends of the 90 % interval. */
const shape = z.enum(['triangular', 'uniform', 'lognormal']);

/** Ends between which the figure may lie, and what it rests on. */
const doubts = {
  low: z.number().optional(),
  high: z.number().optional(),
  shape: shape.optional(),
  source: z.string().min(1).optional().meta({ description: 'Where it was read. Without it the figure is your guess.' }),
};

/** Stands for the value, the range and the source that Dyno knows of a figure; refused where it knows no good source. */
const defaultWord = z.literal('default');

/** A figure that is no money: `0.3`, or `{ value: 0.3, low: 0.1, high: 0.5, source: … }`, or `default`. */
export const figure = z.union([z.number(), z.strictObject({ value: z.number(), ...doubts }), defaultWord], {
  error: 'expected a number, a map with value, low, high and source, or default',
});

const amount = z.strictObject({
  amount: z.number(),
  currency: currencyText
    .optional()
    .meta({ description: 'Must be that of the study: convert it, and say so in the source.' }),
  date: dateText.optional().meta({ description: 'When it was asked; that of the study unless told.' }),
  ...doubts,
});

/** A price of the price books, which comes with its date and source: of the option's accelerator, one that all of these words fit. */
const bookPrice = z.strictObject({
  book: z.enum(priceKinds).meta({ description: 'Of which kind: list, retail, on_demand, reserved_3y, spot …' }),
  seller: z.string().min(1).optional(),
  offer: z.string().min(1).optional().meta({ description: 'A part of the words of the offer.' }),
  date: z.string().min(1).optional().meta({ description: 'Beginning of the date in the book, such as 2025-03.' }),
  amount: z.number().positive().optional().meta({ description: 'Where nothing else tells two of them apart.' }),
  low: z.number().optional(),
  high: z.number().optional(),
  shape: shape.optional(),
});

/** An amount of money: `{ amount: 15000, date: 2020-07, source: … }`, in the currency of the study; one of the book, or `default`. */
export const price = z.union([amount, bookPrice, defaultWord], {
  error: 'expected a map with amount, date and source, a map with book, or default',
});

export type FigureInFile = z.infer<typeof figure> | z.infer<typeof price>;

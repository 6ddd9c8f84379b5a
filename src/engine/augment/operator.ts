import type { Generator } from '../../stats/random.ts';
import type { Picture } from '../preprocess/picture.ts';
import type { catalogue, OperatorName } from './catalogue.ts';
import type { Drawn } from './specification.ts';

/**
 * The code of one operator. It makes a new picture and leaves the given ones as they are, or answers with the given one where it
 * has nothing to do. What it draws beside its parameters (the noise of each pixel, a field of shifts) comes from `random`.
 */
export type Implementation<Name extends OperatorName> = (
  picture: Picture,
  values: Drawn<(typeof catalogue)[Name]>,
  random: Generator,
  others: readonly Picture[],
) => Picture;

/** The code of some operators by name. */
export type Implementations<Name extends OperatorName> = { readonly [N in Name]: Implementation<N> };

/** A black picture of that size. */
export function blank({ channels }: Picture, width: number, height: number): Picture {
  return { pixels: new Uint8Array(width * height * channels), width, height, channels };
}

/** A picture of the same size with other pixels. */
export function withPixels({ width, height, channels }: Picture, pixels: Uint8Array): Picture {
  return { pixels, width, height, channels };
}

/** The nearest whole number between 0 and 255. */
export function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5);
}

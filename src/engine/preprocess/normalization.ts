import { InputError } from '../../kernel/errors.ts';
import type { NormalizeSettings, PreprocessSettings } from '../settings.ts';

/** Mean and deviation of ImageNet's training set for red, green and blue at values of 0 to 1, as torchvision's models expect them. */
const imageNetMean = [0.485, 0.456, 0.406] as const;
const imageNetDeviation = [0.229, 0.224, 0.225] as const;

/** What becomes of a byte, for each channel of the tensor in its order: `(value + offset) · scale`, each step rounded to a float. */
export interface Normalization {
  readonly scales: Float32Array;
  readonly offsets: Float32Array;
  /** The same as a table of 256 floats a channel: where values are not written in vectors, a look-up gives the very same floats. */
  readonly tables: readonly Float32Array[];
}

/**
 * The normalisation that settings ask for:
 *
 * - `torchvision`: `(v / 255 − mean) / deviation` with ImageNet's numbers, which follow the colour (in `bgr`, blue comes first)
 * - `tf`: `v / 127.5 − 1`
 * - `none`: `v`, 0 to 255
 * - `per_channel`: `(v / 255 − mean[c]) / deviation[c]`, `c` counted in the order of the tensor
 * - `per_tensor`: `(v / 255 − mean) / deviation`
 *
 * Offset and scale are rounded to floats: what comes out is within 3e-7 of these formulas for values around 1.
 *
 * @throws InputError `PREPROCESS_INVALID` when the numbers do not fit the colour.
 */
export function createNormalization(settings: NormalizeSettings, color: PreprocessSettings['color']): Normalization {
  const channels = color === 'gray' ? 1 : 3;
  const lines = Array.from({ length: channels }, (_, channel) => lineOf(settings, color, channel, channels));
  const scales = Float32Array.from(lines, ({ scale }) => scale);
  const offsets = Float32Array.from(lines, ({ offset }) => offset);
  const tables = lines.map((_, channel) => {
    const scale = scales[channel] ?? 1;
    const offset = offsets[channel] ?? 0;
    return Float32Array.from({ length: 256 }, (_, byte) => Math.fround(Math.fround(byte + offset) * scale));
  });
  return { scales, offsets, tables };
}

interface Line {
  readonly scale: number;
  readonly offset: number;
}

function lineOf(
  settings: NormalizeSettings,
  color: PreprocessSettings['color'],
  channel: number,
  channels: number,
): Line {
  switch (settings.kind) {
    case 'none':
      return { scale: 1, offset: 0 };
    case 'tf':
      return { scale: 1 / 127.5, offset: -127.5 };
    case 'per_tensor':
      return standardized(settings.mean, settings.deviation);
    case 'per_channel':
      if (settings.mean.length !== channels || settings.deviation.length !== channels) {
        throw new InputError(
          'PREPROCESS_INVALID',
          `normalize per_channel: expected ${channels} values each of mean and deviation for color ${color}, got ${settings.mean.length} and ${settings.deviation.length}. Give one number for each channel.`,
        );
      }
      return standardized(settings.mean[channel], settings.deviation[channel]);
    case 'torchvision': {
      if (color === 'gray') {
        throw new InputError(
          'PREPROCESS_INVALID',
          'normalize torchvision: expected color rgb or bgr, got gray. Use per_tensor with the mean and deviation of your data.',
        );
      }
      const from = color === 'bgr' ? 2 - channel : channel;
      return standardized(imageNetMean[from], imageNetDeviation[from]);
    }
  }
}

function standardized(mean: number | undefined, deviation: number | undefined): Line {
  if (
    mean === undefined ||
    deviation === undefined ||
    !Number.isFinite(mean) ||
    !Number.isFinite(deviation) ||
    deviation === 0
  ) {
    throw new InputError(
      'PREPROCESS_INVALID',
      `normalize: expected a finite mean and a finite deviation other than 0, got mean ${mean} and deviation ${deviation}.`,
    );
  }
  return { scale: 1 / (255 * deviation), offset: -255 * mean };
}

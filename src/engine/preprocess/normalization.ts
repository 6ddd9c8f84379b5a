import { InputError } from '../../kernel/errors.ts';
import type { NormalizeSettings, PreprocessSettings } from '../settings.ts';

/** Mean and deviation of ImageNet's training set for red, green and blue at values of 0 to 1, as torchvision's models expect them. */
const imageNetMean = [0.485, 0.456, 0.406] as const;
const imageNetDeviation = [0.229, 0.224, 0.225] as const;

/**
 * What each of the 256 values of a byte becomes, one table of 256 floats for each channel of the tensor in its order. Every
 * normalisation is a function of one byte, so a look-up replaces the arithmetic and gives the very same floats.
 *
 * - `torchvision`: `(v / 255 − mean) / deviation` with ImageNet's numbers, which follow the colour (in `bgr`, blue comes first)
 * - `tf`: `v / 127.5 − 1`
 * - `none`: `v`, 0 to 255
 * - `per_channel`: `(v / 255 − mean[c]) / deviation[c]`, `c` counted in the order of the tensor
 * - `per_tensor`: `(v / 255 − mean) / deviation`
 *
 * @throws InputError `PREPROCESS_INVALID` when the numbers do not fit the colour.
 */
export function normalizationTables(
  settings: NormalizeSettings,
  color: PreprocessSettings['color'],
): readonly Float32Array[] {
  const channels = color === 'gray' ? 1 : 3;
  return Array.from({ length: channels }, (_, channel) => {
    const value = normalization(settings, color, channel, channels);
    return Float32Array.from({ length: 256 }, (_, byte) => value(byte));
  });
}

function normalization(
  settings: NormalizeSettings,
  color: PreprocessSettings['color'],
  channel: number,
  channels: number,
): (byte: number) => number {
  switch (settings.kind) {
    case 'none':
      return (byte) => byte;
    case 'tf':
      return (byte) => byte / 127.5 - 1;
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

function standardized(mean: number | undefined, deviation: number | undefined): (byte: number) => number {
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
  return (byte) => (byte / 255 - mean) / deviation;
}

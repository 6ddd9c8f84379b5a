import { InputError } from '../../kernel/errors.ts';
import type { FixedResize, PreprocessSettings } from '../settings.ts';
import { decodePicture } from './decode.ts';
import { normalizationTables } from './normalization.ts';
import { writePicture } from './write-picture.ts';

/** From encoded image to a place in a tensor; made once, used for every item. */
export interface Preprocessor {
  /** Shape of one item: `[channels, height, width]` or `[height, width, channels]`. */
  readonly itemShape: readonly number[];
  /**
   * Decodes `bytes` and writes the item's values into `target` from `offset` on. Many may be in flight at once: decoding runs
   * in the libuv pool.
   * @throws InputError `IMAGE_INVALID` or `IMAGE_TOO_LARGE`, naming the image as `name()` does.
   */
  write(bytes: Uint8Array, target: Float32Array | Uint8Array, offset: number, name: () => string): Promise<void>;
}

/** @throws InputError `PREPROCESS_INVALID` when settings contradict each other. */
export function createPreprocessor(settings: PreprocessSettings): Preprocessor {
  const { resize, color, layout } = settings;
  if (resize.mode === 'dynamic') throw new InputError('PREPROCESS_INVALID', 'resize mode dynamic is not built yet.');
  checkResize(resize);
  const tables = normalizationTables(settings.normalize, color);
  const tensorLayout = { width: resize.width, height: resize.height, color, layout, padding: resize.padding };
  const { width, height } = resize;
  return {
    itemShape: layout === 'nchw' ? [tables.length, height, width] : [height, width, tables.length],
    async write(bytes, target, offset, name) {
      const picture = await decodePicture(bytes, resize, name);
      writePicture(picture, tensorLayout, tables, target, offset);
    },
  };
}

function checkResize({ width, height, mode, shorterSide, padding }: FixedResize): void {
  for (const [name, value] of Object.entries({ width, height, shorterSide: shorterSide ?? 1 })) {
    if (!Number.isInteger(value) || value < 1 || value > 32_767) {
      throw new InputError(
        'PREPROCESS_INVALID',
        `resize ${name}: expected a whole number from 1 to 32767, got ${value}.`,
      );
    }
  }
  if (!Number.isInteger(padding) || padding < 0 || padding > 255) {
    throw new InputError(
      'PREPROCESS_INVALID',
      `resize padding: expected a whole number from 0 to 255, got ${padding}.`,
    );
  }
  if (mode === 'crop' && shorterSide !== null && shorterSide < Math.max(width, height)) {
    throw new InputError(
      'PREPROCESS_INVALID',
      `resize shorterSide: expected at least the size of the crop, ${Math.max(width, height)}, got ${shorterSide}. Make it larger, or leave it out to scale to the crop itself.`,
    );
  }
}

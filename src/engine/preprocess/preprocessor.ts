import { InputError } from '../../kernel/errors.ts';
import { createAugmenter } from '../augment/augmenter.ts';
import type { DynamicResize, FixedResize, PreprocessSettings } from '../settings.ts';
import { bytesOf, DataImage, type EncodedImage } from './data-image.ts';
import { decodePicture, measurePicture, type Picture, scaledSize } from './decode.ts';
import { dynamicSize, frameOf } from './dynamic-size.ts';
import type { ImageSize } from './image-size.ts';
import { createNormalization } from './normalization.ts';
import type { Placement } from './placement.ts';
import { resizePicture } from './resize-picture.ts';
import { middleOffset, writePicture } from './write-picture.ts';

/** Values of a tensor that images are written into. */
export type TensorValues = Float32Array | Uint8Array;

/** From image to a place in a tensor; made once, used for every item. */
export interface Preprocessor {
  /**
   * Shape of every item: `[channels, height, width]` or `[height, width, channels]`; null where it follows the image (`measure`,
   * `shapeIn`).
   */
  readonly itemShape: readonly number[] | null;
  /** The frame of every item, or the largest that one can take. */
  readonly largestFrame: ImageSize;
  /** Shape of an item that is written into this frame. */
  shapeIn(frame: ImageSize): readonly number[];
  /**
   * Size of an image as it is shown, from its header alone.
   * @throws InputError `IMAGE_INVALID` or `IMAGE_TOO_LARGE`, naming the image as `name()` does.
   */
  measure(bytes: Uint8Array, name: () => string): Promise<ImageSize>;
  /** The frame that an image of this size takes. */
  frameFor(image: ImageSize): ImageSize;
  /** Where in its frame an image of this size comes to lie. */
  placementOf(image: ImageSize): Placement;
  /**
   * Decodes `encoded` and writes the item's values into `target` from `offset` on. Many may be in flight at once: decoding runs
   * in the libuv pool. Where the settings augment, the scaled picture is changed in between.
   * @param place Where a dynamic resize writes: the image's size (`measure`) and the frame, which is at least as large as
   *   `frameFor` says, such as that of the largest image of a query. Not looked at where every item has the same shape.
   * @throws InputError `IMAGE_INVALID` or `IMAGE_TOO_LARGE`, naming the image as `name()` does; `ITEM_INVALID` for an image that is to
   *   be augmented and does not say where in the data it stands.
   */
  write(
    encoded: EncodedImage,
    target: TensorValues,
    offset: number,
    name: () => string,
    place?: DynamicPlace,
  ): Promise<void>;
  /** Scales a picture and writes it as `write` does that of a file, but does not augment it: it has no place in the data. */
  writePicture(picture: Picture, target: TensorValues, offset: number, frame: ImageSize): Promise<void>;
}

export interface DynamicPlace {
  readonly image: ImageSize;
  readonly frame: ImageSize;
}

/** @throws InputError `PREPROCESS_INVALID` when settings contradict each other. */
export function createPreprocessor(settings: PreprocessSettings): Preprocessor {
  const { resize, color, layout } = settings;
  const dynamic = resize.mode === 'dynamic';
  if (dynamic) checkDynamic(resize);
  else checkFixed(resize);
  const normalization = createNormalization(settings.normalize, color);
  const channels = normalization.tables.length;
  const align = dynamic ? 'corner' : 'middle';
  const largestFrame: ImageSize = { width: resize.width, height: resize.height };
  const shapeIn = ({ width, height }: ImageSize): readonly number[] =>
    layout === 'nchw' ? [channels, height, width] : [height, width, channels];
  const layoutIn = ({ width, height }: ImageSize) =>
    ({ width, height, color, layout, padding: resize.padding, align }) as const;
  const fixedLayout = layoutIn(largestFrame);
  const scaledFor = (image: ImageSize): ImageSize =>
    dynamic ? dynamicSize(image, resize) : scaledSize(image.width, image.height, resize);

  const augmenter = settings.augment === undefined ? null : createAugmenter(settings.augment);
  const decoded = async (encoded: EncodedImage, scaling: FixedResize, name: () => string): Promise<Picture> => {
    const picture = await decodePicture(bytesOf(encoded), scaling, name);
    if (augmenter === null) return picture;
    if (!(encoded instanceof DataImage)) {
      throw new InputError(
        'ITEM_INVALID',
        `${name()}: expected an image with its place in the data, which augmentation draws by, got its bytes alone.`,
      );
    }
    // Another one is scaled in the same way, so that the two are of about the same size.
    return augmenter.apply(picture, encoded.index, async (share) =>
      decodePicture(await encoded.other(share), scaling, () => `an image to mix into ${name()}`),
    );
  };

  return {
    itemShape: dynamic ? null : shapeIn(largestFrame),
    largestFrame,
    shapeIn,
    measure: measurePicture,
    frameFor: (image) => (dynamic ? frameOf(dynamicSize(image, resize), resize) : largestFrame),
    placementOf(image) {
      const scaled = scaledFor(image);
      if (dynamic) return { left: 0, top: 0, ...scaled };
      const left = middleOffset(scaled.width, resize.width);
      return { left, top: middleOffset(scaled.height, resize.height), ...scaled };
    },

    async write(encoded, target, offset, name, place) {
      if (!dynamic) {
        writePicture(await decoded(encoded, resize, name), fixedLayout, normalization, target, offset);
        return;
      }
      const { image, frame } = place ?? { image: await measurePicture(bytesOf(encoded), name), frame: largestFrame };
      const scaled = { ...dynamicSize(image, resize), mode: 'stretch', kernel: resize.kernel } as const;
      const picture = await decoded(encoded, { ...scaled, shorterSide: null, padding: resize.padding }, name);
      writePicture(picture, layoutIn(frame), normalization, target, offset);
    },

    async writePicture(picture, target, offset, frame) {
      const { width, height } = scaledFor(picture);
      const scaled = await resizePicture(picture, width, height, resize.kernel);
      writePicture(scaled, dynamic ? layoutIn(frame) : fixedLayout, normalization, target, offset);
    },
  };
}

function checkFixed({ width, height, mode, shorterSide, padding }: FixedResize): void {
  checkPixels({ width, height, shorterSide: shorterSide ?? 1 });
  checkPadding(padding);
  if (mode === 'crop' && shorterSide !== null && shorterSide < Math.max(width, height)) {
    throw new InputError(
      'PREPROCESS_INVALID',
      `resize shorterSide: expected at least the size of the crop, ${Math.max(width, height)}, got ${shorterSide}. Make it larger, or leave it out to scale to the crop itself.`,
    );
  }
}

function checkDynamic({ width, height, multiple, padding }: DynamicResize): void {
  checkPixels({ width, height, multiple });
  checkPadding(padding);
  for (const [name, side] of Object.entries({ width, height })) {
    if (side % multiple === 0) continue;
    const below = side - (side % multiple);
    throw new InputError(
      'PREPROCESS_INVALID',
      `resize ${name}: expected a whole multiple of ${multiple} (multiple), got ${side}. Use ${below === 0 ? multiple : below}.`,
    );
  }
}

function checkPixels(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isInteger(value) || value < 1 || value > 32_767) {
      throw new InputError(
        'PREPROCESS_INVALID',
        `resize ${name}: expected a whole number from 1 to 32767, got ${value}.`,
      );
    }
  }
}

function checkPadding(padding: number): void {
  if (!Number.isInteger(padding) || padding < 0 || padding > 255) {
    throw new InputError(
      'PREPROCESS_INVALID',
      `resize padding: expected a whole number from 0 to 255, got ${padding}.`,
    );
  }
}

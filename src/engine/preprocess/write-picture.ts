import type { Normalization } from './normalization.ts';
import type { Picture } from './picture.ts';
import type { TensorLayout } from './tensor-layout.ts';
import { canNormalizeInVectors, createVectorWriter } from './vector-writer.ts';

/**
 * Copies a picture into a tensor at `offset`, in one pass over its bytes: cuts or pads it around the middle (or on the right and
 * below, from the corner), orders the channels, normalises by table and lays it out as NCHW or NHWC.
 *
 * Cut off at the left or top is half of the difference of a side, and of an odd one the half that is even, as torchvision's
 * `CenterCrop` does with `int(round(difference / 2.0))`: 0 of 1, 2 of 3, 2 of 5, 4 of 7. Padded there is the smaller half.
 * @see https://github.com/pytorch/vision/blob/v0.20.0/torchvision/transforms/functional.py (`center_crop`)
 * Grey from colour is the luma of ITU-R BT.601, rounded to a byte: `(19595 R + 38470 G + 7471 B + 32768) >> 16`, as Pillow has it.
 *
 * @param target Holds `channels * height * width` values from `offset` on; fastest when it is of `allocateFloats`. A Uint8Array takes
 *   the values as bytes.
 */
export function writePicture(
  picture: Picture,
  layout: TensorLayout,
  normalization: Normalization,
  target: Float32Array | Uint8Array,
  offset: number,
): void {
  const { width, height } = layout;
  const { tables } = normalization;
  const part = layout.align === 'corner' ? overlapAtCorner : overlap;
  const columns = part(picture.width, width);
  const rows = part(picture.height, height);
  if (columns.length < width || rows.length < height) fillPadding(layout, tables, target, offset);

  if (target instanceof Float32Array && canNormalizeInVectors(picture, layout)) {
    const write = createVectorWriter(picture, layout, normalization, target, offset);
    // Rows that are as wide as the tensor's follow each other in both.
    const runs = columns.length === width && picture.width === width ? 1 : rows.length;
    const length = (columns.length * rows.length) / runs;
    for (let run = 0; run < runs; run++) {
      const from = (rows.source + run) * picture.width + columns.source;
      write(from, (rows.target + run) * width + columns.target, length);
    }
    return;
  }

  // The same loop writes both layouts: channel c of pixel i is at c * channelStride + i * pixelStride.
  const channels = tables.length;
  const channelStride = layout.layout === 'nchw' ? width * height : 1;
  const pixelStride = layout.layout === 'nchw' ? 1 : channels;
  const copyRow = channels === 1 ? copyGrayRow : copyColorRow;
  for (let row = 0; row < rows.length; row++) {
    const from = ((rows.source + row) * picture.width + columns.source) * picture.channels;
    const to = offset + ((rows.target + row) * width + columns.target) * pixelStride;
    copyRow(picture, from, columns.length, tables, layout.color === 'bgr', target, to, pixelStride, channelStride);
  }
}

/** The part of a side that both have, around the middle of each. */
function overlap(source: number, target: number): { source: number; target: number; length: number } {
  return {
    source: Math.max(0, halfToEven(source - target)),
    target: Math.max(0, (target - source) >> 1),
    length: Math.min(source, target),
  };
}

/** Where a side that is put into the middle of another begins there: negative where it is longer and cut. */
export function middleOffset(source: number, target: number): number {
  const part = overlap(source, target);
  return part.target - part.source;
}

/** The part of a side that both have, from the start of each. */
function overlapAtCorner(source: number, target: number): { source: number; target: number; length: number } {
  return { source: 0, target: 0, length: Math.min(source, target) };
}

/** Half of a whole number; where that is no whole number, the even one of its two neighbours. */
function halfToEven(value: number): number {
  const floor = value >> 1;
  return value % 2 === 0 || floor % 2 === 0 ? floor : floor + 1;
}

function fillPadding(
  layout: TensorLayout,
  tables: readonly Float32Array[],
  target: Float32Array | Uint8Array,
  offset: number,
): void {
  const pixels = layout.width * layout.height;
  tables.forEach((table, channel) => {
    const value = table[layout.padding] ?? 0;
    if (layout.layout === 'nchw') {
      target.fill(value, offset + channel * pixels, offset + (channel + 1) * pixels);
    } else {
      for (let pixel = 0; pixel < pixels; pixel++) target[offset + pixel * tables.length + channel] = value;
    }
  });
}

type CopyRow = (
  picture: Picture,
  from: number,
  length: number,
  tables: readonly Float32Array[],
  reversed: boolean,
  target: Float32Array | Uint8Array,
  to: number,
  pixelStride: number,
  channelStride: number,
) => void;

const noTable = new Float32Array(256);

const copyColorRow: CopyRow = (picture, from, length, tables, reversed, target, to, pixelStride, channelStride) => {
  const { pixels, channels } = picture;
  const [first = noTable, second = noTable, third = noTable] = tables;
  // A grey picture has one byte for all three.
  const middle = channels >= 3 ? 1 : 0;
  const red = reversed ? 2 * middle : 0;
  const blue = 2 * middle - red;
  for (let column = 0, source = from, place = to; column < length; column++, source += channels, place += pixelStride) {
    target[place] = first[pixels[source + red] as number] as number;
    target[place + channelStride] = second[pixels[source + middle] as number] as number;
    target[place + 2 * channelStride] = third[pixels[source + blue] as number] as number;
  }
};

const copyGrayRow: CopyRow = (picture, from, length, tables, _reversed, target, to, pixelStride) => {
  const { pixels, channels } = picture;
  const [table = noTable] = tables;
  for (let column = 0, source = from, place = to; column < length; column++, source += channels, place += pixelStride) {
    const red = pixels[source] as number;
    const luma =
      channels < 3
        ? red
        : (19595 * red + 38470 * (pixels[source + 1] as number) + 7471 * (pixels[source + 2] as number) + 32768) >> 16;
    target[place] = table[luma] as number;
  }
};

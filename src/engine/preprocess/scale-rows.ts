import { packColumns, packRows } from './packed-weights.ts';
import type { Picture } from './picture.ts';
import { PixelKernels } from './pixel-kernels.ts';
import { type Kernel, resampleTaps, type Taps } from './resample-weights.ts';

/** More memory than this is not kept for the next picture. */
const keptBytes = 16 * 2 ** 20;
let kept: PixelKernels | null = null;

/** Taps of the last few sizes: to compute them takes longer than to use them. */
const known = new Map<string, readonly Taps[]>();
const knownAtMost = 32;

function knownTaps(from: number, to: number, kernel: Kernel): readonly Taps[] {
  const key = `${from} ${to} ${kernel}`;
  const taps = known.get(key) ?? resampleTaps(from, to, kernel);
  known.delete(key); // the last one used is the last one to go
  known.set(key, taps);
  if (known.size > knownAtMost) known.delete(known.keys().next().value ?? key);
  return taps;
}

/**
 * Scales a picture with the weights of `resampleTaps`: rows first, then within each row. Only the rows that one row of the target
 * needs are in the memory of the kernels at a time, so that it does not grow with the picture's height.
 */
export function scaleRows(picture: Picture, width: number, height: number, kernel: Kernel): Picture {
  const kernels = kept ?? new PixelKernels();
  const start = kernels.mark();
  const { channels } = picture;
  const stride = picture.width * channels;
  const rows = packRows(kernels, knownTaps(picture.height, height, kernel));
  const columns = packColumns(kernels, knownTaps(picture.width, width, kernel));
  const source = kernels.allocate(rows.taps * stride);
  const past = 16 * columns.blocks; // read behind a row, with weight 0
  const mixed = kernels.allocate(2 * stride + past);
  const split = Array.from({ length: channels }, () =>
    channels === 1 ? mixed : kernels.allocate(2 * picture.width + past),
  );
  const scaled = Array.from({ length: channels }, () => kernels.allocate(2 * columns.width));
  const target = kernels.allocate(width * channels);
  const sourceBytes = kernels.bytes(source, rows.taps * stride);
  const targetBytes = kernels.bytes(target, width * channels);

  const pixels = new Uint8Array(width * height * channels);
  const { run } = kernels;
  rows.starts.forEach((first, row) => {
    sourceBytes.set(picture.pixels.subarray(first * stride, (first + rows.taps) * stride));
    run.mixRows(source, stride, stride, rows.at(row), rows.taps, mixed);
    const [a = 0, b = 0, c = 0] = split;
    if (channels === 3) run.splitRow(mixed, picture.width, a, b, c);
    split.forEach((from, channel) => {
      run.scaleRow(from, columns.starts, columns.weights, columns.blocks, columns.width, scaled[channel] ?? 0);
    });
    const [red = 0, green = 0, blue = 0] = scaled;
    if (channels === 3) run.storeColorRow(red, green, blue, width, target);
    else run.storeGrayRow(red, width, target);
    pixels.set(targetBytes, row * width * channels);
  });

  kernels.free(start);
  kept = kernels.byteLength <= keptBytes ? kernels : null;
  return { pixels, width, height, channels };
}

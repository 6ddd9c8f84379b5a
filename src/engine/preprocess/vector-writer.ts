import { DynoError } from '../../kernel/errors.ts';
import type { Normalization } from './normalization.ts';
import type { Picture } from './picture.ts';
import { PixelKernels } from './pixel-kernels.ts';
import type { TensorLayout } from './tensor-layout.ts';

/** Pixels that are normalised at a time: they pass through a stage of the kernels' memory. */
const stagePixels = 16_384;

/** A module whose memory holds floats of ours, and the stage through which pixels reach them. */
interface Stage {
  readonly kernels: PixelKernels;
  readonly source: number;
  readonly affine: number;
  /** Where floats begin. */
  readonly target: number;
  readonly floats: number;
}

/** By the memory that the floats lie in. */
const stages = new WeakMap<ArrayBufferLike, Stage>();
let shared: Stage | null = null;

/**
 * Memory for a tensor into which pictures are written without a detour: where it can be had, in the memory of a WebAssembly module.
 * Each call reserves address space for a module, so it is for the buffers of a pipeline, not for data.
 */
export function allocateFloats(length: number): Float32Array {
  let stage: Stage;
  try {
    stage = createStage(length);
  } catch (error) {
    // No address space left for one more (a limit such as `ulimit -v`): memory of the usual kind takes the same values, with one
    // more copy, by way of a module that all of it shares. Where that one cannot be had either, writing says so.
    const isMissing = error instanceof DynoError && error.code === 'WEBASSEMBLY_UNAVAILABLE';
    if (isMissing || error instanceof RangeError) return new Float32Array(length);
    throw error;
  }
  const floats = stage.kernels.floats(stage.target, length);
  stages.set(floats.buffer, stage);
  return floats;
}

function createStage(floats: number): Stage {
  const kernels = new PixelKernels();
  const affine = kernels.allocate(6 * 4);
  const source = kernels.allocate(stagePixels * 3);
  return { kernels, affine, source, target: kernels.allocate(floats * 4), floats };
}

/** Normalises `length` pixels of a picture from pixel `from` on to pixel `to` of a tensor's item and those behind it. */
export type PixelWriter = (from: number, to: number, length: number) => void;

/** Writes pixels of one picture, which has as many channels as the tensor, into the item at `offset` of the tensor. */
export function createVectorWriter(
  picture: Picture,
  layout: TensorLayout,
  { scales, offsets }: Normalization,
  target: Float32Array,
  offset: number,
): PixelWriter {
  const plane = layout.width * layout.height;
  const { channels } = picture;
  const own = stages.get(target.buffer);
  const stage = own ?? sharedStage(stagePixels * channels);
  const { kernels, source, affine } = stage;
  const { run } = kernels;
  const staged = kernels.bytes(source, stagePixels * 3);
  const pairs = kernels.floats(affine, 6);
  const isPlanar = channels === 3 && layout.layout === 'nchw';
  const isBlueFirst = layout.color === 'bgr';
  // With blue first, either the planes change places, and their numbers with them, or the bytes do.
  const order = channels === 1 ? [0, 0, 0] : isBlueFirst && isPlanar ? [2, 1, 0] : [0, 1, 2];
  order.forEach((channel, place) => {
    pairs[place] = scales[channel] ?? 1;
    pairs[3 + place] = offsets[channel] ?? 0;
  });
  const scratch = own === undefined ? kernels.floats(stage.target, stagePixels * channels) : target;

  const writePart = (from: number, to: number, length: number): void => {
    staged.set(picture.pixels.subarray(from * channels, (from + length) * channels));
    const start = own === undefined ? stage.target : target.byteOffset + 4 * offset;
    const step = own === undefined ? stagePixels : plane;
    const place = own === undefined ? 0 : to;
    if (!isPlanar) {
      if (isBlueFirst) run.swapRedBlue(source, length);
      run.normalizeInOrder(source, length * channels, affine, start + 4 * place * channels);
      if (own === undefined) target.set(scratch.subarray(0, length * channels), offset + to * channels);
      return;
    }
    const [red = 0, green = 0, blue = 0] = order.map((channel) => start + 4 * (channel * step + place));
    run.normalizeToPlanes(source, length, affine, red, green, blue);
    if (own !== undefined) return;
    for (let channel = 0; channel < 3; channel++) {
      const at = channel * stagePixels;
      target.set(scratch.subarray(at, at + length), offset + channel * plane + to);
    }
  };

  return (from, to, length) => {
    for (let done = 0; done < length; done += stagePixels) {
      writePart(from + done, to + done, Math.min(stagePixels, length - done));
    }
  };
}

function sharedStage(floats: number): Stage {
  if (shared === null || shared.floats < floats) shared = createStage(Math.max(floats, 3 * stagePixels));
  return shared;
}

import type { ImageSize } from './image-size.ts';
import type { JpegHeader } from './jpeg-header.ts';
import { type ColumnWeights, packColumns, packRows, type RowWeights } from './packed-weights.ts';
import type { Picture } from './picture.ts';
import { PixelKernels } from './pixel-kernels.ts';
import { type Kernel, resampleTaps, tapsOfDoubled } from './resample-weights.ts';

/** More memory than this is not kept for the next image. */
const keptBytes = 32 * 2 ** 20;
/** Sizes of wasm/huffman-table.ts and wasm/jpeg-scan.ts. */
const huffmanTableBytes = 6544;
const componentWords = 7;
const scanDone = 0;

/** Places in a block of 8 × 8 in the order in which coefficients are coded. ITU-T T.81, figure 5. */
const zigzag = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
];

/** A component after decoding: samples row by row, as many as belong to the image. */
interface Plane {
  readonly address: number;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/** How the samples of a component become rows of the target. */
interface PlaneWeights {
  readonly rows: RowWeights;
  readonly columns: ColumnWeights;
}

/**
 * Decodes and scales JPEG files of the usual kind in one go, several times as fast as an image library: luma and chroma are scaled
 * each in its own resolution and become colours only at the target's size. Chroma's weights contain the doubling that libjpeg would
 * do first, so that the picture is that of decoding with libjpeg and scaling then, but for rounding, and but for colours that
 * YCbCr can say and RGB cannot, which are cut off after scaling instead of before.
 */
export class JpegScaler {
  #kernels = new PixelKernels();
  #weights = new Map<string, PlaneWeights>();
  #start = this.#kernels.mark();

  /**
   * @param header What `readJpegHeader` says of `bytes`.
   * @returns The picture, grey or colour; null when the file is damaged in any way: an image library then has to say what becomes of it.
   */
  scale(bytes: Uint8Array, header: JpegHeader, { width, height }: ImageSize, kernel: Kernel): Picture | null {
    // A file that ends without its own marker is cut off.
    if (lastEndOfImage(bytes) < header.scan) return null;
    // Images of many sizes: begin again rather than keep the weights of all.
    if (this.#kernels.mark() - this.#start > keptBytes / 4) this.#reset();
    const weights = header.components.map((_, component) => this.#weightsOf(header, component, width, height, kernel));
    const mark = this.#kernels.mark();
    const planes = this.#decode(bytes, header, weights);
    const picture = planes === null ? null : this.#scalePlanes(planes, weights, width, height);
    this.#kernels.free(mark);
    if (this.#kernels.byteLength > keptBytes) this.#reset();
    return picture;
  }

  #reset(): void {
    this.#kernels = new PixelKernels();
    this.#start = this.#kernels.mark();
    this.#weights.clear();
  }

  /** The weights of a component's samples; made once for images of the same size. */
  #weightsOf(header: JpegHeader, index: number, width: number, height: number, kernel: Kernel): PlaneWeights {
    const [first] = header.components;
    const { across, down } = header.components[index] ?? { across: 1, down: 1 };
    const halvesColumns = across < (first?.across ?? 1);
    const halvesRows = down < (first?.down ?? 1);
    const key = [header.width, header.height, width, height, kernel, halvesColumns, halvesRows].join();
    const known = this.#weights.get(key);
    if (known !== undefined) return known;
    const line = (from: number, to: number, isHalved: boolean) => {
      const taps = resampleTaps(from, to, kernel);
      return isHalved ? tapsOfDoubled(taps, Math.ceil(from / 2)) : taps;
    };
    const weights = {
      rows: packRows(this.#kernels, line(header.height, height, halvesRows)),
      columns: packColumns(this.#kernels, line(header.width, width, halvesColumns)),
    };
    this.#weights.set(key, weights);
    return weights;
  }

  #decode(bytes: Uint8Array, header: JpegHeader, weights: readonly PlaneWeights[]): readonly Plane[] | null {
    const kernels = this.#kernels;
    const across = Math.max(...header.components.map((component) => component.across));
    const down = Math.max(...header.components.map((component) => component.down));
    const mcusAcross = Math.ceil(header.width / (8 * across));
    const mcusDown = Math.ceil(header.height / (8 * down));
    const frame = kernels.allocate(4 * (4 + componentWords * header.components.length));
    const block = kernels.allocate(128);
    const predictions = kernels.allocate(16);
    const coded = bytes.length - header.scan;
    const source = kernels.allocate(coded + 64);
    const definition = kernels.allocate(16 + 256);
    const tables = new Map<number, number>();
    const words = [mcusAcross, mcusDown, header.restartInterval, header.components.length];
    const planes: Plane[] = [];
    for (const [index, component] of header.components.entries()) {
      const stride = 8 * mcusAcross * component.across;
      const rows = 8 * mcusDown * component.down;
      // Behind the last row, as many as one row of the target may reach past it with weight 0.
      const address = kernels.allocate(stride * (rows + (weights[index]?.rows.taps ?? 0)));
      for (const at of [component.dcTable, component.acTable]) {
        if (tables.has(at)) continue;
        const table = kernels.allocate(huffmanTableBytes);
        tables.set(at, table);
        const length = Math.min(16 + 256, bytes.length - at);
        kernels.bytes(definition, length).set(bytes.subarray(at, at + length));
        if (kernels.run.buildHuffmanTable(definition, table) < 0) return null;
      }
      const dequantization = kernels.allocate(4 * 64);
      const factors = kernels.words(dequantization, 64);
      for (let k = 0; k < 64; k++) {
        factors[k] = 2 * (zigzag[k] ?? 0) + 65_536 * (bytes[component.quantization + k] ?? 0);
      }
      words.push(address, stride, component.across, component.down);
      words.push(tables.get(component.dcTable) ?? 0, tables.get(component.acTable) ?? 0, dequantization);
      const width = Math.ceil((header.width * component.across) / across);
      planes.push({ address, stride, width, height: Math.ceil((header.height * component.down) / down) });
    }
    kernels.words(frame, words.length).set(words);
    const memory = kernels.bytes(source, coded + 64);
    memory.set(bytes.subarray(header.scan));
    // Whatever follows, the decoder stops here: end-of-image markers.
    for (let i = 0; i < 64; i++) memory[coded + i] = i % 2 === 0 ? 0xff : 0xd9;
    return kernels.run.decodeScan(source, frame, block, predictions) === scanDone ? planes : null;
  }

  #scalePlanes(
    planes: readonly Plane[],
    weights: readonly PlaneWeights[],
    width: number,
    height: number,
  ): Picture | null {
    const kernels = this.#kernels;
    const channels = planes.length;
    const parts = planes.map((plane, index) => {
      const of = weights[index];
      if (of === undefined) throw new RangeError('Expected weights for each component.');
      return { ...plane, ...of, row: kernels.allocate(2 * of.columns.width + 32) };
    });
    const mixed = kernels.allocate(Math.max(...parts.map(({ stride, columns }) => 2 * stride + 16 * columns.blocks)));
    const target = kernels.allocate(width * height * channels);
    const { run } = kernels;
    const [luma = 0, cb = 0, cr = 0] = parts.map(({ row }) => row);
    for (let y = 0; y < height; y++) {
      for (const { address, stride, width: samples, rows, columns, row } of parts) {
        run.mixRows(address + (rows.starts[y] ?? 0) * stride, stride, samples, rows.at(y), rows.taps, mixed);
        run.scaleRow(mixed, columns.starts, columns.weights, columns.blocks, columns.width, row);
      }
      const place = target + y * width * channels;
      if (channels === 1) run.storeGrayRow(luma, width, place);
      else run.storeLumaChromaRow(luma, cb, cr, width, place);
    }
    return { pixels: kernels.bytes(target, width * height * channels).slice(), width, height, channels };
  }
}

/** Where the last end-of-image marker is, −1 for nowhere. Some writers pad the file behind it. */
function lastEndOfImage(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf('\xff\xd9', undefined, 'latin1');
}

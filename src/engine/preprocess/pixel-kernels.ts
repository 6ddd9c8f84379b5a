import { DynoError, errorText } from '../../kernel/errors.ts';
import { pixelModule } from './pixel-module.ts';

/** The functions of wasm/pixels.ts; all parameters are addresses in the module's memory or whole numbers. */
interface PixelFunctions {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  heapStart(): number;
  buildHuffmanTable(definition: number, table: number): number;
  decodeScan(position: number, frame: number, block: number, predictions: number): number;
  normalizeToPlanes(source: number, pixels: number, affine: number, red: number, green: number, blue: number): void;
  normalizeInOrder(source: number, values: number, affine: number, target: number): void;
  swapRedBlue(source: number, pixels: number): void;
  mixRows(source: number, stride: number, width: number, weights: number, taps: number, target: number): void;
  scaleRow(source: number, starts: number, weights: number, blocks: number, width: number, target: number): void;
  splitRow(source: number, width: number, first: number, second: number, third: number): void;
  storeGrayRow(source: number, width: number, target: number): void;
  storeColorRow(red: number, green: number, blue: number, width: number, target: number): void;
  storeLumaChromaRow(luma: number, cb: number, cr: number, width: number, target: number): void;
}

/** What we use of the WebAssembly API, which the types of Node 20 leave out. */
const webAssembly = (
  globalThis as unknown as {
    WebAssembly: {
      Module: new (bytes: Uint8Array) => object;
      Instance: new (module: object, imports: object) => { readonly exports: unknown };
    };
  }
).WebAssembly;

const pageBytes = 65_536;
let compiled: object | null = null;

/**
 * The loops over pixels that run as WebAssembly (wasm/), with a memory of their own that the caller lays out: `clear`, then
 * `allocate` piece by piece, then make views; `allocate` may move the memory, which takes views away.
 */
export class PixelKernels {
  readonly run: PixelFunctions;
  #next: number;

  /** @throws DynoError `WEBASSEMBLY_UNAVAILABLE` where there is none with vectors, or no address space left for its memory. */
  constructor() {
    this.run = instantiate();
    this.#next = this.run.heapStart();
  }

  get byteLength(): number {
    return this.run.memory.buffer.byteLength;
  }

  /** Bytes from here on are free. Handed back with `free`, everything allocated since is free again. */
  mark(): number {
    return this.#next;
  }

  free(mark: number): void {
    this.#next = mark;
  }

  /** Address of `bytes` of memory, aligned to 64. Another 64 behind them may be read and written, too. */
  allocate(bytes: number): number {
    const address = (this.#next + 63) & ~63;
    this.#next = address + bytes + 64;
    const missing = this.#next - this.byteLength;
    if (missing > 0) this.run.memory.grow(Math.ceil(missing / pageBytes));
    return address;
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.run.memory.buffer, address, length);
  }

  words(address: number, length: number): Int32Array {
    return new Int32Array(this.run.memory.buffer, address, length);
  }

  halfWords(address: number, length: number): Int16Array {
    return new Int16Array(this.run.memory.buffer, address, length);
  }

  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.run.memory.buffer, address, length);
  }
}

function instantiate(): PixelFunctions {
  try {
    compiled ??= new webAssembly.Module(Buffer.from(pixelModule, 'base64'));
    return new webAssembly.Instance(compiled, {}).exports as PixelFunctions;
  } catch (cause) {
    throw new DynoError(
      'WEBASSEMBLY_UNAVAILABLE',
      `Images are scaled and normalised by WebAssembly with vectors (SIMD), which this process cannot run: ${errorText(cause)}. A module reserves about 10 GB of address space, without using it: lift a limit on that (ulimit -v unlimited), and run Node.js without --jitless on a processor with SSE 4.1 or NEON.`,
      { cause },
    );
  }
}

import { Worker } from 'node:worker_threads';
import { DynoError } from '../../kernel/errors.ts';
import { builtScript } from '../../kernel/package-root.ts';
import type { ImageSize } from './image-size.ts';
import type { Picture } from './picture.ts';
import type { Kernel } from './resample-weights.ts';

/** What a thread is asked for: the file lies at the start of the mailbox, and the picture's pixels take its place. */
export interface JpegJob {
  /** Null for the one of the job before. */
  readonly mailbox: SharedArrayBuffer | null;
  readonly length: number;
  readonly size: ImageSize;
  readonly kernel: Kernel;
}

interface Request {
  readonly bytes: Uint8Array;
  readonly size: ImageSize;
  readonly kernel: Kernel;
  readonly resolve: (picture: Picture | null) => void;
  readonly reject: (error: Error) => void;
}

/** As many threads as the libuv pool has, in which the image library works. */
const threadsAtMost = Math.max(1, Number(process.env.UV_THREADPOOL_SIZE ?? 4) || 4);
const idle: JpegThread[] = [];
const waiting: Request[] = [];
let started = 0;

/**
 * Decodes and scales a JPEG file in a thread of its own (`JpegScaler`); at most as many at once as the libuv pool has threads, the
 * others wait. A thread is started when the first image needs it, not before: other images need none. It does not keep the
 * process alive.
 * @returns Null when the file is damaged, or needs more memory than a thread can get: what the image library has to answer.
 * @throws DynoError `IMAGE_THREAD_FAILED` when a thread does not start or breaks, `WEBASSEMBLY_UNAVAILABLE` as `PixelKernels` has it.
 */
export function scaleJpegInThread(bytes: Uint8Array, size: ImageSize, kernel: Kernel): Promise<Picture | null> {
  return new Promise((resolve, reject) => {
    waiting.push({ bytes, size, kernel, resolve, reject });
    serve();
  });
}

function serve(): void {
  while (waiting.length > 0) {
    if (idle.length === 0 && started < threadsAtMost) {
      idle.push(new JpegThread());
      started++;
    }
    const thread = idle.pop();
    if (thread === undefined) return;
    const request = waiting.shift();
    if (request !== undefined) thread.begin(request);
  }
}

class JpegThread {
  /** Without the options of this process: `--input-type=module --eval` would keep a file from being loaded. */
  readonly #worker = new Worker(builtScript('engine/preprocess/jpeg-worker.js'), { execArgv: [] });
  /** Kept for good: one for each large file would pile up faster than the garbage collectors of two threads agree that it is free. */
  #mailbox = new SharedArrayBuffer(0);
  #request: Request | null = null;

  constructor() {
    this.#worker.on('message', (channels: number) => this.#end(channels));
    this.#worker.on('error', (error: Error) => this.#fail(error));
    this.#worker.unref();
  }

  begin(request: Request): void {
    const { bytes, size, kernel } = request;
    this.#request = request;
    const needed = Math.max(bytes.length, size.width * size.height * 3);
    const isTooSmall = needed > this.#mailbox.byteLength;
    if (isTooSmall) {
      try {
        this.#mailbox = new SharedArrayBuffer(needed);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.#answer(null); // no memory for it
        return;
      }
    }
    new Uint8Array(this.#mailbox).set(bytes);
    this.#worker.ref();
    const job: JpegJob = { mailbox: isTooSmall ? this.#mailbox : null, length: bytes.length, size, kernel };
    this.#worker.postMessage(job);
  }

  #end(channels: number): void {
    this.#worker.unref();
    if (this.#request === null) return;
    const { width, height } = this.#request.size;
    const pixels = new Uint8Array(this.#mailbox).slice(0, width * height * channels);
    this.#answer(channels === 0 ? null : { pixels, width, height, channels });
  }

  #answer(picture: Picture | null): void {
    const request = this.#request;
    this.#request = null;
    idle.push(this);
    request?.resolve(picture);
    serve();
  }

  /** A thread that broke is not used again; the next request starts another. */
  #fail(error: Error): void {
    started--;
    const place = idle.indexOf(this);
    if (place >= 0) idle.splice(place, 1);
    this.#request?.reject(explained(error));
    this.#request = null;
    serve();
  }
}

/** What stopped a thread, as an error that says what to do. Errors keep their code on the way between threads, but not their class. */
function explained(error: Error & { readonly code?: unknown }): DynoError {
  const { code, message } = error;
  if (code === 'WEBASSEMBLY_UNAVAILABLE') return new DynoError(code, message, { cause: error });
  return new DynoError(
    'IMAGE_THREAD_FAILED',
    `A thread that decodes JPEG files stopped: ${message}. Give the process more memory, or choose fewer threads.`,
    { cause: error },
  );
}

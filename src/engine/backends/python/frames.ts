import { DynoError } from '../../../kernel/errors.ts';

/*
 * One frame is the length of its header (u32, little-endian), the header (JSON in UTF-8, whose `bytes` lists how long each part is), and
 * the parts: elements of tensors, row-major and little-endian. Both directions have the same frames, and nothing else.
 */

/** What stands in a header beside the lengths of the parts. */
export type Header = Readonly<Record<string, unknown>>;

export interface Frame {
  readonly header: Header;
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
}

const mostHeaderBytes = 64 * 2 ** 20;
/** The largest tensor that can travel: 2 GiB, which is also where a whole ONNX file ends. */
const mostPartBytes = 2 ** 31;

/** A frame as the buffers that make it up. The parts are not copied. Throws `TENSOR_TOO_LARGE` for one that may not travel. */
export function encodeFrame(header: Header, parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify({ ...header, bytes: parts.map(({ byteLength }) => byteLength) }), 'utf8');
  for (const [what, bytes, most] of [
    ['a header', text.length, mostHeaderBytes] as const,
    ...parts.map(({ byteLength }) => ['a tensor', byteLength, mostPartBytes] as const),
  ]) {
    if (bytes <= most) continue;
    throw new DynoError(
      'TENSOR_TOO_LARGE',
      `Expected ${what} of at most ${most} bytes for a Python worker, got ${bytes}. Take a smaller batch or model.`,
    );
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return [length, text, ...parts];
}

/** Puts frames together from the chunks in which a pipe delivers them. */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void;
  /** What is read into next, and how much of it is there. */
  #target: Buffer<ArrayBuffer> = Buffer.alloc(4);
  #have = 0;
  #stage: 'length' | 'header' | 'parts' = 'length';
  #header: Header = {};
  #lengths: readonly number[] = [];
  #parts: Uint8Array<ArrayBuffer>[] = [];

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  /** Takes in what came. Throws `PROTOCOL_BROKEN` for bytes that are no frame; nothing can be read after that. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const count = Math.min(chunk.length - at, this.#target.length - this.#have);
      this.#target.set(chunk.subarray(at, at + count), this.#have);
      this.#have += count;
      at += count;
      if (this.#have === this.#target.length) this.#filled();
    }
  }

  #filled(): void {
    if (this.#stage === 'length') {
      const length = this.#target.readUInt32LE();
      if (length < 2 || length > mostHeaderBytes) {
        throw broken(`the length of a header, at most ${mostHeaderBytes} bytes`, `${length}`);
      }
      this.#read('header', length);
      return;
    }
    if (this.#stage === 'header') {
      this.#header = parsed(this.#target);
      this.#lengths = lengthsOf(this.#header);
      this.#parts = [];
    } else {
      this.#parts.push(this.#target);
    }
    this.#nextPart();
  }

  #nextPart(): void {
    for (;;) {
      const length = this.#lengths[this.#parts.length];
      if (length === undefined) break;
      if (length > 0) {
        this.#read('parts', length);
        return;
      }
      this.#parts.push(new Uint8Array(0));
    }
    const frame = { header: this.#header, parts: this.#parts };
    this.#read('length', 4);
    this.#onFrame(frame);
  }

  /** Each part has memory of its own, so that elements of any type are aligned in it. */
  #read(stage: 'length' | 'header' | 'parts', bytes: number): void {
    this.#stage = stage;
    this.#target = Buffer.allocUnsafeSlow(bytes);
    this.#have = 0;
  }
}

function parsed(text: Buffer): Header {
  try {
    const header: unknown = JSON.parse(text.toString('utf8'));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) return header as Header;
  } catch {
    // Told below, with what came.
  }
  throw broken('a header in JSON', JSON.stringify(text.toString('utf8', 0, 60)));
}

function lengthsOf({ bytes = [] }: Header): readonly number[] {
  const isLength = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostPartBytes;
  if (Array.isArray(bytes) && bytes.every(isLength)) return bytes;
  throw broken(`lengths of parts, each at most ${mostPartBytes} bytes`, JSON.stringify(bytes).slice(0, 60));
}

function broken(expected: string, came: string): DynoError {
  return new DynoError(
    'PROTOCOL_BROKEN',
    `The answer of the Python worker is no frame: expected ${expected}, got ${came}.`,
  );
}

/** Data that are no image of their format, or not the whole of one. The text says what is wrong and needs no name of the file. */
export class MalformedImage extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'MalformedImage';
  }
}

/** @throws MalformedImage when `bytes` ends before `end`, where `what` would end. */
export function requireBytes(bytes: Uint8Array, end: number, what: string): void {
  if (bytes.length < end) {
    throw new MalformedImage(`it is cut off: ${what} ends at byte ${end}, the file at byte ${bytes.length}`);
  }
}

import { closeSync, openSync, readSync } from 'node:fs';

const firstBufferBytes = 4096;

/**
 * A file of `/proc` or `/sys` that is read again and again: opened once, read whole at each `read()` into a buffer that is kept.
 * The kernel makes the content anew at each reading from position 0; reopening would cost two more system calls and a path walk.
 * For files that the kernel makes in one piece (`stat`, `status`, `meminfo`, `loadavg`, `cpu.stat`, every attribute of `/sys`):
 * lists such as `smaps` come in several.
 */
export class PseudoFile {
  readonly path: string;
  readonly #file: number;
  #buffer = Buffer.allocUnsafe(firstBufferBytes);

  /** Opens the file. Throws the system's error when it cannot be opened. */
  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'r');
  }

  /** Opens the file, or null when it is not there or cannot be read: some attributes of `/sys` fail only at the reading. */
  static openIfReadable(path: string): PseudoFile | null {
    let file: PseudoFile | null = null;
    try {
      file = new PseudoFile(path);
      file.read();
      return file;
    } catch {
      file?.close();
      return null;
    }
  }

  /**
   * The content as of now, valid until the next `read()`. Throws the system's error when it can no longer be read, such as `ESRCH`
   * for a process that has ended (never the content of another process with the same id: the open file belongs to the one).
   */
  read(): Buffer {
    for (;;) {
      const length = readSync(this.#file, this.#buffer, 0, this.#buffer.length, 0);
      // A reading that fills the buffer may have been cut off: `/proc/stat` grows with processors and interrupts.
      if (length < this.#buffer.length) return this.#buffer.subarray(0, length);
      this.#buffer = Buffer.allocUnsafe(this.#buffer.length * 4);
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

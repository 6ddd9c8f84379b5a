/**
 * One after the other, in the order in which they were asked for. A process has one WebGPU context, and two calls in it at once crash it
 * (microsoft/onnxruntime#32561, #27592).
 */
export class RunQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins `action` when all before it have ended, however they ended. */
  next<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action, action);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** The queue of this process. */
export const webGpuQueue = new RunQueue();

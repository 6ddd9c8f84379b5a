import { type DrawingAnswer, type DrawingOrder, draw } from './drawing.ts';

/** So long nobody may have edited before it is worth to draw. */
const pauseMs = 350;

/** Simulates in a worker, a moment after the last order; an order takes the place of the one before. */
export class Simulator {
  readonly #script: string;
  #worker: Worker | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `script`: that of the worker. */
  constructor(script: string) {
    this.#script = script;
  }

  order(order: DrawingOrder, done: (answer: DrawingAnswer) => void): void {
    this.cancel();
    this.#timer = setTimeout(() => this.#start(order, done), pauseMs);
  }

  /** What was ordered is not wanted any more. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
  }

  #start(order: DrawingOrder, done: (answer: DrawingAnswer) => void): void {
    // Where a browser gives no workers to pages from the disk, the page stands still for as long as it takes.
    const here = () => done(draw(order));
    let worker: Worker;
    const address = URL.createObjectURL(new Blob([this.#script], { type: 'text/javascript' }));
    try {
      worker = new Worker(address);
    } catch {
      URL.revokeObjectURL(address);
      here();
      return;
    }
    this.#worker = worker;
    /** Whether its answer is still wanted. */
    const end = (): boolean => {
      worker.terminate();
      URL.revokeObjectURL(address);
      if (this.#worker !== worker) return false;
      this.#worker = null;
      return true;
    };
    worker.addEventListener('message', ({ data }: MessageEvent<DrawingAnswer>) => {
      if (end()) done(data);
    });
    worker.addEventListener('error', () => {
      if (end()) here();
    });
    worker.postMessage(order);
  }
}

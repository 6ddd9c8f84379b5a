import { readObserverBlocks } from '../analysis/observer-blocks.ts';
import { ObserverVisitor, observerEffectOfRun } from '../analysis/observer-effect.ts';
import { type ReadChunks, scanSamples } from '../analysis/scan-samples.ts';
import type { SealedFile } from '../results/events.ts';
import type { ObserverEffect } from '../results/run.ts';

/** A round that ended well. */
export interface ObservedRound {
  readonly key: string;
  readonly samples: SealedFile;
  readonly telemetry: SealedFile | null;
  /** On the clock of the telemetry. */
  readonly windowStart: number;
}

/** An effect whose interval begins above this is a disturbance (M23 of the measuring rules). */
const mostChange = 0.01;
/** Slower than this says too little of the machine to be worth a sampler. */
const leastHertz = 0.5;

/** Sampling was shown to disturb: by how much, and how often is little enough to try next. */
export interface Disturbance {
  readonly hertz: number;
  readonly figure: 'p50' | 'p99';
  readonly change: number;
  readonly ci95: readonly [number, number];
}

/** Follows what sampling does to the latency over the rounds of a run, of all cases together. */
export class ObserverWatch {
  readonly #readChunks: ReadChunks;
  readonly #cases = new Map<string, ObserverVisitor[]>();
  readonly #hasBlocks: (hertz: number) => boolean;
  #hertz: number;

  /** `hasBlocks`: whether rounds at a rate have blocks, which alone tell whether that rate disturbs. */
  constructor(readChunks: ReadChunks, hertz: number, hasBlocks: (hertz: number) => boolean) {
    this.#readChunks = readChunks;
    this.#hertz = hertz;
    this.#hasBlocks = hasBlocks;
  }

  /**
   * Takes in a round. Answers the disturbance when all rounds at this rate together show one; what was seen at this rate is forgotten then,
   * because the rounds to come are sampled at another. null otherwise, and where no lower rate is left. Throws what reading throws.
   */
  async add({ key, samples, telemetry, windowStart }: ObservedRound): Promise<Disturbance | null> {
    const blocks = await readObserverBlocks(telemetry, this.#readChunks, windowStart);
    if (blocks === null || blocks.hertz !== this.#hertz) return null;
    const visitor = new ObserverVisitor(blocks);
    await scanSamples(samples, this.#readChunks, [visitor]);
    this.#cases.set(key, [...(this.#cases.get(key) ?? []), visitor]);
    const effect = observerEffectOfRun([...this.#cases.values()]);
    const found = 'code' in effect ? null : disturbanceOf(effect);
    const hertz = this.#hertz / 2;
    if (found === null || hertz < leastHertz || !this.#hasBlocks(hertz)) return null;
    this.#hertz = hertz;
    this.#cases.clear();
    return { ...found, hertz };
  }
}

/** The greater of the changes that are shown to be too great. */
export function disturbanceOf(effect: ObserverEffect): Omit<Disturbance, 'hertz'> | null {
  const found = (['p50', 'p99'] as const).flatMap((figure) => {
    const change = effect[figure];
    return change !== null && change.ci95[0] > mostChange ? [{ figure, ...change }] : [];
  });
  return found.sort((a, b) => b.ci95[0] - a.ci95[0])[0] ?? null;
}

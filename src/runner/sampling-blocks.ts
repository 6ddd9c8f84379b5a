import { generator, integer } from '../stats/random.ts';
import type { Policy } from '../suite/plan.ts';

/** Stretches of a round with and without sampling in turn, so that what sampling does to the latency is measured in the run itself. */
export interface BlockSettings {
  /** Length of a block. */
  readonly seconds: number;
  /** Of the order of the two blocks of each pair. */
  readonly seed: number;
}

/** A stretch with or without sampling. Block 2k and block 2k + 1 are a pair: one is sampled, one is not. */
export interface Block {
  /** From 0, counted from where the sampling of the round began. */
  readonly block: number;
  readonly on: boolean;
}

/** Two blocks without sampling in a row, the pause of a device's tool with its next report included, stay below 3 s, the longest gap of M20. */
const longestBlockSeconds = 1;
const shortestBlockSeconds = 0.5;
/** A window has at least so many blocks, as far as the shortest block allows. */
const blocksInWindow = 16;
/** A block has at least so many samples: then blocks, whose edges are sampled too, never sample more often than was asked for. */
const leastSamplesInBlock = 2;
/** A timer may fire this much early: the block that it was set for has begun then. */
const earlySeconds = 0.002;

/**
 * The blocks for rounds of this policy, sampled `hertz` times a second; null where there are none: the policy wants none, or so few samples
 * fall into a block that there is nothing to be compared.
 */
export function blockSettings(policy: Policy, hertz: number, seed: number): BlockSettings | null {
  if (!policy.observerBlocks) return null;
  const share = policy.window.minSeconds / blocksInWindow;
  const seconds = Math.min(longestBlockSeconds, Math.max(shortestBlockSeconds, share));
  return hertz * seconds < leastSamplesInBlock ? null : { seconds, seed };
}

/**
 * The blocks of one round: pairs in random order, so that what drifts hits both alike. Within a block with sampling, ticks lie half a period
 * off its edges; at every edge there is one tick more, which brackets the block: it says in the telemetry where the block begins, and
 * bounds the gap between two samples.
 */
export class SamplingBlocks {
  readonly #seconds: number;
  readonly #source: ReturnType<typeof generator>;
  /** Whether the first block of each pair is the sampled one. */
  readonly #firstIsOn: boolean[] = [];

  constructor({ seconds, seed }: BlockSettings) {
    this.#seconds = seconds;
    this.#source = generator(seed);
  }

  /** The block `elapsed` seconds after the beginning. */
  at(elapsed: number): Block {
    const block = Math.floor((elapsed + earlySeconds) / this.#seconds);
    const pair = Math.floor(block / 2);
    while (this.#firstIsOn.length <= pair) this.#firstIsOn.push(integer(this.#source, 2) === 0);
    return { block, on: this.#firstIsOn[pair] === (block % 2 === 0) };
  }

  /** Seconds to the next tick: within the block, or at its end. */
  secondsToNextTick(elapsed: number, period: number): number {
    const { block, on } = this.at(elapsed);
    const start = block * this.#seconds;
    const end = start + this.#seconds;
    if (!on) return end - elapsed;
    const passed = Math.floor((elapsed + earlySeconds - start) / period + 0.5);
    const next = start + (passed + 0.5) * period;
    return (next < end - period / 4 ? next : end) - elapsed;
  }
}

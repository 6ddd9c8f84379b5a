// Times several loaded models in turns within one process, and tells how much longer one takes than another.
import { performance } from 'node:perf_hooks';
import { createPipeline } from '../dist/engine/pipeline.js';
import { generator, uniform } from '../dist/stats/random.js';
import { hodgesLehmann } from '../dist/stats/signed-rank.js';

/** A turn lasts at least about this long. */
const turnSeconds = 0.02;

/**
 * A workload that one model serves, loaded by a backend: its pipeline and a query that is ready in memory.
 * @param workload As prepared, or a variant of it.
 * @param settings `{ backend, options, batchSize, items }`.
 */
export async function openArm(name, workload, { backend, options, batchSize, items }) {
  if (workload.chain !== null) throw new Error(`${workload.name}: expected a workload of one model, got a chain.`);
  const load = { spinning: 'off', threads: 1, dumpPath: null, profilePrefix: null, ...options };
  const session = await backend.load(workload.model.path, load);
  const { inputs, preprocess, postprocess } = workload;
  const pipeline = await createPipeline({ session, batchSize, inputs, preprocess, postprocess });
  const chosen = await Promise.all(Array.from({ length: batchSize }, (_, index) => items.item(index % items.count)));
  return { name, session, pipeline, query: await pipeline.prepare(chosen) };
}

/**
 * Seconds of one run by arm and round. In every round each arm has a turn, in an order drawn from a seed: whatever else the machine does hits all
 * alike. A turn begins with a run that is not counted, because the arm before has left its own weights in the caches.
 * @param now Milliseconds on a monotonic clock.
 */
export async function timeInTurns(arms, rounds, now = () => performance.now()) {
  for (const { pipeline, query } of arms) for (let run = 0; run < 2; run++) await pipeline.infer(query);
  const runs = [];
  for (const arm of arms) runs.push(Math.max(1, Math.ceil(turnSeconds / (await turn(arm, 1, now)))));
  const random = generator(1);
  const seconds = arms.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const arm of shuffled(arms.length, random)) seconds[arm].push(await turn(arms[arm], runs[arm], now));
  }
  return new Map(arms.map(({ name }, arm) => [name, seconds[arm]]));
}

async function turn({ pipeline, query }, runs, now) {
  await pipeline.infer(query);
  const start = now();
  for (let run = 0; run < runs; run++) await pipeline.infer(query);
  return (now() - start) / 1000 / runs;
}

function shuffled(count, random) {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let place = count - 1; place > 0; place--) {
    const other = Math.floor(uniform(random) * (place + 1));
    [order[place], order[other]] = [order[other], order[place]];
  }
  return order;
}

/**
 * How many times as long `slow` takes as `fast`: the Hodges–Lehmann centre of the ratios of the rounds with its signed-rank interval at 95 %,
 * on logarithms, so that turning the ratio around turns the answer around.
 */
export function ratioOf(seconds, slow, fast) {
  const logs = seconds.get(slow).map((value, round) => Math.log(value / seconds.get(fast)[round]));
  const centre = hodgesLehmann(logs);
  if ('code' in centre) throw new Error(`Expected at least ${centre.need} rounds, got ${centre.have}.`);
  return { ratio: Math.exp(centre.value), low: Math.exp(centre.low), high: Math.exp(centre.high) };
}

export function ratioText({ ratio, low, high }) {
  return `${ratio.toFixed(3)} × [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

export function medianText(values) {
  const sorted = Float64Array.from(values).sort();
  return `${(1000 * sorted[Math.floor(sorted.length / 2)]).toPrecision(4)} ms`;
}

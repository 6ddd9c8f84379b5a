/**
 * Whole gates on a made-up machine whose truth is known: the noise is drawn, and all that follows is what `dyno gate` does, schedule, decisions and
 * confirm stage included. Every gate has a generator of its own, seeded by its number.
 */
import { decide } from '../dist/gate/decide.js';
import { unknownConditions } from '../dist/gate/pair.js';
import { schedule } from '../dist/gate/schedule.js';
import { defaultSettings } from '../dist/gate/settings.js';
import { generator, integer, normal, uniform } from '../dist/stats/random.js';

/**
 * The machine, in logarithms of a latency; a slot is one process. Sizes were chosen after what people saw on shared runners: parts of a percent
 * from one process to the next, and stretches of some minutes in which all is 8 % slower.
 */
export const machine = {
  /** Common random walk, a slot. */
  walk: 0.004,
  /** A slowdown of that size begins with that chance in any slot that has none, and lasts so many slots. */
  step: { size: Math.log(1.08), chance: 0.05, slots: [1, 6] },
  /** What a process keeps from start to end: layout of memory, placement. */
  process: 0.01,
  /** Iterations of one process; their median is its figure. They are skewed: the logarithm is normal. */
  iterations: 100,
  within: 0.05,
  /** Chance and size of a process that is slow from start to end, by itself. */
  spike: { chance: 0, size: Math.log(1.3) },
};

/**
 * What the code that is compared does: head takes 1 + `effect` times as long in the first `affected` scenarios; whichever process runs first takes
 * 1 + `slotPenalty` times as long.
 */
const equalVersions = { effect: 0, affected: Number.POSITIVE_INFINITY, slotPenalty: 0 };

/** A gating latency of 10 ms in each scenario, whose margin is 5 % unless told. */
export function latencies(scenarios, margin) {
  return Array.from({ length: scenarios }, (_, index) => ({
    scenario: `scenario ${index + 1}`,
    metric: 'latency_p50',
    unit: 's',
    better: 'lower',
    margin,
    floor: 0,
    role: 'gating',
    kind: 'sampled',
  }));
}

/** Draws one process after the other. */
export class Machine {
  #source;
  #noise;
  #level = 0;
  #slowFor = 0;

  constructor(seed, noise) {
    this.#source = generator(seed);
    this.#noise = noise;
  }

  /** Seconds of the next process, of a latency of 10 ms and what is added to its logarithm. */
  next(added) {
    const { walk, step, process, within, iterations, spike } = this.#noise;
    const source = this.#source;
    this.#level += walk * normal(source);
    if (this.#slowFor > 0) this.#slowFor--;
    else if (uniform(source) < step.chance) {
      this.#slowFor = step.slots[0] + integer(source, step.slots[1] - step.slots[0] + 1);
    }
    const isSlow = this.#slowFor > 0;
    const own = process * normal(source) + (uniform(source) < spike.chance ? spike.size : 0);
    const inside = Float64Array.from({ length: iterations }, () => within * normal(source)).sort();
    const level = this.#level + (isSlow ? step.size : 0) + own + (inside[iterations >> 1] ?? 0);
    return 0.01 * Math.exp(level + added);
  }
}

/** One gate from the first process to its verdict. `order: 'fixed'` runs base first in every round, which the real one does not. */
export function simulateGate(
  seed,
  { scenarios = 1, margin = 0.05, code = {}, noise = {}, settings = {}, order = 'drawn' },
) {
  const { effect, affected, slotPenalty } = { ...equalVersions, ...code };
  const drawn = new Machine(seed, { ...machine, ...noise });
  const all = { ...defaultSettings, ...settings, seed, metrics: latencies(scenarios, margin) };
  const pairs = [];
  const begun = new Map();
  let decision = decide(all, pairs);
  while (decision.next.kind !== 'done') {
    const { kind, rounds } = decision.next;
    const stage = kind === 'measure' ? 'look' : 'confirm';
    for (let more = 0; more < rounds; more++) {
      for (const scenario of decision.next.scenarios) {
        const isAffected = all.metrics.findIndex((metric) => metric.scenario === scenario) < affected;
        const round = begun.get(stage + scenario) ?? 0;
        begun.set(stage + scenario, round + 1);
        const slot = slotOf(seed, stage, round);
        const first = order === 'fixed' ? 'base' : slot.first;
        const measured = {};
        for (const arm of [first, first === 'base' ? 'head' : 'base']) {
          const added =
            (arm === 'head' && isAffected ? Math.log1p(effect) : 0) + (arm === first ? Math.log1p(slotPenalty) : 0);
          measured[arm] = observation(drawn.next(added));
        }
        pairs.push({ scenario, stage, round, first, seed: slot.seed, base: measured.base, head: measured.head });
      }
    }
    decision = decide(all, pairs);
  }
  return { decision, pairs };
}

const schedules = new Map();
function slotOf(seed, stage, round) {
  const key = `${seed} ${stage}`;
  let slots = schedules.get(key);
  if (slots === undefined) {
    // Of this gate and no other: there are thousands.
    if (schedules.size > 1) schedules.clear();
    slots = schedule(seed, stage, 100);
    schedules.set(key, slots);
  }
  return slots[round];
}

export function observation(seconds) {
  return {
    outcome: 'measured',
    values: { latency_p50: seconds },
    outputs: null,
    stages: {},
    conditions: unknownConditions,
    pid: null,
  };
}

/**
 * What `count` gates of one row say: shares of the verdicts and of what the first stage alone found (`flagged`), and how many pairs it took on
 * average, both stages together.
 */
export function gateRates(setup, count) {
  const rates = { flagged: 0, regressed: 0, inconclusive: 0, pass: 0, improved: 0, invalid: 0, pairs: 0 };
  for (let seed = 1; seed <= count; seed++) {
    const { decision, pairs } = simulateGate(seed, setup);
    rates.pairs += pairs.length / count;
    for (const row of decision.rows) {
      rates[row.verdict] += 1 / (count * decision.rows.length);
      if (row.chosen) rates.flagged += 1 / (count * decision.rows.length);
    }
  }
  return rates;
}

/**
 * Of `count` suites of several rows: the share in which the first stage flagged any row that is not affected, in which any such row regressed,
 * and that were called shifted; and of rows, affected ones that regressed, and others that stayed inconclusive.
 */
export function suiteRates(setup, count) {
  const rates = { flagged: 0, regressed: 0, shifted: 0, found: 0, inconclusive: 0 };
  const affected = Math.min(setup.scenarios, setup.code?.affected ?? (setup.code?.effect ? setup.scenarios : 0));
  for (let seed = 1; seed <= count; seed++) {
    const { rows, shift } = simulateGate(seed, setup).decision;
    const others = rows.slice(affected);
    if (others.some(({ chosen }) => chosen)) rates.flagged += 1 / count;
    if (others.some(({ verdict }) => verdict === 'regressed')) rates.regressed += 1 / count;
    if (shift !== null) rates.shifted += 1 / count;
    rates.found += rows.slice(0, affected).filter(({ verdict }) => verdict === 'regressed').length / count / affected;
    rates.inconclusive += others.filter(({ verdict }) => verdict === 'inconclusive').length / count / others.length;
  }
  return rates;
}

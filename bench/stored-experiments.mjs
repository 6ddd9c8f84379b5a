/**
 * Gates of two stored runs on the made-up machine of gate-experiments.mjs: the rounds of base, one after the other, and then those of head. Within a
 * run the cases take turns, as in `dyno bench`. Every gate has a generator of its own, seeded by its number.
 */
import { decideStored } from '../dist/gate/decide-stored.js';
import { latencies, Machine, machine } from './gate-experiments.mjs';

/**
 * The decision on two runs of `scenarios` cases with `rounds` rounds each; head takes 1 + `effect` times as long in the first `affected` cases, and the
 * machine 1 + `between` times as long in all rounds of the second run, as it does when other neighbours moved in.
 */
export function simulateStored(
  seed,
  { scenarios = 1, rounds = 10, margin = 0.05, effect = 0, affected = scenarios, between = 0, noise = {} },
) {
  const drawn = new Machine(seed, { ...machine, ...noise });
  const metrics = latencies(scenarios, margin);
  const arm = (added) => {
    const measured = metrics.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, values] of measured.entries()) {
        values.push({ values: { latency_p50: drawn.next(added(index)) }, dropped: null });
      }
    }
    return measured.map((ofCase) => ({
      outcome: 'measured',
      figures: { latency_p50: ofCase[0].values.latency_p50 },
      rounds: ofCase,
      outputs: null,
      stages: {},
      invalid: null,
    }));
  };
  const base = arm(() => 0);
  const head = arm((index) => Math.log1p(between) + (index < affected ? Math.log1p(effect) : 0));
  return decideStored({
    settings: { metrics, alpha: 0.05, droppedShare: 0.2 },
    doubts: [],
    scenarios: metrics.map(({ scenario }, index) => ({ scenario, base: base[index], head: head[index] })),
  });
}

/**
 * Of `count` gates: the share in which any case that is not affected regressed (`alarmed`), and that were called shifted; of cases, affected ones by how
 * they ended, and others that passed or were inconclusive.
 */
export function storedRates(setup, count) {
  const { scenarios = 1, effect = 0 } = setup;
  const affected = effect === 0 ? 0 : Math.min(setup.affected ?? scenarios, scenarios);
  const rates = { alarmed: 0, shifted: 0, found: 0, missed: 0, pass: 0, inconclusive: 0 };
  for (let seed = 1; seed <= count; seed++) {
    const { rows, shift } = simulateStored(seed, { ...setup, affected });
    const [changed, others] = [rows.slice(0, affected), rows.slice(affected)];
    if (others.some(({ verdict }) => verdict === 'regressed')) rates.alarmed += 1 / count;
    if (shift !== null) rates.shifted += 1 / count;
    const share = (some, verdict) =>
      some.length === 0 ? 0 : some.filter((row) => row.verdict === verdict).length / some.length / count;
    rates.found += share(changed, 'regressed');
    rates.missed += share(changed, 'pass');
    rates.pass += share(others, 'pass');
    rates.inconclusive += share(others, 'inconclusive');
  }
  return rates;
}

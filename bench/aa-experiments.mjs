/**
 * What `dyno gate aa` says of made-up machines whose truth is known: whether the false alarms that it expects are those that gates have, and whether
 * the margins that it names as supported are.
 */
import { aaReport } from '../dist/gate/aa-report.js';
import { schedule } from '../dist/gate/schedule.js';
import { defaultSettings } from '../dist/gate/settings.js';
import { generator, integer, uniform } from '../dist/stats/random.js';
import { latencies, Machine, machine, observation, simulateGate } from './gate-experiments.mjs';

/** Rounds of one version against itself on a made-up machine; `bias`: head takes 1 + so many times as long although it is equal. */
export function simulateAa(seed, { scenarios = 1, rounds = 40, noise = {}, bias = 0, margin = 0.05, settings = {} }) {
  const drawn = new Machine(seed, { ...machine, ...noise });
  const all = { ...defaultSettings, ...settings, seed, metrics: latencies(scenarios, margin) };
  const pairs = schedule(seed, 'look', rounds).flatMap(({ round, first, seed: ofRound }) =>
    all.metrics.map(({ scenario }) => {
      const sides = {};
      for (const arm of [first, first === 'base' ? 'head' : 'base']) {
        sides[arm] = observation(drawn.next(arm === 'head' ? Math.log1p(bias) : 0));
      }
      return { scenario, stage: 'look', round, first, seed: ofRound, base: sides.base, head: sides.head };
    }),
  );
  return { settings: all, pairs };
}

/** A machine by its number: from a quiet one of its own to a shared runner on a bad day. */
export function machineOf(number) {
  const source = generator(1_000_000 + number);
  const log = (low, high) => low * (high / low) ** uniform(source);
  return {
    ...machine,
    walk: log(0.0005, 0.01),
    step: { size: Math.log1p(log(0.02, 0.3)), chance: log(0.005, 0.1), slots: [1, 1 + integer(source, 12)] },
    process: log(0.002, 0.05),
    within: log(0.01, 0.1),
    spike: { chance: uniform(source) < 0.5 ? 0 : log(0.01, 0.1), size: Math.log1p(log(0.1, 0.5)) },
  };
}

/**
 * Of each of `machines` machines: what a session said, and what `gates` fresh gates of equal versions then did, with the margin that is set and with
 * the one that was named as supported.
 */
export function validateAa({
  machines,
  gates,
  rounds = 40,
  margin = 0.05,
  settings = {},
  noiseOf = machineOf,
  replays = 200,
}) {
  const found = Array.from({ length: machines }, (_, index) => {
    const noise = noiseOf(index);
    const aa = simulateAa(index, { rounds, noise, margin, settings });
    const report = aaReport(aa.settings, aa.pairs, replays);
    const known = report.rows[0]?.known;
    const supported = known?.supported?.margin ?? null;
    return {
      supported,
      isEnough: known?.isEnough === true,
      predicted: predictedShares(report.replays),
      atMargin: gateShares({ noise, margin, settings }, index, gates),
      atSupported: supported === null ? null : gateShares({ noise, margin: supported, settings }, index, gates),
    };
  });
  const named = found.flatMap(({ supported }) => supported ?? []).sort((a, b) => a - b);
  const enough = found.filter(({ isEnough }) => isEnough).map(({ atMargin }) => atMargin);
  return {
    supported: [0.05, 0.5, 0.95].map((share) => named[Math.floor(share * (named.length - 1))]),
    predicted: together(found.map(({ predicted }) => predicted)),
    atMargin: together(found.map(({ atMargin }) => atMargin)),
    atSupported: together(found.flatMap(({ atSupported }) => atSupported ?? [])),
    enough: together(enough),
    difference: mean(found.map(({ predicted, atMargin }) => Math.abs(predicted.passed - atMargin.passed))),
  };
}

/** The share of sessions in which head, slower by `bias` although equal, is called uneven. */
export function unevenShare({ machines, bias, noiseOf = machineOf }) {
  return mean(
    Array.from({ length: machines }, (_, index) => {
      const aa = simulateAa(index, { noise: noiseOf(index), bias });
      return aaReport(aa.settings, aa.pairs, 1).rows[0]?.known?.isUneven ? 1 : 0;
    }),
  );
}

function predictedShares({ gates, flagged, failed, verdicts }) {
  return {
    flagged: flagged.alarms / gates,
    regressed: failed.alarms / gates,
    passed: (verdicts.pass + verdicts.improved) / gates,
    inconclusive: verdicts.inconclusive / gates,
  };
}

function gateShares(setup, machineNumber, gates) {
  const shares = { flagged: 0, regressed: 0, passed: 0, inconclusive: 0 };
  for (let gate = 0; gate < gates; gate++) {
    const [row] = simulateGate(10_000 * (machineNumber + 1) + gate, setup).decision.rows;
    if (row.chosen) shares.flagged += 1 / gates;
    if (row.verdict === 'regressed') shares.regressed += 1 / gates;
    if (row.verdict === 'inconclusive') shares.inconclusive += 1 / gates;
    if (row.verdict === 'pass' || row.verdict === 'improved') shares.passed += 1 / gates;
  }
  return shares;
}

/** Means over machines, and how many of them pass less than nine of ten gates. */
function together(shares) {
  const of = (key) => mean(shares.map((one) => one[key]));
  return {
    machines: shares.length,
    flagged: of('flagged'),
    regressed: of('regressed'),
    passed: of('passed'),
    inconclusive: of('inconclusive'),
    rarelyPassed: mean(shares.map(({ passed }) => (passed < 0.9 - 1e-9 ? 1 : 0))),
  };
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// How often other ways of comparing two versions raise an alarm where nothing differs, on the made-up machine of gate-experiments.mjs, and how often
// they find +8 %. 2,000 seeded comparisons a line, printed as a table in Markdown. The same on every machine. Takes about a minute.
//
//   npm run build && node bench/gate-rules.mjs [comparisons]
import { mannWhitney } from '../dist/stats/mann-whitney.js';
import { mean } from '../dist/stats/moments.js';
import { generator, integer, normal } from '../dist/stats/random.js';
import { hodgesLehmann } from '../dist/stats/signed-rank.js';
import { welchTest } from '../dist/stats/welch.js';
import { Machine, machine } from './gate-experiments.mjs';

const count = Number(process.argv[2] ?? 2_000);

/** Logarithms of the medians of processes that run one after the other, head ones by `effect` longer. */
function processes(order, { seed, effect, slotPenalty = 0 }) {
  const drawn = new Machine(seed, machine);
  const logs = { base: [], head: [] };
  for (const [slot, arm] of order.entries()) {
    const added = (arm === 'head' ? Math.log1p(effect) : 0) + (slot % 2 === 0 ? Math.log1p(slotPenalty) : 0);
    logs[arm].push(Math.log(drawn.next(added)));
  }
  return logs;
}

const oneAfterTheOther = (rounds) => [...Array(rounds).fill('base'), ...Array(rounds).fill('head')];
const baseFirst = (rounds) => Array.from({ length: 2 * rounds }, (_, slot) => (slot % 2 === 0 ? 'base' : 'head'));
/** In every two rounds each version is first once; which begins is drawn. */
function inTurns(rounds, seed) {
  const source = generator(seed + 3e6);
  return Array.from({ length: Math.ceil(rounds / 2) }, () =>
    integer(source, 2) === 0 ? ['base', 'head', 'head', 'base'] : ['head', 'base', 'base', 'head'],
  )
    .flat()
    .slice(0, 2 * rounds);
}

const differences = ({ base, head }) => base.map((value, index) => head[index] - value);
const isAbove = (interval, threshold) => !('code' in interval) && interval.low > threshold;
const isOff = (interval) => !('code' in interval) && (interval.low > 0 || interval.high < 0);

/** The 100 iterations of one process: its own level, and what varies within it. */
function iterations(drawn, source) {
  const level = Math.log(drawn.next(0));
  return Array.from({ length: machine.iterations }, () => level + machine.within * normal(source));
}

function pooledIterations({ seed, effect }) {
  const drawn = new Machine(seed, { ...machine, within: 0, iterations: 1 });
  const source = generator(seed + 1e6);
  const base = iterations(drawn, source);
  const head = iterations(drawn, source).map((value) => value + Math.log1p(effect));
  return mannWhitney(base, head).pValue < 0.05;
}

function oneRunEach({ seed, effect }) {
  const { base, head } = processes(['base', 'head'], { seed, effect });
  return head[0] - base[0] > Math.log(1.05);
}

const welch = (rounds) => (truth) => {
  const { base, head } = processes(oneAfterTheOther(rounds), truth);
  return welchTest(base, head).pValue < 0.05;
};

/** The percentile bootstrap of the mean of pairs, 95 %. */
function bootstrapped(rounds) {
  return ({ seed, effect }) => {
    const values = differences(processes(inTurns(rounds, seed), { seed, effect }));
    const source = generator(seed + 2e6);
    const means = Float64Array.from({ length: 999 }, () =>
      mean(values.map(() => values[integer(source, values.length)])),
    ).sort();
    return means[24] > 0 || means[974] < 0;
  };
}

function peeking({ seed, effect }) {
  const values = differences(processes(inTurns(40, seed), { seed, effect }));
  for (let pairs = 6; pairs <= 40; pairs += 2) if (isOff(hodgesLehmann(values.slice(0, pairs), 0.95))) return true;
  return false;
}

function planned({ seed, effect }) {
  const values = differences(processes(inTurns(40, seed), { seed, effect }));
  return [10, 16, 24, 40].some((pairs) => isAbove(hodgesLehmann(values.slice(0, pairs), 1 - 0.05 / 4), Math.log(1.05)));
}

const pairsOf =
  (rounds, orderOf, judge, slotPenalty = 0) =>
  ({ seed, effect }) =>
    judge(hodgesLehmann(differences(processes(orderOf(rounds, seed), { seed, effect, slotPenalty })), 0.95));

const rules = [
  ['one process each, more than 5 % apart', oneRunEach],
  ['one process each, Mann–Whitney over their 100 iterations', pooledIterations],
  ['5 processes of base, then 5 of head, Welch', welch(5)],
  ['10 and then 10', welch(10)],
  ['40 and then 40', welch(40)],
  ['10 pairs, base first, where the first process is 3 % slower', pairsOf(10, baseFirst, isOff, 0.03)],
  ['10 pairs in turns, the same machine', pairsOf(10, inTurns, isOff, 0.03)],
  ['5 pairs in turns, percentile bootstrap', bootstrapped(5)],
  ['10 pairs in turns, percentile bootstrap', bootstrapped(10)],
  ['pairs in turns until the interval leaves 0 out, at most 40', peeking],
  ['10 pairs in turns, signed ranks', pairsOf(10, inTurns, isOff)],
  ['10 pairs in turns, signed ranks, margin 5 %', pairsOf(10, inTurns, (one) => isAbove(one, Math.log(1.05)))],
  ['looks at 10, 16, 24 and 40 pairs, margin 5 %', planned],
];

const rate = (rule, effect) => {
  let alarms = 0;
  for (let seed = 1; seed <= count; seed++) if (rule({ seed, effect })) alarms++;
  return alarms / count;
};
const percent = (share) => `${(100 * share).toFixed(1)} %`;
console.log(`${count.toLocaleString('en')} comparisons a line. Intervals and tests at 95 %.\n`);
console.log('| rule | alarms where nothing differs | +8 % found |');
console.log('| --- | ---: | ---: |');
for (const [name, rule] of rules) {
  console.log(`| ${[name, percent(rate(rule, 0)), percent(rate(rule, 0.08))].join(' | ')} |`);
}

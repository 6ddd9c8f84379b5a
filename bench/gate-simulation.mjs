// What `dyno gate` says on a made-up machine whose truth is known: how often equal versions are flagged, how often a regression is found, and
// what that takes. 1,000 seeded gates a line, printed as tables in Markdown, or with --json as JSON. The same on every machine. Takes some minutes.
//
//   npm run build && node bench/gate-simulation.mjs [gates] [--json]
import { quickSettings } from '../dist/gate/settings.js';
import { gateRates, machine, suiteRates } from './gate-experiments.mjs';

const isJson = process.argv.includes('--json');
const count = Number(process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? 1_000);
/** Suites have many rows, and take as many times as long. */
const suites = Math.max(1, Math.round(count / 10));

const spikes = { spike: { chance: 0.08, size: Math.log(1.3) } };
/** Processes differ by 3 % instead of 1 %. */
const uneven = { process: 0.03 };
const once = { looks: [10] };

const gates = [
  ['equal versions', {}],
  ['equal versions, margin 3 %', { margin: 0.03 }],
  ['equal versions, one process in twelve 30 % slower', { noise: spikes }],
  ['equal versions, processes differ by 3 %', { noise: uneven }],
  ['+2 %', { code: { effect: 0.02 } }],
  ['+5 %: the margin itself', { code: { effect: 0.05 } }],
  ['+8 %', { code: { effect: 0.08 } }],
  ['+8 %, one look at 10 pairs', { code: { effect: 0.08 }, settings: once }],
  ['+8 %, one process in twelve 30 % slower', { code: { effect: 0.08 }, noise: spikes }],
  ['+8 %, processes differ by 3 %', { code: { effect: 0.08 }, noise: uneven }],
  ['+20 %', { code: { effect: 0.2 } }],
  ['+5 %, margin 3 %', { code: { effect: 0.05 }, margin: 0.03 }],
  ['−10 %', { code: { effect: -0.1 } }],
  ['--quick, equal versions', { settings: quickSettings }],
  ['--quick, equal versions, processes differ by 3 %', { settings: quickSettings, noise: uneven }],
  ['--quick, +5 %: the margin itself', { settings: quickSettings, code: { effect: 0.05 } }],
  ['--quick, +8 %', { settings: quickSettings, code: { effect: 0.08 } }],
  ['--quick, +20 %', { settings: quickSettings, code: { effect: 0.2 } }],
  ['--quick, +20 %, processes differ by 3 %', { settings: quickSettings, code: { effect: 0.2 }, noise: uneven }],
  ['equal versions, first process 3 % faster, margin 1.5 %', { code: { slotPenalty: -0.03 }, margin: 0.015 }],
  ['the same, base first in every pair', { code: { slotPenalty: -0.03 }, margin: 0.015, order: 'fixed' }],
].map(([name, setup]) => ({ name, rates: gateRates(setup, count) }));

const rows = 50;
const manyRows = [
  ['equal versions', { scenarios: rows }],
  ['equal versions, margin 3 %', { scenarios: rows, margin: 0.03 }],
  ['equal versions, --quick', { scenarios: rows, settings: quickSettings }],
  ['three rows +10 %', { scenarios: rows, code: { effect: 0.1, affected: 3 } }],
  ['all rows +10 %', { scenarios: rows, code: { effect: 0.1 } }],
].map(([name, setup]) => ({ name, rates: suiteRates(setup, suites) }));

const percent = (share) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`);

if (isJson) {
  console.log(JSON.stringify({ count, suites, rows, machine, gates, manyRows }, null, 2));
} else {
  console.log(`Margin 5 % unless said, ${count.toLocaleString('en')} gates of one row each:\n`);
  console.log('| | flagged by the first stage | regressed | inconclusive | pass | improved | pairs on average |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const { name, rates } of gates) {
    const cells = [rates.flagged, rates.regressed, rates.inconclusive, rates.pass, rates.improved].map(percent);
    console.log(`| ${[name, ...cells, rates.pairs.toFixed(1)].join(' | ')} |`);
  }
  console.log(`\n${suites.toLocaleString('en')} suites of ${rows} rows:\n`);
  console.log(
    '| | any false flag | any false regression | shifted as a whole | affected rows found | other rows inconclusive |',
  );
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const { name, rates } of manyRows) {
    const cells = [rates.flagged, rates.regressed, rates.shifted, rates.found, rates.inconclusive].map(percent);
    console.log(`| ${[name, ...cells].join(' | ')} |`);
  }
}

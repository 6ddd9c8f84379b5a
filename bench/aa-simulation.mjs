// Whether `dyno gate aa` can be believed: on made-up machines of very different noise, what a session of 40 rounds says of a row is compared with
// what fresh gates of equal versions on that machine then do. Printed as tables in Markdown, or with --json as JSON. The same on every machine.
//
//   npm run build && node bench/aa-simulation.mjs [machines] [gates a machine] [--json]
import { quickSettings } from '../dist/gate/settings.js';
import { unevenShare, validateAa } from './aa-experiments.mjs';

const isJson = process.argv.includes('--json');
const [machines = 200, gates = 50] = process.argv
  .slice(2)
  .filter((argument) => !argument.startsWith('--'))
  .map(Number);

const cases = [
  ['40 rounds', {}],
  ['16 rounds, --quick', { rounds: 16, settings: quickSettings }],
].map(([name, setup]) => ({ name, ...validateAa({ machines, gates, ...setup }) }));
const uneven = [0, 0.01, 0.02, 0.05].map((bias) => ({ bias, share: unevenShare({ machines, bias }) }));

const percent = (share) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`);

if (isJson) {
  console.log(JSON.stringify({ machines, gates, cases, uneven }, null, 2));
} else {
  console.log(
    `${machines} machines, ${gates} fresh gates of equal versions on each, with a margin of 5 % and with the one that was named:\n`,
  );
  console.log('| | margin | machines | flagged | failed | passed | inconclusive | machines below 90 % passed |');
  console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const { name, predicted, atMargin, atSupported } of cases) {
    for (const [margin, one] of [
      ['5 %, as replays say', predicted],
      ['5 %, fresh gates', atMargin],
      ['named, fresh gates', atSupported],
    ]) {
      const cells = [one.flagged, one.regressed, one.passed, one.inconclusive].map(percent);
      console.log(`| ${[name, margin, one.machines, ...cells, percent(one.rarelyPassed)].join(' | ')} |`);
    }
  }
  for (const { name, supported, difference, enough } of cases) {
    console.log(
      `\n${name}: margins named from ${supported[0]} over ${supported[1]} to ${supported[2]} (5 %, median, 95 % of machines); `,
    );
    console.log(
      `the share of passed gates that replays say differs from that of fresh gates by ${percent(difference)} on average;`,
    );
    console.log(
      `of machines on which 5 % was called enough, ${percent(enough.passed)} of fresh gates passed, and ${percent(enough.flagged)} were flagged.`,
    );
  }
  console.log(
    '\nArms of equal versions that differ all the same, margin 5 %:\n\n| head slower by | called uneven |\n| ---: | ---: |',
  );
  for (const { bias, share } of uneven) console.log(`| ${percent(bias)} | ${percent(share)} |`);
}

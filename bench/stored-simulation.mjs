// How often a gate of two stored runs errs on a made-up machine whose truth is known, 500 seeded gates a line. The same on every machine.
//
//   npm run build && node bench/stored-simulation.mjs [gates]
import { storedRates } from './stored-experiments.mjs';

const count = Number(process.argv[2] ?? 500);
const quiet = { step: { size: 0, chance: 0, slots: [1, 1] }, walk: 0.001 };

const gates = [
  ['equal versions, 4 rounds', { rounds: 4 }],
  ['equal versions, 5 rounds', { rounds: 5 }],
  ['equal versions, 10 rounds', {}],
  ['equal versions, 20 rounds', { rounds: 20 }],
  ['equal versions, 6 cases', { scenarios: 6 }],
  ['equal versions, 6 cases, the machine 25 % slower in the second run', { scenarios: 6, between: 0.25 }],
  ['equal versions, 1 case, the machine 25 % slower in the second run', { between: 0.25 }],
  ['+5 %: the margin itself, 5 rounds', { rounds: 5, effect: 0.05 }],
  ['+5 %: the margin itself, 10 rounds', { effect: 0.05 }],
  ['+5 %: the margin itself, 20 rounds', { rounds: 20, effect: 0.05 }],
  ['+8 %, 10 rounds', { effect: 0.08 }],
  ['+20 %, 5 rounds', { rounds: 5, effect: 0.2 }],
  ['+20 %, 10 rounds', { effect: 0.2 }],
  ['+20 % in one of 6 cases, 10 rounds', { scenarios: 6, effect: 0.2, affected: 1 }],
  ['+8 %, 10 rounds, quiet machine', { effect: 0.08, noise: quiet }],
  ['equal versions, 10 rounds, quiet machine', { noise: quiet }],
];

const percent = (share) => `${(100 * share).toFixed(1)} %`;
console.log(`Margin 5 %, ${count.toLocaleString('en')} gates:\n`);
console.log(
  '| | gates with a false alarm | shifted as a whole | affected cases found | affected cases passed | others passed |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
for (const [name, setup] of gates) {
  const { alarmed, shifted, found, missed, pass } = storedRates(setup, count);
  const ofChanged = setup.effect === undefined ? ['–', '–'] : [percent(found), percent(missed)];
  const ofOthers =
    setup.effect !== undefined && setup.affected === undefined ? ['–', '–'] : [percent(alarmed), percent(pass)];
  console.log(`| ${[name, ofOthers[0], percent(shifted), ...ofChanged, ofOthers[1]].join(' | ')} |`);
}

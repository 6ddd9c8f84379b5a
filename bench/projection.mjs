// What the choice of effects of a projection is worth: the same leave-out table for several choices, and with the choice itself made anew for
// each architecture, by how well the others are projected when left out. Deviations are found anew each time, as always.
//
//   npm run build && node bench/projection.mjs            a minute or two
//   npm run build && node bench/projection.mjs --choose   several minutes
//
// Figures are those of MLPerf under Offline and Server, of makers that others are known of. The same on every machine.
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../dist/hardware/catalogue.js';
import { loadPublished } from '../dist/hardware/published.js';
import { roofOf } from '../dist/roofline/cell.js';
import { effectsOf, expectedDeviations, generationOf, regimeOf } from '../dist/roofline/effects.js';
import { confidence, EfficiencyModel } from '../dist/roofline/efficiency-model.js';
import { sortEvidence } from '../dist/roofline/evidence.js';
import { normalQuantile } from '../dist/stats/normal.js';

const without = (pattern) => (cell) => new Map([...effectsOf(cell)].filter(([effect]) => !pattern.test(effect)));
const renamed = (name) => (cell) =>
  new Map([...effectsOf(cell)].map(([effect, weight]) => [name(effect, cell), weight]));
const withSize = (cell) => {
  const size = Math.log(roofOf(cell).peakOperationsPerSecond / 100e12);
  return new Map([
    ...effectsOf(cell),
    ['use size', size],
    [`use size ${cell.profile.kind}`, size],
    [`use size ${cell.model.id}`, size],
  ]);
};
/** Slopes, effects by one property and effects by two with a deviation of their own. */
const finer = (effect, cell) => {
  if (!effect.startsWith('use ')) return effect;
  if (/^use (balance|power)/.test(effect)) return effect.replace('use', 'slope');
  const { scenario, precision, profile } = cell;
  const single = [`${profile.vendor} ${profile.kind}`, scenario, precision].includes(effect.slice(4));
  return effect.replace('use', single ? 'single' : 'pair');
};
const more = new Map([
  ...expectedDeviations,
  ...['slope', 'single', 'pair'].map((kind) => [kind, expectedDeviations.get('use')]),
]);

const choices = [
  { name: 'as they are', effectsOf, expectedDeviations },
  { name: 'with the size of the peak as a slope', effectsOf: withSize, expectedDeviations },
  { name: 'without joules for each operation', effectsOf: without(/^use power/), expectedDeviations },
  { name: 'without bytes for each operation', effectsOf: without(/^use balance/), expectedDeviations },
  { name: 'without generations', effectsOf: without(/^architecture generation/), expectedDeviations },
  { name: 'without software of decoders', effectsOf: without(/^software/), expectedDeviations },
  { name: 'slopes, singles and pairs apart', effectsOf: renamed(finer), expectedDeviations: more },
  {
    name: 'one deviation for all but the level',
    effectsOf: renamed((effect) => (effect === 'level' ? effect : `use ${effect}`)),
    expectedDeviations,
  },
];

const profiles = loadCatalogue({}).profiles.filter(({ origin }) => origin === 'built-in');
const evidence = sortEvidence(loadPublished(), profiles).evidence.filter(
  (one) => one.stack === 'mlperf' && regimeOf(one) === 'throughput',
);
const deviationsWithin = normalQuantile((1 + confidence) / 2);
const makerOf = ({ profile }) => `${profile.vendor} ${profile.kind}`;
const groupsOf = {
  device: ({ profile }) => profile.id,
  architecture: ({ profile }) => profile.architecture,
  generation: ({ profile }) => generationOf(profile.architecture),
};

/** What becomes of figures that are projected from others. */
function tried(left, rest, choice, model = new EfficiencyModel(rest, choice)) {
  const makers = new Set(rest.map(makerOf));
  return left.flatMap((one) => {
    if (!makers.has(makerOf(one))) return [];
    const { mean, halfWidth } = model.estimate(one);
    const away = one.logEfficiency - mean;
    const deviation = halfWidth / deviationsWithin;
    return [
      {
        scenario: one.scenario,
        error: Math.abs(Math.exp(-away) - 1),
        inside: Math.abs(away) <= halfWidth,
        factor: Math.exp(halfWidth),
        score: -Math.log(deviation) - (away / deviation) ** 2 / 2,
      },
    ];
  });
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (name, leftOut, rows) => {
  const offline = rows.filter(({ scenario }) => scenario === 'Offline');
  const percent = (share) => `${(share * 100).toFixed(1)} %`;
  const cells = [
    percent(middle(offline.map(({ error }) => error))),
    percent(mean(offline.map(({ inside }) => Number(inside)))),
    `×/÷ ${middle(offline.map(({ factor }) => factor)).toFixed(2)}`,
    mean(rows.map(({ score }) => score)).toFixed(2),
  ];
  console.log(`| ${[name, leftOut, ...cells].join(' | ')} |`);
};

console.log('| effects | left out | median error, Offline | within 90 % | interval | log score |');
console.log('| --- | --- | ---: | ---: | ---: | ---: |');
const { values: asked } = parseArgs({ options: { choose: { type: 'boolean' } } });
if (asked.choose) chosenAnew();
else {
  for (const choice of choices) {
    for (const [leftOut, groupOf] of Object.entries(groupsOf)) {
      const rows = [...new Set(evidence.map(groupOf))].flatMap((group) =>
        tried(
          evidence.filter((one) => groupOf(one) === group),
          evidence.filter((one) => groupOf(one) !== group),
          choice,
        ),
      );
      row(choice.name, leftOut, rows);
    }
  }
}

/** For each architecture the choice with the best score where every other one is left out in turn, both unseen. */
function chosenAnew() {
  const groupOf = groupsOf.architecture;
  const groups = [...new Set(evidence.map(groupOf))];
  const scores = new Map(groups.map((group) => [group, choices.map(() => [])]));
  for (const [i, one] of groups.entries()) {
    for (const other of groups.slice(i + 1)) {
      const rest = evidence.filter((figure) => groupOf(figure) !== one && groupOf(figure) !== other);
      const of = (group) => evidence.filter((figure) => groupOf(figure) === group);
      for (const [c, choice] of choices.entries()) {
        const model = new EfficiencyModel(rest, choice);
        scores.get(one)[c].push(...tried(of(other), rest, choice, model).map(({ score }) => score));
        scores.get(other)[c].push(...tried(of(one), rest, choice, model).map(({ score }) => score));
      }
    }
  }
  const taken = new Map();
  const rows = groups.flatMap((group) => {
    const means = scores.get(group).map(mean);
    const choice = choices[means.indexOf(Math.max(...means))];
    taken.set(choice.name, (taken.get(choice.name) ?? 0) + 1);
    return tried(
      evidence.filter((one) => groupOf(one) === group),
      evidence.filter((one) => groupOf(one) !== group),
      choice,
    );
  });
  row('chosen anew', 'architecture', rows);
  console.log(`\nChosen: ${[...taken].map(([name, times]) => `${name} (${times})`).join(', ')}.`);
}

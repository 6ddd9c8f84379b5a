// How often the drift rule finds what is there, and what is not; and how soon the watch of a warm-up ends it: 2,000 seeded series each,
// printed as tables in Markdown, or with --json as JSON. The same on every machine. Takes some minutes.
//
//   npm run build && node bench/drift-rule.mjs [series] [--json]
import { correlations, driftRates, warmups, watchRates, windows } from './drift-rule-experiments.mjs';

const isJson = process.argv.includes('--json');
const count = Number(process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? 2_000);
const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;

const drifts = windows.flatMap((queries) =>
  correlations.flatMap((correlation) =>
    driftRates({ queries, correlation }, count).map((rates) => ({ queries, correlation, ...rates })),
  ),
);
const watches = warmups.map((warmup) => ({ ...warmup, ...watchRates(warmup, count) }));

if (isJson) {
  console.log(JSON.stringify({ series: count, drifts, watches }, null, 2));
} else {
  console.log(
    '| queries | φ | variation | steady: up or down | steady: none | drift of 5 % | of 10 % | shift of 10 % |',
  );
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const { queries, correlation, variation, steady, none, drift5, drift10, shift10 } of drifts) {
    const rates = [steady, none, drift5, drift10, shift10].map((share) => percent(share));
    console.log(`| ${queries.toLocaleString('en')} | ${correlation} | ${percent(variation)} | ${rates.join(' | ')} |`);
  }
  console.log('\n| falls by 1 / e in | variation | queries, median | p90 | left at 100 | left | more than 3 % left |');
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const { fall, variation, median, p90, leftAtMinimum, left, tooEarly } of watches) {
    const cells = [fall === 0 ? 'steady' : fall, percent(variation), median, p90];
    console.log(`| ${[...cells, percent(leftAtMinimum, 1), percent(left, 1), percent(tooEarly)].join(' | ')} |`);
  }
}

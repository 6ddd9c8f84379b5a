// How often the drift rule finds what is there, and what is not; and how soon the watch of a warm-up ends it: 2,000 seeded series each,
// printed as tables in Markdown, or with --json as JSON. The same on every machine. Takes some minutes.
//
//   npm run build && node bench/drift-rule.mjs [series] [--json]
import { correlations, driftRates, variations, warmups, watchRates, windows } from './drift-rule-experiments.mjs';

const isJson = process.argv.includes('--json');
const count = Number(process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? 2_000);
const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;

const drifts = windows.flatMap((queries) =>
  correlations.map((correlation) => ({ queries, correlation, rates: driftRates({ queries, correlation }, count) })),
);
const watches = warmups.map((warmup) => ({ ...warmup, ...watchRates(warmup, count) }));

if (isJson) {
  console.log(JSON.stringify({ series: count, drifts, watches }, null, 2));
} else {
  console.log(`Shares in percent, of queries that vary by ${variations.map((share) => percent(share)).join(', ')}:\n`);
  console.log('| queries | φ | steady: up or down | steady: none | drift of 5 % | drift of 10 % | shift of 10 % |');
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const { queries, correlation, rates } of drifts) {
    const cells = ['steady', 'none', 'drift5', 'drift10', 'shift10'].map((what) =>
      rates.map((rate) => (100 * rate[what]).toFixed(0)).join(', '),
    );
    console.log(`| ${queries.toLocaleString('en')} | ${correlation} | ${cells.join(' | ')} |`);
  }
  console.log('\n| falls by 1 / e in | variation | queries, median | p90 | left at 100 | left | more than 3 % left |');
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const { fall, variation, median, p90, leftAtMinimum, left, tooEarly } of watches) {
    const cells = [fall === 0 ? 'steady' : `${fall} queries`, percent(variation), median, p90];
    console.log(`| ${[...cells, percent(leftAtMinimum, 1), percent(left, 1), percent(tooEarly)].join(' | ')} |`);
  }
}

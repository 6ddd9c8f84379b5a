// How often the intervals of src/stats hold the truth: 2,000 seeded experiments each, printed as a table in Markdown.
//
//   npm run build && node bench/coverage.mjs [experiments]
//
// Ends with 1 when an exact interval differs from the level that it says it attains by more than three standard errors, another leaves
// the shares promised for it, or one that is to fail does not. The same on every machine.
import { coverage, experiments } from './coverage-experiments.mjs';

const count = Number(process.argv[2] ?? 2_000);
const percent = (share) => `${(100 * share).toFixed(1)} %`;
let broken = 0;
console.log('| interval at 95 % | holds the truth | expected | |\n| --- | ---: | ---: | --- |');
for (const experiment of experiments) {
  const { held, level, standardError } = coverage(experiment, count);
  const [expected, kept] =
    experiment.kind === 'exact'
      ? [`${percent(level)} (computed)`, Math.abs(held - level) <= 3 * standardError]
      : experiment.kind === 'between'
        ? [experiment.between.map(percent).join(' to '), held >= experiment.between[0] && held <= experiment.between[1]]
        : ['95.0 %', held < 0.93];
  if (!kept) broken++;
  const verdict = !kept ? 'NOT KEPT' : experiment.kind === 'fails' ? 'fails, as shown' : 'kept';
  console.log(`| ${experiment.name} | ${percent(held)} | ${expected} | ${verdict} |`);
}
process.exitCode = broken === 0 ? 0 : 1;

// Measures what the collectors disturb: p50 of a workload with all of them on, at the default rate, against a run without a sampler.
//
//   npm run build && node bench/sampling.mjs [pairs] [workload] [window, such as 5s]
//
// Runs with and without take turns in an order drawn from a seed, each a fresh process, so that whatever else the machine does hits both.
// A pair gives one ratio of medians; the interval is Student's over the logarithms of the ratios, because pairs are independent and the
// queries of one run are not. Half the width of the interval is the smallest effect that could be told from none.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { meanInterval } from '../dist/stats/interval.js';
import { generator, uniform } from '../dist/stats/random.js';

const [pairs = '20', workload = 'digits', window = '5s'] = process.argv.slice(2);
const dyno = fileURLToPath(new URL('../bin/dyno.js', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'dyno-sampling-'));
/** The disturbance is to be below this share. */
const bar = 0.01;

try {
  const random = generator(1);
  const ratios = [];
  for (let pair = 0; pair < Number(pairs); pair++) {
    const onFirst = uniform(random) < 0.5;
    const first = p50(`${pair}-a`, onFirst);
    const second = p50(`${pair}-b`, !onFirst);
    ratios.push(Math.log(onFirst ? first / second : second / first));
    process.stderr.write(`pair ${pair + 1} of ${pairs}: ${percent(Math.exp(ratios.at(-1)) - 1)}\n`);
  }
  report(ratios);
} finally {
  rmSync(out, { recursive: true, force: true });
}

/** Median response time in seconds of one run. */
function p50(id, sampled) {
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      dyno,
      ...[
        'bench',
        '--workload',
        workload,
        '--batch-size',
        '1',
        '--fusion',
        'on',
        '--threads',
        '1',
        '--quick',
        '--no-report',
      ],
      ...['--set', 'policy.proof=false', '--set', `policy.window.min_duration=${window}`],
      ...['--set', `policy.window.max_duration=10min`, '--set', `policy.sampling_hertz=${sampled ? 10 : 0}`],
      ...['--out', out, '--run-id', id],
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`dyno bench ended with ${status}:\n${stderr}`);
  const run = JSON.parse(readFileSync(join(out, id, 'run.json'), 'utf8'));
  const value = run.cases[0]?.latency?.p50;
  if (!(value > 0)) throw new Error(`The run has no p50: ${JSON.stringify(run.cases[0]?.reasons)}`);
  return value;
}

function report(ratios) {
  const interval = meanInterval(ratios);
  if (interval === null) throw new Error('An interval needs two pairs at least.');
  const effect = (logarithm) => Math.exp(logarithm) - 1;
  const [value, low, high] = [interval.value, interval.low, interval.high].map(effect);
  const resolvable = (high - low) / 2;
  const answer =
    high < bar ? 'below the bar' : low > bar ? 'above the bar' : `not resolvable here below ${percent(resolvable)}`;
  console.log(
    JSON.stringify({
      workload,
      window,
      pairs: ratios.length,
      disturbance: value,
      ci95: [low, high],
      resolvable,
      bar,
      answer,
    }),
  );
  process.stderr.write(
    `p50 of ${workload} with all collectors on against off: ${percent(value)} (95 % interval ${percent(low)} to ${percent(high)}); ${answer}.\n`,
  );
}

function percent(share) {
  return `${(share * 100).toFixed(2)} %`;
}

// A run of as many queries as wanted, in the files that a bench would leave: made up, so that it takes seconds and not hours.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sealToParquet } from '../dist/results/parquet.js';
import { queryColumns } from '../dist/results/record.js';
import { SegmentWriter } from '../dist/results/segment-file.js';
import { generator, uniform } from '../dist/stats/random.js';

const example = fileURLToPath(new URL('../results/example/events.jsonl', import.meta.url));

/**
 * Writes `folder` as the run of one case of the example, under Poisson arrivals at 80 % of the capacity of one server, whose service times
 * are exponential around 1 ms: `queries` of them, in `rounds` of equal length. `seal` takes what `sealToParquet` takes, and may do it elsewhere.
 */
export async function storeScaleRun(folder, queries, rounds, seal = sealToParquet) {
  const events = readFileSync(example, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const one = (type) => events.find((event) => event.type === type);
  const [started, started0, finished] = [one('run.started'), one('round.started'), one('round.finished')];
  const [planned] = started.plan.cases;
  mkdirSync(join(folder, 'samples'), { recursive: true });
  const lines = [
    {
      ...started,
      plan: {
        ...started.plan,
        cases: [{ ...planned, scenario: { kind: 'server', arrivals: { kind: 'poisson' }, rate: 800 } }],
        policy: { ...started.plan.policy, rounds },
      },
    },
    events.find(({ type, workload }) => type === 'workload.prepared' && workload === planned.workload),
  ];
  for (let round = 0; round < rounds; round++) {
    const ofRound = Math.round((queries * (round + 1)) / rounds) - Math.round((queries * round) / rounds);
    const segment = join(folder, 'samples', `scale-r${round}.seg`);
    const windowSeconds = writeQueries(segment, ofRound, round);
    const samples = await seal(segment, segment.replace(/seg$/, 'parquet'));
    const about = { key: planned.key, round };
    lines.push({ ...started0, ...about, order: round });
    lines.push({
      ...finished,
      ...about,
      samples,
      telemetry: null,
      measured: { ...finished.measured, queries: ofRound, items: ofRound, windowSeconds },
    });
  }
  lines.push(one('run.finished'));
  writeFileSync(join(folder, 'events.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** One server, first come first served. Returns when the last query was completed. */
function writeQueries(segment, queries, seed) {
  const random = generator(seed);
  const exponential = (mean) => -mean * Math.log(1 - uniform(random));
  const writer = new SegmentWriter(segment, queryColumns);
  let [scheduled, completed] = [0, 0];
  for (let query = 0; query < queries; query++) {
    const sent = scheduled + exponential(20e-6);
    const begun = Math.max(sent, completed);
    const service = exponential(1e-3);
    completed = begun + service;
    const stages = [0.2 * service, 0.7 * service, 0.1 * service];
    // In the order of `queryColumns`.
    writer.append([query, 1, query % 100, 0, scheduled, sent, begun, completed, ...stages]);
    scheduled += exponential(1 / 800);
  }
  writer.close();
  return completed;
}

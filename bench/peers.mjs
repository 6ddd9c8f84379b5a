// The embedded engine against other engines on this processor: how many times as fast it is, paired by round with intervals, and whether it
// reaches its lines on ResNet-50. Of a finished run of suites/peers.yaml; without one, the suite is run first (about 20 minutes).
//
//   npm run build && node bench/peers.mjs [--run RUN] [--out results] [--json]
//
// Times of engines in other processes are taken inside them: what tensors need to travel there is in none of the ratios. What the call through the
// binding of Node.js costs is in those of the embedded engine. Let nothing else run on the machine.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findRun, newRunId, readRun } from '../dist/results/result-folder.js';
import { judgeLines, peerRatios, peerTables } from './peer-ratios.mjs';

const { values } = parseArgs({
  options: {
    run: { type: 'string' },
    out: { type: 'string', default: 'results' },
    json: { type: 'boolean', default: false },
  },
});

const run = readRun(findRun(values.run ?? measure(values.out), values.out));
const rows = peerRatios(run);
if (rows.length === 0) {
  throw new Error(
    `${run.runId} has nothing to compare: expected cases of ort-cpu and of another backend that are alike in all else.`,
  );
}
const judged = judgeLines(rows);
if (values.json) {
  const plain = rows.map(({ here, peer, settings, effect }) => ({ here: here.id, peer: peer.id, settings, ...effect }));
  const standing = judged.map(({ fastest, ...one }) => ({ ...one, fastest: fastest?.peer.id ?? null }));
  console.log(JSON.stringify({ runId: run.runId, ratios: plain, lines: standing }, null, 2));
} else {
  const { environment, runId, policy } = run;
  const { cpu, versions } = environment;
  const software = new Set(run.cases.flatMap(({ effective }) => effective.software?.value ?? []));
  console.log(
    `${runId}: ${policy.rounds} rounds on ${cpu.model ?? 'an unknown processor'}, ${cpu.availableCores} cores.`,
  );
  console.log(`onnxruntime-node ${versions['onnxruntime-node'] ?? '–'}; ${[...software].join('; ')}\n`);
  console.log(peerTables(rows, judged));
}

/** Runs the suite, whose own output goes to the terminal, and answers its id. Cases that were skipped, or failed beside others, are told in the table. */
function measure(out) {
  const runId = newRunId(new Date(), 'peers');
  const dyno = fileURLToPath(new URL('../bin/dyno.js', import.meta.url));
  const words = ['bench', 'peers', '--out', out, '--run-id', runId];
  // The answer of dyno goes to where its progress goes: what is printed here is the tables alone.
  const { status } = spawnSync(process.execPath, [dyno, ...words], { stdio: ['ignore', process.stderr.fd, 'inherit'] });
  if (status !== 0 && status !== 5) throw new Error(`dyno ${words.join(' ')} ended with ${status}.`);
  return runId;
}

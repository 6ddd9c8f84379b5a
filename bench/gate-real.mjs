// The gate on this repository and this machine, with real processes: k gates of a version against itself and k of a version with a slowdown
// planted in its preprocessing, in turns. Tells the verdict, the time it took, the estimate, and the stage that is blamed.
//
//   node bench/gate-real.mjs [--aa 5] [--planted 3] [--slowdown 0.2] [--folder DIR]
//
// Works in a clone of the last commit, so that the checkout can be edited meanwhile. What is done is kept in the folder: the same command goes
// on with the same commit where it was; a gate that was cut off is measured anew, because its time is an answer, too. Let nothing else run on the machine.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { plantedFile, withSlowdown } from './planted-slowdown.mjs';

/** `--quick` is to decide within this. */
const mostSeconds = 360;
/** The case that the slowdown is measured by, and what else its step is in. */
const slowed = 'mobilenet-v2/ort-cpu/b1/fp32/fusion-on/t1/single_stream';
const slowedStage = 'preprocess';
const suite = 'suites/gate.yaml';
/** Bench runs that the share of the step is taken from. */
const calibrations = 3;

const { values } = parseArgs({
  options: {
    aa: { type: 'string', default: '5' },
    planted: { type: 'string', default: '3' },
    slowdown: { type: 'string', default: '0.2' },
    folder: { type: 'string', default: join(tmpdir(), 'dyno-gate-real') },
  },
});
const wanted = { aa: number('--aa', values.aa), planted: number('--planted', values.planted) };
const slowdown = number('--slowdown', values.slowdown);
const { folder } = values;
const clone = join(folder, 'repository');
const out = join(folder, 'results');
const stateFile = join(folder, 'state.json');
const checkout = fileURLToPath(new URL('..', import.meta.url));

const state = existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, 'utf8')) : prepare();
if (state.slowdown !== slowdown) {
  fail(
    `${folder}: expected gates with a slowdown of ${slowdown}, got some with ${state.slowdown}. Remove the folder, or name another one by --folder.`,
  );
}
process.stderr.write(`gates of ${state.commit.slice(0, 12)} in ${folder}\n`);
for (const { kind, round } of turns(wanted)) {
  const id = `${kind}-${round}`;
  if (state.runs.some((run) => run.id === id)) continue;
  state.runs.push(await gate(id, kind, round));
  save();
}
report();

/** A, planted, A, planted, … until there are as many of each as are wanted. */
function turns({ aa, planted }) {
  return Array.from({ length: Math.max(aa, planted) }, (_, index) => index + 1).flatMap((round) => [
    ...(round <= aa ? [{ kind: 'aa', round }] : []),
    ...(round <= planted ? [{ kind: 'planted', round }] : []),
  ]);
}

/** The clone, built, with a branch that has the slowdown. */
function prepare() {
  mkdirSync(folder, { recursive: true });
  // Of a preparation that was cut off.
  rmSync(clone, { recursive: true, force: true });
  const commit = git(checkout, 'rev-parse', 'HEAD');
  git(folder, 'clone', '--quiet', checkout, clone);
  git(clone, 'checkout', '--quiet', '-B', 'same', commit);
  process.stderr.write(`setting up ${clone} (${commit.slice(0, 12)}) …\n`);
  installPackages();
  run(clone, process.execPath, 'scripts/build.mjs', '--unchecked');
  const share = shareToPlant();
  plant(share);
  const made = { commit, slowdown, share, runs: [] };
  writeFileSync(stateFile, JSON.stringify(made, null, 2));
  return made;
}

/** A branch with the slowdown, made beside the clone: a source that was written again in it would have it built again. */
function plant(share) {
  const beside = join(folder, 'slower');
  rmSync(beside, { recursive: true, force: true });
  git(clone, 'worktree', 'add', '--quiet', '-b', 'slower', beside);
  const file = join(beside, plantedFile);
  writeFileSync(file, withSlowdown(readFileSync(file, 'utf8'), share));
  const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  git(beside, ...author, 'commit', '--quiet', '--all', '--message', 'Slow the decoding of images down');
  git(clone, 'worktree', 'remove', '--force', beside);
}

/** Linked where that can be done; the gate's own setup does the same for its checkouts. */
function installPackages() {
  try {
    run(checkout, 'cp', '-al', join(checkout, 'node_modules'), clone);
    // As old as where they were installed: the setup tells by that whether they are of this lock file.
    const { atime, mtime } = statSync(join(checkout, 'package-lock.json'));
    utimesSync(join(clone, 'package-lock.json'), atime, mtime);
  } catch {
    rmSync(join(clone, 'node_modules'), { recursive: true, force: true });
    run(clone, 'npm', 'ci', '--prefer-offline', '--no-audit', '--no-fund');
  }
}

/** By which share the step has to take longer for the whole request to take `slowdown` longer: its part of a request differs by machine. */
function shareToPlant() {
  const shares = Array.from({ length: calibrations }, (_, index) => {
    const id = `calibration-${index + 1}`;
    rmSync(join(out, id), { recursive: true, force: true });
    const words = ['--workload', 'mobilenet-v2', '--set', 'policy.proof=false', '--no-report'];
    run(clone, process.execPath, 'bin/dyno.js', 'bench', suite, ...words, '--out', out, '--run-id', id);
    const { cases } = JSON.parse(readFileSync(join(out, id, 'run.json'), 'utf8'));
    const measured = cases.find((one) => one.id === slowed);
    if (measured?.status !== 'ok')
      fail(`${slowed}: expected it to be measured, got ${measured?.status ?? 'no such case'}.`);
    return (slowdown * measured.latency.p50) / measured.stages[slowedStage].p50;
  });
  return shares.sort((a, b) => a - b)[Math.floor(calibrations / 2)];
}

async function gate(id, kind, seed) {
  // Of a run that was cut off.
  rmSync(join(out, 'gates', id), { recursive: true, force: true });
  const log = openSync(join(folder, `${id}.log`), 'w');
  const versions = ['--base', 'same', '--head', kind === 'aa' ? 'same' : 'slower'];
  const words = ['gate', ...versions, '--quick', '--seed', String(seed), '--out', out, '--run-id', id];
  process.stderr.write(`${id}: load ${loadavg()[0].toFixed(2)}, dyno ${words.join(' ')}\n`);
  const started = performance.now();
  const child = spawn(process.execPath, ['bin/dyno.js', ...words, '--format', 'text'], {
    cwd: clone,
    stdio: ['ignore', log, log],
  });
  const exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const seconds = (performance.now() - started) / 1e3;
  const answerFile = join(out, 'gates', id, 'gate.json');
  if (!existsSync(answerFile))
    fail(`${id}: ended with exit code ${exitCode} and no verdict. See ${join(folder, `${id}.log`)}.`);
  const answer = JSON.parse(readFileSync(answerFile, 'utf8'));
  const done = {
    id,
    kind,
    seconds,
    exitCode,
    verdict: answer.verdict,
    rows: rowsOf(answer),
    error: answer.error ?? null,
  };
  process.stderr.write(`${lineOf(done)}\n`);
  return done;
}

/** The gating rows that have noise. */
function rowsOf({ rows = [], stages = {} }) {
  return rows
    .filter(({ role, kind }) => role === 'gating' && kind === 'sampled')
    .map(({ scenario, metric, verdict, look, confirm, reasons }) => ({
      scenario,
      metric,
      verdict,
      reasons: reasons.map(({ code }) => code),
      // Of both stages, as the second one is measured only where the first one found something.
      stages: [look, confirm].flatMap((stage) => (stage === null ? [] : [stageOf(stage)])),
      blamed: stages[scenario]?.[0] ?? null,
    }));
}

function stageOf({ stage, pairs, attempted, change, minimumDetectable, selfNoise }) {
  return { stage, pairs, void: attempted - pairs, change, minimumDetectable, selfNoise };
}

function lineOf({ id, verdict, exitCode, seconds, rows, error }) {
  const first = `${id}  ${verdict}, exit code ${exitCode}, ${seconds.toFixed(0)} s${error === null ? '' : `: ${error.code}`}`;
  return [first, ...rows.map(rowLine)].join('\n  ');
}

function rowLine({ scenario, metric, verdict, reasons, stages, blamed }) {
  const told = stages.map(({ stage, pairs, void: lost, change, minimumDetectable, selfNoise }) => {
    const interval =
      change === null ? 'no estimate' : `${percent(change.value)} [${percent(change.low)}, ${percent(change.high)}]`;
    const dropped = lost > 0 ? ` (${lost} void)` : '';
    return `${stage} ${pairs} pairs${dropped}: ${interval}, sees ${percent(minimumDetectable)}, noise ${percent(selfNoise)}`;
  });
  const stage = blamed === null ? '' : `; ${blamed.stage} ${(blamed.difference * 1e3).toFixed(2)} ms`;
  return `${scenario} ${metric}: ${verdict} ${reasons.join(' ')} | ${told.join(' | ')}${stage}`;
}

/** All gates, and whether they are what they should be; exit code 1 where they are not. */
function report() {
  const { commit, share, runs } = state;
  const isFound = ({ rows }) =>
    rows.some((row) => row.scenario === slowed && row.verdict === 'regressed' && row.blamed?.stage === slowedStage);
  const ofKind = (kind) => runs.filter((run) => run.kind === kind);
  const alarms = ofKind('aa').filter(({ verdict }) => verdict === 'regressed');
  const found = ofKind('planted').filter(isFound);
  const longest = Math.max(0, ...runs.map(({ seconds }) => seconds));
  console.log(
    `Gates of ${commit.slice(0, 12)}; planted: ${percent(slowdown)} end to end (the step ${percent(share)}).\n`,
  );
  console.log(runs.map(lineOf).join('\n'));
  console.log(`\nfalse alarms        ${alarms.length} of ${ofKind('aa').length}`);
  console.log(`found and blamed    ${found.length} of ${ofKind('planted').length} (on ${slowedStage})`);
  console.log(`longest             ${longest.toFixed(0)} s (at most ${mostSeconds} s)`);
  const isReached = alarms.length === 0 && found.length === ofKind('planted').length && longest < mostSeconds;
  process.exitCode = isReached ? 0 : 1;
}

function percent(share) {
  return share === null ? '?' : `${share < 0 ? '−' : ''}${Math.abs(100 * share).toFixed(1)} %`;
}

function save() {
  writeFileSync(stateFile, JSON.stringify(state, null, 2));
}

function git(cwd, ...words) {
  return run(cwd, 'git', ...words).trim();
}

function run(cwd, program, ...words) {
  return execFileSync(program, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function number(option, text) {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0))
    fail(`${option}: expected a number of at least 0, got ${JSON.stringify(text)}.`);
  return value;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(3);
}

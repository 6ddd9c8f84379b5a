import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordOf, surroundingsOf } from '../../src/gate/arm-environment.ts';
import { decide } from '../../src/gate/decide.ts';
import { gatePlanOf } from '../../src/gate/gate-file.ts';
import { GateLog, readGateLog } from '../../src/gate/gate-log.ts';
import { measureTrial, type RoundOptions, roundMeasurer } from '../../src/gate/measure-round.ts';
import { ruledMetrics } from '../../src/gate/metric-rules.ts';
import { unknownConditions } from '../../src/gate/pair.ts';
import { commandProbe } from '../../src/gate/probe.ts';
import { runSession, type SessionEnd } from '../../src/gate/session.ts';
import { setUp } from '../../src/gate/set-up.ts';
import { resolveVersion, type Version } from '../../src/gate/version.ts';
import { makeWorktrees, type SourceVersion } from '../../src/gate/worktrees.ts';
import { ScratchRepository } from './scratch-repository.ts';

let repository: ScratchRepository;
beforeEach(() => {
  repository = new ScratchRepository();
});
afterEach(() => repository.remove());

/** A benchmark without a clock: a latency of `milliseconds` and up to 1 % more, by the seed of the round and the process. */
const script = `
noise=$(( (DYNO_GATE_SEED / 16 + $$) % 100 ))
answer=$(cat answer)
echo "{\\"scenario\\":\\"small\\",\\"metric\\":\\"latency\\",\\"unit\\":\\"us\\",\\"value\\":$(( $(cat milliseconds) * (10000 + noise) / 10 )),\\"output\\":\\"$answer\\"}"
echo "{\\"scenario\\":\\"small\\",\\"metric\\":\\"size\\",\\"unit\\":\\"bytes\\",\\"kind\\":\\"exact\\",\\"value\\":$(cat built)}"
`;

const plan = gatePlanOf(
  { setup: 'wc -c < answer > built', command: 'sh bench.sh', looks: [8, 12], confirm_rounds: 8 },
  () => 'gate.yaml',
);

function source(version: Version): SourceVersion {
  if (version.kind === 'run') throw new Error('A run cannot be checked out.');
  return version;
}

/** The whole way of a gate of the scratch repository, stopped after so many rounds. */
async function gate(base: string, head: string, rounds = Number.POSITIVE_INFINITY): Promise<SessionEnd> {
  const where = { folder: repository.folder, results: repository.path('results') };
  const worktrees = makeWorktrees(
    source(resolveVersion(base, { option: '--base', ...where })),
    source(resolveVersion(head, { option: '--head', ...where })),
  );
  try {
    const surroundings = surroundingsOf(plan.environment, plan.cpus);
    for (const worktree of [worktrees.base, worktrees.head]) await setUp(worktree, plan.setup, surroundings);
    const controller = new AbortController();
    const options: RoundOptions = {
      folders: { base: worktrees.base.folder, head: worktrees.head.folder },
      probe: commandProbe(plan.command ?? ''),
      surroundings,
      timeoutSeconds: plan.timeoutSeconds,
      signal: controller.signal,
      // The load of the machine that runs the tests must not void a round.
      watch: { begin: async () => async () => unknownConditions },
    };
    const ofBase = await measureTrial('base', 0, options);
    const { metrics } = ruledMetrics(ofBase, await measureTrial('head', 0, options), plan.rules);
    const settings = { ...plan.settings, metrics };
    const version = ({ version: { name, commit }, content, changedFiles }: typeof worktrees.base) => ({
      name,
      commit,
      content,
      changedFiles,
    });
    const log = GateLog.open(repository.path('.git', 'gate'), {
      type: 'gate',
      schemaVersion: 1,
      settings,
      base: version(worktrees.base),
      head: version(worktrees.head),
      surroundings: recordOf(surroundings),
    });
    let left = rounds;
    try {
      return await runSession({
        settings,
        measureRound: roundMeasurer(options),
        log,
        decide,
        now: () => 0,
        budgetSeconds: null,
        signal: controller.signal,
        onRound: () => {
          if (left-- <= 0) controller.abort();
        },
      });
    } finally {
      log.close();
    }
  } finally {
    worktrees.remove();
  }
}

function verdicts({ decision }: SessionEnd) {
  return Object.fromEntries(decision.rows.map(({ metric, verdict }) => [metric.metric, verdict]));
}

const files = { 'bench.sh': script, milliseconds: '20', answer: 'cat' };

test('a version against itself passes', async () => {
  repository.commit(files);
  expect(verdicts(await gate('main', 'main'))).toEqual({ latency: 'pass', size: 'pass' });
});

test('a slowdown of 20 % in an uncommitted file is a regression, found again on fresh rounds', async () => {
  repository.commit(files);
  repository.write({ milliseconds: '24' });
  const end = await gate('HEAD', 'working tree');
  expect(verdicts(end)).toEqual({ latency: 'regressed', size: 'pass' });
  const { start, pairs } = readGateLog(repository.path('.git', 'gate'));
  expect(pairs.filter(({ stage }) => stage === 'confirm').length).toBeGreaterThanOrEqual(8);
  // The verdict, byte for byte, from what was stored.
  expect(JSON.stringify(decide(start.settings, pairs))).toBe(JSON.stringify(end.decision));
});

test('a version that is faster and answers otherwise is invalid after one round, and its size is named', async () => {
  const base = repository.commit(files);
  repository.commit({ milliseconds: '10', answer: 'tiger' });
  const end = await gate(base, 'main');
  expect(verdicts(end)).toEqual({ latency: 'invalid', size: 'regressed' });
  expect(end.decision.rows[0]?.reasons[0]?.code).toBe('OUTPUTS_DIFFER');
});

test('a version that does not build stops the gate with the step that failed', async () => {
  const base = repository.commit(files);
  repository.git('rm', '--quiet', 'answer');
  repository.commit();
  await expect(gate(base, 'main')).rejects.toMatchObject({ code: 'HEAD_NOT_SET_UP', exitCode: 4 });
  expect(repository.git('worktree', 'list').split('\n').length).toBe(1);
});

test('a gate that was stopped goes on where it was', async () => {
  repository.commit(files);
  const stopped = await gate('main', 'main', 3);
  expect(stopped.reason).toBe('stopped');
  const before = readGateLog(repository.path('.git', 'gate')).pairs;
  expect(before.length).toBe(3);
  expect(verdicts(await gate('main', 'main'))).toEqual({ latency: 'pass', size: 'pass' });
  const after = readGateLog(repository.path('.git', 'gate')).pairs;
  expect(after.slice(0, 3)).toEqual(before);
  expect(after.map(({ round }) => round)).toEqual(after.map((_, index) => index));
  // What is measured now is something else: it is not mixed with what was.
  repository.commit({ milliseconds: '21' });
  await expect(gate('main', 'main')).rejects.toMatchObject({ code: 'GATE_CHANGED' });
});

import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { engineProfiler, type OpenProfile, type ProfiledCase } from '../../src/gate/profiler.ts';
import type { Worktree, Worktrees } from '../../src/gate/worktrees.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'dyno-profiler-')));
  for (const arm of ['base', 'head']) mkdirSync(join(root, arm));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function worktrees(): Worktrees {
  const worktree = (arm: 'base' | 'head'): Worktree => ({
    arm,
    version: { kind: 'commit', name: arm, commit: arm, repository: root },
    folder: join(root, arm),
    content: arm,
    changedFiles: 0,
  });
  return { root, base: worktree('base'), head: worktree('head'), remove: () => {} };
}

function loaded(batchSize: number, workload = 'digits'): ProfiledCase {
  const axes = { backend: 'ort-cpu', batchSize, precision: 'fp32', fusion: 'on', threads: 2, spinning: 'off' } as const;
  return { workload, axes: { ...axes, layout: 'engine', hygiene: 'on' } as ProfiledCase['axes'] };
}

const cases = new Map([
  ['one', loaded(1)],
  ['one-server', loaded(1)],
  ['eight', loaded(8)],
]);
const profiler = () => engineProfiler({ suite: 'suites/gate.yaml', cases }, worktrees());

test('scenarios that load a model alike share a profile, those that do not have their own', () => {
  expect(profiler().groups(['one', 'eight', 'one-server', 'unknown'])).toEqual([['one', 'one-server'], ['eight']]);
});

test('a run is of the one case, with a seed, in a folder that is removed', () => {
  const opened = profiler().open('head', ['eight'], 7);
  const words = [...opened.command];
  expect(words.slice(2, 4)).toEqual(['bench', 'suites/gate.yaml']);
  const after = (option: string) => words[words.indexOf(option) + 1];
  expect(after('--workload')).toBe('digits');
  expect(after('--batch-size')).toBe('8');
  expect(after('--threads')).toBe('2');
  // A suite may ask for both settings of each: of the two cases, nobody could tell which one was profiled.
  expect([after('--spinning'), after('--hygiene'), after('--layout')]).toEqual(['off', 'on', 'engine']);
  expect(words).toContain('policy.seed=7');
  expect(words).not.toContain('policy.proof=false');
  expect(readdirSync(root).length).toBe(3);
  opened.close();
  expect(readdirSync(root).sort()).toEqual(['base', 'head']);
});

function ran(opened: OpenProfile, ...events: readonly object[]): OpenProfile {
  const folder = join(String(opened.command[opened.command.indexOf('--out') + 1]), 'profile');
  mkdirSync(folder);
  const all = [{ type: 'run.started', schemaVersion: 1 }, ...events].map((event) => ({ at: '', t: 0, ...event }));
  writeFileSync(join(folder, 'events.jsonl'), all.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return opened;
}

test('the nodes of the proof are the profile of all scenarios of the run', () => {
  const nodes = [{ name: 'a', operator: 'Conv', provider: 'CPUExecutionProvider', seconds: 0.002, calls: 1 }];
  const proof = { operatorProfile: { runs: 4, isPartial: false, nodes } };
  const opened = ran(profiler().open('base', ['one', 'one-server'], 1), { type: 'proof.finished', proof });
  const taken = opened.read('');
  expect([...taken.keys()]).toEqual(['one', 'one-server']);
  expect(taken.get('one')).toEqual({
    isPartial: false,
    nodes: [{ node: 'a', operator: 'Conv', provider: 'CPUExecutionProvider', seconds: 0.002, calls: 1 }],
  });
});

test.each([
  ['an older Dyno', { type: 'proof.finished', proof: {} }, 'tells no times of operators'],
  [
    'a backend without profiles',
    {
      type: 'proof.finished',
      proof: { operatorProfile: null, operatorProfileReason: { code: 'NO_OPERATOR_PROFILE', need: null, have: null } },
    },
    'NO_OPERATOR_PROFILE',
  ],
  [
    'a proof that failed',
    { type: 'proof.failed', cause: { code: 'OUT_OF_MEMORY', message: 'too large' } },
    'too large',
  ],
])('%s has no profile and says why', (_name, event, message) => {
  const opened = ran(profiler().open('base', ['one'], 1), event);
  expect(() => opened.read('')).toThrow(
    expect.objectContaining({ code: 'PROFILE_MISSING', message: expect.stringContaining(message) }),
  );
});

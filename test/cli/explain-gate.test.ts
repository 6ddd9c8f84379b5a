import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { explainGate } from '../../src/cli/explain-gate.ts';
import type { ExplainRequest } from '../../src/cli/paired-gate.ts';
import { surroundingsOf } from '../../src/gate/arm-environment.ts';
import { readGateSuite } from '../../src/gate/gate-suite.ts';
import { commandProbe } from '../../src/gate/probe.ts';
import { defaultSettings } from '../../src/gate/settings.ts';
import type { Worktree, Worktrees } from '../../src/gate/worktrees.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'dyno-explain-gate-')));
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

type Note = Parameters<ExplainRequest['log']['note']>[0];

/** What is noted of scenario `small` where this is the command that profiles. */
function explanation(profile: string, notes: Note[], more: Partial<ExplainRequest> = {}): Promise<void> {
  writeFileSync(join(root, 'head', 'gate.yaml'), `gate:\n  command: "true"\n  profile: ${JSON.stringify(profile)}\n`);
  const version = { name: 'x', commit: 'x', content: 'x', changedFiles: 0 };
  const settings = { ...defaultSettings, metrics: [] };
  return explainGate({
    worktrees: worktrees(),
    suite: readGateSuite(join(root, 'head'), { suite: 'gate.yaml', acknowledgements: null }),
    probe: commandProbe('true'),
    surroundings: surroundingsOf({}, null),
    stored: {
      start: { type: 'gate', schemaVersion: 1, settings, base: version, head: version, surroundings: null },
      ...{ pairs: [], context: null, explained: [], end: null, failure: null },
    },
    scenarios: ['small'],
    log: { note: (line) => void notes.push(line) },
    ...more,
  });
}

const stopped = {
  type: 'explained',
  scenario: 'small',
  operators: [],
  warnings: ['operators were not profiled: the gate was stopped before'],
};

test('before the first profile the log says that there is none, and then what profiles say', async () => {
  const notes: Note[] = [];
  await explanation(`echo '{"scenario":"small","operators":[{"operator":"Conv","seconds":1}]}'`, notes);
  expect(notes).toEqual([
    stopped,
    expect.objectContaining({ warnings: [], operators: [expect.objectContaining({ operator: 'Conv' })] }),
  ]);
});

test('a gate that is stopped while it profiles has no explanation and says so', async () => {
  const notes: Note[] = [];
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  await explanation('sleep 60', notes, { signal: controller.signal });
  expect(notes).toEqual([stopped]);
});

test('what goes wrong beside the profiles is thrown, and in the log', async () => {
  const notes: Note[] = [];
  // Not a text: no environment of a process can be made of it.
  const surroundings = surroundingsOf({}, null);
  Object.defineProperty(surroundings.environment, 'BROKEN', {
    enumerable: true,
    get: () => {
      throw new Error('no such thing');
    },
  });
  await expect(explanation('true', notes, { surroundings })).rejects.toThrow('no such thing');
  expect(notes).toEqual([stopped, { ...stopped, warnings: ['operators were not profiled: no such thing'] }]);
});

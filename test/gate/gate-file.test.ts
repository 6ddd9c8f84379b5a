import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gatePlanOf, readGateFile } from '../../src/gate/gate-file.ts';
import { defaultSettings } from '../../src/gate/settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-gate-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const path = join(folder, 'suite.yaml');
  writeFileSync(path, text);
  return readGateFile(path);
}

test('a file without a gate section has the defaults', () => {
  expect(read('name: mine\nworkloads: [digits]\n')).toEqual({
    name: 'mine',
    isEngineSuite: true,
    profile: null,
    setup: [],
    command: null,
    timeoutSeconds: 600,
    environment: {},
    cpus: null,
    rules: [],
    settings: defaultSettings,
    budgetSeconds: null,
  });
});

test('every key is read, durations to seconds, percent to shares', () => {
  const plan = read(`
gate:
  setup:
    - npm ci
    - { run: [make, all], timeout: 2min }
  setup_timeout: 90s
  command: [node, bench.mjs]
  timeout: 30
  env: { OMP_NUM_THREADS: 1, MODE: fast }
  cpus: 0-1
  metrics:
    - { scenario: "small*", metric: latency, margin: 2.5%, floor: 50us, role: gating, better: lower }
    - { metric: parameters, kind: exact, margin: 0 }
  looks: [6, 12, 20]
  rounds: 14
  confirm_rounds: 8
  time_budget: 10min
  alpha: 0.02
  seed: 7
  limits: { steal: 0.05, dropped: 0.5 }
`);
  expect(plan).toMatchObject({
    setup: [
      { run: 'npm ci', timeoutSeconds: 90 },
      { run: ['make', 'all'], timeoutSeconds: 120 },
    ],
    command: ['node', 'bench.mjs'],
    timeoutSeconds: 30,
    environment: { OMP_NUM_THREADS: '1', MODE: 'fast' },
    cpus: '0-1',
    // 20 lies beyond the rounds, which are the last look then.
    settings: { looks: [6, 12, 14], confirmRounds: 8, alpha: 0.02, seed: 7 },
    budgetSeconds: 600,
  });
  expect(plan.settings.limits).toEqual({ ...defaultSettings.limits, stealShare: 0.05, droppedShare: 0.5 });
  expect(plan.rules[0]).toMatchObject({ scenario: 'small*', margin: 0.025, floor: '50us', role: 'gating' });
  expect(plan.rules[0]?.where).toMatch(/suite\.yaml:12:7$/);
  expect(plan.rules[1]).toMatchObject({ scenario: '*', metric: 'parameters', kind: 'exact', margin: 0 });
});

test('one line of setup will do', () => {
  expect(read('gate: { setup: npm ci }').setup).toEqual([{ run: 'npm ci', timeoutSeconds: 1200 }]);
});

test.each([
  [
    'gate:\n  comand: x',
    /suite\.yaml:2:3: gate\.comand: expected a known key, got "comand"\. Did you mean "command"\?/,
  ],
  ['gate:\n  timeout: soon', /2:12: gate\.timeout: expected a duration such as 90s or 10min .*got "soon"/],
  [
    'gate:\n  metrics:\n    - margin: five',
    /3:15: gate\.metrics\[0\]\.margin: expected a share such as 5% or 0\.05, got "five"/,
  ],
  ['gate:\n  metrics:\n    - { margin: 0 }', /3:17: gate\.metrics\[0\]\.margin: expected a margin above 0/],
  ['gate:\n  looks: [10, 10]', /2:15: gate\.looks\[1\]: expected more pairs than at the look before \(10\), got 10/],
  ['gate:\n  looks: [10, 16]\n  rounds: 8', /3:11: gate\.rounds: expected at least the first of looks, 10, got 8/],
  ['gate:\n  looks: [5]', /expected at least 6, got 5/],
  ['gate:\n  limits: { dropped: 1 }', /2:22: gate\.limits\.dropped: expected less than 1, got 1/],
  ['gate:\n  env: { "A B": x }', /gate\.env\["A B"\]: expected the name of a variable/],
  ['gate:\n  cpus: all', /expected processors such as 0-3 or 0,2, got "all"/],
])('%j is refused with its place', (text, message) => {
  expect(() => read(text)).toThrow(message);
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'GATE_INVALID', exitCode: 3 }));
});

test('rounds below the first of the default looks are the only look', () => {
  expect(read('gate: { rounds: 8 }').settings.looks).toEqual([8]);
});

test('a section of a plan is checked with the places that its reader names', () => {
  const where = () => '--set gate.rounds=3';
  expect(gatePlanOf(null, where).settings).toEqual(defaultSettings);
  expect(() => gatePlanOf({ rounds: 3 }, where)).toThrow('--set gate.rounds=3: rounds: expected at least 6, got 3.');
});

test('a file that is not there says so', () => {
  expect(() => readGateFile(join(folder, 'none.yaml'))).toThrow(expect.objectContaining({ code: 'GATE_NOT_FOUND' }));
});

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/kernel/package-root.ts';
import { parseYamlValue } from '../../src/kernel/yaml-source.ts';
import { yamlBlocks } from './documented-workflows.ts';
import { problemsIn, readInputs } from './workflow-checks.ts';

const actions = ['action.yml', 'action/comment/action.yml'];
const workflows = readdirSync(packageFile('.github', 'workflows')).map((name) => `.github/workflows/${name}`);
const read = (path: string) => readFileSync(packageFile(path), 'utf8');

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function stepsOf(path: string): readonly Step[] {
  const { runs, jobs } = parseYamlValue(read(path)).value as {
    readonly runs?: { readonly steps: readonly Step[] };
    readonly jobs?: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  };
  return runs?.steps ?? Object.values(jobs ?? {}).flatMap(({ steps }) => steps);
}

test('GitHub finds no fault with the workflows and actions of this repository', async () => {
  const problems = await Promise.all([...workflows, ...actions].map((path) => problemsIn(path, read(path))));
  expect(problems.flat()).toEqual([]);
});

test('GitHub finds no fault with the workflows in the documentation', async () => {
  const blocks = yamlBlocks('docs/gate-github.md');
  expect(blocks.length).toBeGreaterThanOrEqual(3);
  const problems = await Promise.all(blocks.map((text, i) => problemsIn(`.github/workflows/example-${i}.yml`, text)));
  expect(problems.flat()).toEqual([]);
});

test('a misspelled key, permission, context or input is found', async () => {
  const text = `
on: pull_request
permissions: { contents: reed }
jobs:
  gate:
    runs-on: ubuntu-24.04
    timeout: 5
    steps:
      - uses: actions/checkout@v6
        with: { fetch-dept: 0 }
      - uses: OWNER/dyno@v1
        with: { suit: a.yaml }
      - run: echo \${{ gihub.actor }}
`;
  const problems = (await problemsIn('.github/workflows/bad.yml', text)).join('\n');
  for (const word of ['reed', 'timeout', 'fetch-dept', 'suit', 'gihub']) expect(problems).toContain(word);
});

test('an action with a misspelled key or context, or a step without a shell, is found', async () => {
  const text = `
name: a
description: b
runs:
  using: composite
  steps:
    - run: echo
    - run: echo \${{ gihub.actor }}
      shell: bash
      iff: always()
`;
  const problems = (await problemsIn('action.yml', text)).join('\n');
  for (const word of ['shell', 'iff', 'gihub']) expect(problems).toContain(word);
});

test('no expression stands in a script, where its value could be code', () => {
  const scripts = [...workflows, ...actions].flatMap((path) => stepsOf(path).flatMap(({ run }) => run ?? []));
  expect(scripts.length).toBeGreaterThan(4);
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

test('what runs with the token of others is named by commit, which nobody can move', () => {
  const named = actions.flatMap((path) => [...read(path).matchAll(/uses: (\S+)/g)].map(([, one]) => one));
  expect(named.length).toBeGreaterThanOrEqual(2);
  for (const one of named) expect(one).toMatch(/@[0-9a-f]{40}$/);
  // Where a workflow may write, too.
  expect(read('.github/workflows/bench-gate-comment.yml')).not.toMatch(/uses: actions\/\S+@v/);
});

test('every input of an action is used, and every input that is used is declared', () => {
  for (const path of actions) {
    const used = new Set([...read(path).matchAll(/\binputs\.([\w-]+)/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual(Object.keys(readInputs(path.replace(/\/?action\.yml$/, ''))).sort());
  }
});

test('the documentation has every input of the action, and no other', () => {
  const page = read('docs/gate-github.md');
  const table = page.slice(page.indexOf('## Inputs'), page.indexOf('Outputs:'));
  const named = [...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(Object.keys(readInputs('.')).sort());
});

test('a workflow that may write to pull requests checks out no ref of theirs', () => {
  const writing = workflows.filter((path) => /pull-requests: write/.test(read(path)));
  expect(writing).toEqual(['.github/workflows/bench-gate-comment.yml']);
  for (const path of writing) expect(read(path)).not.toMatch(/\bref:|pull_request_target/);
});

import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveVersion } from '../../src/gate/version.ts';
import { versionDifferences } from '../../src/gate/version-differences.ts';
import { makeWorktrees, type SourceVersion } from '../../src/gate/worktrees.ts';
import { ScratchRepository } from './scratch-repository.ts';

let repository: ScratchRepository;
beforeEach(() => {
  repository = new ScratchRepository();
});
afterEach(() => repository.remove());

/** `what: base | head` of each difference between two refs. */
function differences(base: string, head: string, suite: string | null = 'gate.yaml'): string[] {
  const where = { folder: repository.folder, results: repository.path('results') };
  const worktrees = makeWorktrees(
    resolveVersion(base, { option: '--base', ...where }) as SourceVersion,
    resolveVersion(head, { option: '--head', ...where }) as SourceVersion,
  );
  try {
    return versionDifferences(worktrees, suite).map((one) => `${one.what}: ${one.base} | ${one.head}`);
  } finally {
    worktrees.remove();
  }
}

const suite = (margin: string, more = '') =>
  `gate:\n  command: sh bench.sh\n  metrics:\n    - margin: ${margin}\n${more}`;

test('code alone is no difference beside the code', () => {
  const base = repository.commit({ 'gate.yaml': suite('5%'), 'a.js': '1', 'package.json': '{}' });
  repository.commit({ 'a.js': '2' });
  expect(differences(base, 'main')).toEqual([]);
  expect(differences('main', 'main')).toEqual([]);
});

test('a margin that the pull request loosens stands before all else, uncommitted or not', () => {
  repository.commit({ 'gate.yaml': suite('5%'), 'package.json': '{"engines":{"node":">=20"}}', 'model.onnx': 'abc' });
  repository.write({
    'gate.yaml': suite('50%', '  seed: 2\n'),
    'package.json': '{"engines":{"node":">=22"}}',
    'model.onnx': 'abcd',
  });
  expect(differences('main', 'working tree')).toEqual([
    'gate.yaml: gate.metrics, * of *: margin (loosened): 5% | 50%',
    'gate.yaml: gate.seed: null | 2',
    'engines.node (package.json): >=20 | >=22',
    'model file model.onnx: 3 B | 4 B',
  ]);
});

test('commits that base has and head lacks are counted, with how to leave them out', () => {
  repository.commit({ 'a.js': '1' });
  repository.git('checkout', '--quiet', '-b', 'feature');
  repository.commit({ 'b.js': '1' });
  repository.git('checkout', '--quiet', 'main');
  repository.commit({ 'c.js': '1' });
  repository.commit({ 'c.js': '2' });
  const [history] = differences('main', 'feature');
  expect(history).toContain('--merge-base');
  expect(history).toMatch(/: 2 commits that head lacks \| 1 commit that base lacks$/);
  expect(differences('main~2', 'feature')).toEqual([]);
});

test('a suite that only head has, or that cannot be read, is named', () => {
  const base = repository.commit({ 'a.js': '1' });
  repository.commit({ 'gate.yaml': suite('5%') });
  expect(differences(base, 'main')).toEqual(['gate.yaml: null | there']);
  repository.commit({ 'gate.yaml': 'gate: [' });
  expect(differences('main~1', 'main')).toEqual(['gate.yaml: readable | not readable']);
  expect(differences('main~1', 'main', null)).toEqual([]);
});

test('of many changed packages the ones that the project asks for are named, and the others are counted', () => {
  const lock = (version: string) => {
    const names = Array.from({ length: 20 }, (_, index) => `node_modules/p${String(index).padStart(2, '0')}`);
    const packages = Object.fromEntries(names.map((name) => [name, { version }]));
    return JSON.stringify({ packages: { '': { dependencies: { p19: '*' } }, ...packages } });
  };
  const base = repository.commit({
    'package-lock.json': lock('1.0.0'),
    'package.json': '{"dependencies":{"p19":"^1"}}',
  });
  repository.commit({ 'package-lock.json': lock('2.0.0'), 'package.json': '{"dependencies":{"p19":"^2"}}' });
  const found = differences(base, 'main');
  expect(found[0]).toBe('p19 (package-lock.json): 1.0.0 | 2.0.0');
  expect(found).toHaveLength(11);
  expect(found[10]).toBe('10 more versions in package-lock.json: one | another');
});

test('model files that are new, gone or of other bytes in the same size are told apart', () => {
  const base = repository.commit({ 'same.onnx': 'abc', 'gone.onnx': 'abc', 'equal.onnx': 'abc' });
  rmSync(repository.path('gone.onnx'));
  repository.commit({ 'same.onnx': 'abd', 'new.onnx': 'abcdef' });
  expect(differences(base, 'main')).toEqual([
    'model file gone.onnx: 3 B | null',
    'model file new.onnx: null | 6 B',
    'model file same.onnx, of equal size: 3 B, other bytes | 3 B, other bytes',
  ]);
});

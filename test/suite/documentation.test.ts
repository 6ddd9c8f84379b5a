import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/kernel/package-root.ts';
import { parseYaml } from '../../src/kernel/yaml-source.ts';
import { consistencyProblems } from '../../src/suite/consistency.ts';
import { expandMatrix } from '../../src/suite/expand.ts';
import { type SuiteFile, suiteSchema } from '../../src/suite/schema.ts';

const text = readFileSync(packageFile('docs', 'suites.md'), 'utf8');

/** The examples of docs/suites.md as whole suites, in their order. */
const examples: unknown[] = [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^\1```/gm)].map(([, indent = '', body = '']) => {
  const source = parseYaml(body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''), 'yaml');
  expect(source.problems).toEqual([]);
  const scenarios = ['single_stream', 'offline'];
  return { name: 'a', workloads: ['digits', 'resnet50'], scenarios, ...(source.value as object) };
});

test.each(examples.map((example, index) => [index, example] as const))(
  'example %i of docs/suites.md is a suite',
  (_index, example) => {
    expect(suiteSchema.safeParse(example).error).toBeUndefined();
    expect(consistencyProblems(suiteSchema.parse(example))).toEqual([]);
  },
);

function example(key: 'zip' | 'exclude' | 'include'): NonNullable<SuiteFile['matrix']> {
  const matrix = examples.map((value) => suiteSchema.parse(value).matrix).find((found) => found?.[key] !== undefined);
  if (matrix === undefined) throw new Error(`Expected an example with ${key}.`);
  return matrix;
}

test('the matrices of docs/suites.md expand as their comments say', () => {
  const batches = (key: 'zip' | 'exclude' | 'include', workload: string, scenario: string): string[] =>
    expandMatrix(example(key), { workload, scenario, availableCores: 4 }).combinations.map(
      ({ batch_size, threads }) => `b${batch_size} t${threads}`,
    );
  expect(batches('zip', 'digits', 'offline')).toEqual(['b1 t1', 'b1 t1', 'b8 t4', 'b8 t4']); // each with fusion on and off
  expect(batches('exclude', 'digits', 'offline')).toEqual(['b1 t4', 'b8 t4', 'b64 t4']);
  expect(batches('exclude', 'resnet50', 'offline')).toEqual(['b1 t4', 'b8 t4']);
  expect(batches('include', 'digits', 'single_stream')).toEqual(['b1 t4', 'b8 t2', 'b32 t4']);
  expect(batches('include', 'digits', 'offline')).toEqual(['b1 t4', 'b8 t2', 'b32 t4', 'b64 t4']);
});

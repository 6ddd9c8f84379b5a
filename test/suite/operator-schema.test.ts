import { expect, test } from 'vitest';
import { timedOperatorNames } from '../../src/engine/operators/timed-operators.ts';
import { compileSuites } from '../../src/suite/compile.ts';
import { inputError, known as knownWithout, suiteFolder } from './suite-folder.ts';

const known = { ...knownWithout, backends: [...knownWithout.backends, 'operators'] };
const { folder, write } = suiteFolder();

function suite(model: string, rest: readonly string[] = [], backend = 'operators'): string {
  const workload = ['name: timed', 'workloads:', '  - name: mine', `    model: ${model}`, ...rest];
  return write([...workload, `matrix: { backend: ${backend}, threads: 1 }`, 'scenarios: [micro]', ''].join('\n'));
}

const planOf = (path: string) => compileSuites([path], {}, known);

test('an operator is settled with all its parameters and a picture of 500 × 375', () => {
  const plan = planOf(suite('{ operator: gaussian_noise, parameters: { deviation: [1, 9] } }'));
  expect(plan.workloads).toEqual([
    {
      name: 'mine',
      kind: 'operator',
      definition: null,
      operator: {
        operator: 'gaussian_noise',
        parameters: { mean: 0, deviation: [1, 9] },
        image: { width: 500, height: 375 },
      },
    },
  ]);
  expect(plan.cases.map(({ id }) => id)).toEqual(['mine/operators/b1/fp32/fusion-on/t1/micro']);
});

test('the operator, its parameters and its picture are part of what a case is', () => {
  const models = [
    '{ operator: rotate }',
    '{ operator: shear }',
    '{ operator: rotate, parameters: { degrees: 3 } }',
    '{ operator: rotate, image: { width: 100, height: 100 } }',
  ];
  expect(new Set(models.map((model) => planOf(suite(model)).cases[0]?.key)).size).toBe(4);
});

test('the suite of preprocessing times every operator once', () => {
  const { workloads } = planOf('self/preprocess');
  expect(workloads.map(({ operator }) => operator?.operator)).toEqual(timedOperatorNames);
});

test.each([
  ['{ operator: rotat }', [], /suite.yaml:4:24: .*got "rotat". Did you mean "rotate"\?/],
  [
    '{ operator: rotate, parameters: { degree: 3 } }',
    [],
    /suite.yaml:4:46: .*expected a parameter of rotate, got "degree". Known: degrees/,
  ],
  [
    '{ operator: rotate, parameters: { degrees: 999 } }',
    [],
    /suite.yaml:4:55: .*degrees: expected a number from -360 to 360/,
  ],
  ['{ operator: invert, parameters: { factor: 1 } }', [], /got "factor". Known: none/],
  ['{ operator: invert, image: { width: 1, height: 99 } }', [], /width: expected at least 16, got 1/],
  [
    '{ operator: invert }',
    ['    postprocess: { kind: none }'],
    /suite.yaml:5:5: .*expected an operator without "postprocess"/,
  ],
] as const)('%s is refused with its place', (model, rest, message) => {
  const error = inputError(() => planOf(suite(model, rest)), folder);
  expect(error.code).toBe('SUITE_INVALID');
  expect(error.message).toMatch(message);
});

test('an operator asks for the backend that runs it', () => {
  const error = inputError(() => planOf(suite('{ operator: invert }', [], 'ort-cpu')), folder);
  expect(error.message).toMatch(
    /suite.yaml:4:12: .*expected "backend: operators" in the matrix beside an operator, got ort-cpu/,
  );
});

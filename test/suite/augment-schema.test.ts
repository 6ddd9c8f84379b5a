import { expect, test } from 'vitest';
import { catalogue } from '../../src/engine/augment/catalogue.ts';
import { compileSuites } from '../../src/suite/compile.ts';
import { inputError, known, suiteFolder } from './suite-folder.ts';

const { folder, write } = suiteFolder();
write('', 'model.onnx');
write('', 'images/a.png');

/** A suite whose operators begin in line 11, behind a dash in column 11. */
function suite(operators: readonly string[], head = 'seed: 5'): string {
  return write(
    [
      'name: changed',
      'workloads:',
      '  - name: mine',
      '    model: model.onnx',
      '    data: { kind: images, folder: images }',
      '    preprocess:',
      '      resize: { width: 8, height: 8 }',
      '      normalize: none',
      `      augment:`,
      `        ${head}`,
      '        operators:',
      ...operators.map((line) => `          - ${line}`),
      '',
    ].join('\n'),
  );
}

function augmentOf(path: string) {
  return compileSuites([path], {}, known).workloads[0]?.definition?.preprocess?.augment;
}

test('operators are settled with all their parameters, in the order of the suite', () => {
  const path = suite([
    '{ rotate: { degrees: [-10, 10], probability: 0.5 } }',
    'invert',
    '{ coarse_dropout: { holes: 3, filling: [constant, noise] } }',
  ]);
  expect(augmentOf(path)).toEqual({
    seed: 5,
    operators: [
      {
        operator: 'rotate',
        probability: 0.5,
        parameters: { degrees: [-10, 10], border: 'constant', fill: 0, interpolation: 'linear' },
      },
      { operator: 'invert', probability: 1, parameters: {} },
      {
        operator: 'coarse_dropout',
        probability: 1,
        parameters: {
          holes: 3,
          size: catalogue.coarse_dropout.parameters.size.default,
          filling: ['constant', 'noise'],
          value: 0,
        },
      },
    ],
  });
});

test('augmentation is part of what a case is, and the seed with it', () => {
  const keyOf = (path: string) => compileSuites([path], {}, known).cases[0]?.key;
  const keys = [keyOf(suite(['invert'])), keyOf(suite(['invert'], 'seed: 6')), keyOf(suite(['horizontal_flip']))];
  expect(new Set(keys).size).toBe(3);
});

test.each([
  [
    ['{ rotat: { degrees: 5 } }'],
    /suite.yaml:12:15: .*rotat: expected a known key, got "rotat". Did you mean "rotate"\?/,
  ],
  [['rotat'], /suite.yaml:12:13: .*got "rotat"\. Did you mean "rotate"\?/],
  [
    ['{ rotate: { degree: 5 } }'],
    /suite.yaml:12:25: .*expected a known key, got "degree". Did you mean "degrees"\? Known: probability, degrees/,
  ],
  [['{ rotate: { degrees: 400 } }'], /suite.yaml:12:34: .*rotate.degrees: expected at most 360/],
  [
    ['{ rotate: { degrees: [10, -10] } }'],
    /suite.yaml:12:34: .*degrees: expected \[low, high\] with the lower number first/,
  ],
  [['{ rotate: { degrees: [0, 10, 20] } }'], /suite.yaml:12:34: .*degrees: /],
  [['{ rotate: { border: mirror } }'], /suite.yaml:12:33: .*border: expected .*constant.*reflect.* got "mirror"/],
  [['{ rotate: { probability: 2 } }'], /suite.yaml:12:38: .*probability: expected at most 1, got 2/],
  [['invert', '{ rotate: {}, invert: {} }'], /suite.yaml:13:13: .*expected one operator an entry, got rotate, invert/],
  [['{}'], /suite.yaml:12:13: .*expected one operator an entry, got none/],
])('%j is refused with its place, what was expected and what came', (operators, message) => {
  const error = inputError(() => augmentOf(suite(operators)), folder);
  expect(error.code).toBe('SUITE_INVALID');
  expect(error.message).toMatch(message);
});

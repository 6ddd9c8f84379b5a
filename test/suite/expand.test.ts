import { expect, test } from 'vitest';
import { expandMatrix, matrixSize } from '../../src/suite/expand.ts';
import type { MatrixFile } from '../../src/suite/schema.ts';

const use = { workload: 'digits', scenario: 'single_stream', availableCores: 4 };

/** Every combination as `batch precision fusion threads`, such as `8 fp32 on t4`. */
function combinations(matrix: MatrixFile, other: Partial<typeof use> = {}): string[] {
  return expandMatrix(matrix, { ...use, ...other }).combinations.map(
    ({ batch_size, precision, fusion, threads }) => `${batch_size} ${precision} ${fusion} t${threads}`,
  );
}

test('an empty matrix is one combination of all defaults, threads being all cores', () => {
  expect(expandMatrix({}, use).combinations).toEqual([
    {
      backend: 'ort-cpu',
      batch_size: 1,
      precision: 'fp32',
      threads: 4,
      spinning: 'off',
      hygiene: 'auto',
      fusion: 'on',
      layout: 'auto',
    },
  ]);
});

test('listed axes are multiplied, layout varying fastest, then fusion', () => {
  const matrix: MatrixFile = { layout: ['engine', 'plain'], fusion: ['engine', 'on'], hygiene: ['on', 'off'] };
  expect(
    expandMatrix(matrix, use).combinations.map(({ hygiene, fusion, layout }) => `${hygiene} ${fusion} ${layout}`),
  ).toEqual([
    ...['on engine engine', 'on engine plain', 'on on engine', 'on on plain'],
    ...['off engine engine', 'off engine plain', 'off on engine', 'off on plain'],
  ]);

  expect(combinations({ fusion: ['on', 'off'], batch_size: [1, 8] })).toEqual([
    '1 fp32 on t4',
    '1 fp32 off t4',
    '8 fp32 on t4',
    '8 fp32 off t4',
  ]);
});

test('one value needs no list', () => {
  expect(combinations({ batch_size: 2, threads: 'auto' })).toEqual(['2 fp32 on t4']);
});

test('the axes of a zip group advance together and are multiplied with the others', () => {
  expect(combinations({ fusion: ['on', 'off'], zip: [{ batch_size: [1, 8], threads: [1, 'auto'] }] })).toEqual([
    '1 fp32 on t1',
    '1 fp32 off t1',
    '8 fp32 on t4',
    '8 fp32 off t4',
  ]);
});

test('two zip groups are multiplied with each other', () => {
  const matrix: MatrixFile = {
    zip: [
      { batch_size: [1, 8], threads: [1, 2] },
      { precision: ['fp32', 'int8'], fusion: ['on', 'off'] },
    ],
  };
  expect(combinations(matrix)).toEqual(['1 fp32 on t1', '1 int8 off t1', '8 fp32 on t2', '8 int8 off t2']);
});

test('exclude removes every combination that has all of its values', () => {
  const matrix: MatrixFile = {
    batch_size: [1, 8],
    fusion: ['on', 'off'],
    exclude: [{ batch_size: 8, fusion: 'off' }],
  };
  expect(combinations(matrix)).toEqual(['1 fp32 on t4', '1 fp32 off t4', '8 fp32 on t4']);
  expect(expandMatrix(matrix, use).removed).toEqual([1]);
  expect(expandMatrix({ ...matrix, exclude: [{ fusion: 'on' }, { batch_size: 3 }] }, use).removed).toEqual([2, 0]);
});

test('exclude compares threads after auto has become a number', () => {
  expect(combinations({ threads: [1, 'auto'], exclude: [{ threads: 4 }] })).toEqual(['1 fp32 on t1']);
  expect(combinations({ threads: [1, 4], exclude: [{ threads: 'auto' }] })).toEqual(['1 fp32 on t1']);
});

test('exclude and include for one workload or scenario leave the others alone', () => {
  const matrix: MatrixFile = {
    batch_size: [1, 8],
    exclude: [{ workload: 'resnet50', batch_size: 8 }],
    include: [{ scenario: 'offline', batch_size: 32 }],
  };
  expect(combinations(matrix)).toEqual(['1 fp32 on t4', '8 fp32 on t4']);
  expect(combinations(matrix, { workload: 'resnet50' })).toEqual(['1 fp32 on t4']);
  expect(combinations(matrix, { scenario: 'offline' })).toEqual(['1 fp32 on t4', '8 fp32 on t4', '32 fp32 on t4']);
});

test('an include that agrees with a combination sets what the matrix does not list', () => {
  const matrix: MatrixFile = { batch_size: [1, 8], include: [{ batch_size: 8, threads: 2 }] };
  expect(combinations(matrix)).toEqual(['1 fp32 on t4', '8 fp32 on t2']);
});

test('an include of unlisted axes only is added to every combination', () => {
  expect(combinations({ batch_size: [1, 8], include: [{ threads: 1 }] })).toEqual(['1 fp32 on t1', '8 fp32 on t1']);
});

test('a later include may set anew what an earlier one added', () => {
  const matrix: MatrixFile = { batch_size: [1, 8], include: [{ threads: 1 }, { batch_size: 8, threads: 2 }] };
  expect(combinations(matrix)).toEqual(['1 fp32 on t1', '8 fp32 on t2']);
});

test('an include that agrees with none is a combination of its own, with the first value of each listed axis that it leaves out', () => {
  const matrix: MatrixFile = {
    batch_size: [1, 8],
    fusion: ['off', 'on'],
    threads: [2, 1],
    include: [{ batch_size: 32 }],
  };
  expect(combinations(matrix).slice(8)).toEqual(['32 fp32 off t2']); // 2 × 2 × 2 combinations stand before it
});

test('an include is not merged into a combination that an earlier include made', () => {
  const matrix: MatrixFile = { batch_size: [1], include: [{ batch_size: 32 }, { batch_size: 32, threads: 1 }] };
  expect(combinations(matrix)).toEqual(['1 fp32 on t4', '32 fp32 on t4', '32 fp32 on t1']);
});

test('include comes after exclude and can bring back what that removed', () => {
  const matrix: MatrixFile = {
    batch_size: [1, 8],
    exclude: [{ batch_size: 8 }],
    include: [{ batch_size: 8, threads: 1 }],
  };
  expect(combinations(matrix)).toEqual(['1 fp32 on t4', '8 fp32 on t1']);
});

test('a matrix of includes alone is what they say', () => {
  expect(combinations({ include: [{ batch_size: 4 }, { fusion: 'off' }] })).toEqual(['4 fp32 on t4', '1 fp32 off t4']);
  // For a workload that none of them is for, the matrix is an empty one.
  expect(combinations({ include: [{ workload: 'resnet50', batch_size: 4 }] })).toEqual(['1 fp32 on t4']);
});

test('the size of a matrix is known without expanding it', () => {
  const values = Array.from({ length: 1000 }, (_, index) => index + 1);
  expect(
    matrixSize({ batch_size: values, threads: values, zip: [{ fusion: ['on', 'off'], precision: ['fp32', 'int8'] }] }),
  ).toBe(2_000_000);
  expect(matrixSize({ batch_size: [1, 8], include: [{ batch_size: 32 }] })).toBe(3);
});

import { expect, test } from 'vitest';
import type { TensorData } from '../../../src/engine/backends/backend.ts';
import { variedInputs } from '../../../src/engine/proof/vary-inputs.ts';

function feeds(type: string, data: TensorData) {
  return { x: { type, dims: [data.length], data } };
}

const types: readonly [string, TensorData][] = [
  ['float32', Float32Array.from({ length: 100 }, (_, index) => index - 50)],
  ['uint8', Uint8Array.from({ length: 100 }, (_, index) => index)],
  ['int64', BigInt64Array.from({ length: 100 }, (_, index) => BigInt(index + 1000))],
  ['float16', Uint16Array.from({ length: 100 }, (_, index) => 0x3c00 + index)],
];

test.each(types)('of %s, one element changes at a time, stays in range, and is taken back', (type, data) => {
  const before = [...data];
  const [least, greatest] = [before[0], before[99]];
  const inputs = variedInputs(feeds(type, data), 1);
  const changed = new Set<number>();
  for (let run = 0; run < 200; run++) {
    inputs?.vary();
    const different = [...data].flatMap((value, index) => (value === before[index] ? [] : [index]));
    // A draw may hit the value that is there already.
    expect(different.length).toBeLessThanOrEqual(1);
    for (const value of data) expect(value >= (least ?? 0) && value <= (greatest ?? 0)).toBe(true);
    for (const index of different) changed.add(index);
  }
  // 200 draws of 100 places leave out about 100 · e⁻² = 14 of them.
  expect(changed.size).toBeGreaterThan(60);
  inputs?.restore();
  expect([...data]).toEqual(before);
});

test('a mask that reaches to minus infinity is varied by its own elements, and holds no number that is none', () => {
  const data = Float32Array.of(0, Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY);
  const inputs = variedInputs(feeds('float32', data), 1);
  for (let run = 0; run < 50; run++) {
    inputs?.vary();
    for (const value of data) expect([0, Number.NEGATIVE_INFINITY]).toContain(value);
  }
});

test('an input of equal elements is left alone beside one that varies', () => {
  const mask = BigInt64Array.of(1n, 1n, 1n);
  const inputs = variedInputs(
    { ...feeds('float32', Float32Array.of(0, 1)), mask: { type: 'int64', dims: [3], data: mask } },
    1,
  );
  inputs?.vary();
  expect([...mask]).toEqual([1n, 1n, 1n]);
});

test('without an input that varies there is nothing to vary', () => {
  expect(variedInputs(feeds('int32', Int32Array.of(5)), 1)).toBeNull();
  expect(variedInputs(feeds('float32', new Float32Array(9)), 1)).toBeNull();
});

import { expect, test } from 'vitest';
import { elementArray } from '../../src/engine/element-array.ts';

test('a tensor that no array can hold is an error of the input, in words', () => {
  // 2^53 is beyond what any engine's arrays have.
  expect(() => elementArray('float32', 2 ** 53)).toThrow(
    expect.objectContaining({
      code: 'TENSOR_TOO_LARGE',
      message: expect.stringContaining('9007199254740992 elements of float32'),
    }),
  );
});

test('booleans are held as bytes, and text is refused', () => {
  expect(elementArray('bool', 3)).toEqual(new Uint8Array(3));
  expect(() => elementArray('string', 3)).toThrow(expect.objectContaining({ code: 'TYPE_UNSUPPORTED' }));
});

import { expect, test } from 'vitest';
import { turnedUpsideDown } from '../../../src/engine/preprocess/turn-picture.ts';

test('pixels come in reverse order, their channels do not', () => {
  const colour = { pixels: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), width: 2, height: 2, channels: 3 };
  expect(Array.from(turnedUpsideDown(colour).pixels)).toEqual([10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3]);
  const gray = { pixels: Uint8Array.of(1, 2, 3, 4, 5, 6), width: 3, height: 2, channels: 1 };
  const turned = turnedUpsideDown(gray);
  expect(turned).toMatchObject({ width: 3, height: 2, channels: 1 });
  expect(Array.from(turned.pixels)).toEqual([6, 5, 4, 3, 2, 1]);
  expect(Array.from(gray.pixels)).toEqual([1, 2, 3, 4, 5, 6]);
});

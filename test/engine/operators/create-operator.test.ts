import { expect, test } from 'vitest';
import { createOperator } from '../../../src/engine/operators/create-operator.ts';
import type { OperatorInput } from '../../../src/engine/operators/operator-file.ts';
import { sampleFile } from '../../../src/engine/operators/sample-files.ts';
import { timedOperatorNames, timedOperators } from '../../../src/engine/operators/timed-operators.ts';
import { decodeWhole } from '../../../src/engine/preprocess/decode.ts';
import { imageFormat, imageFormats } from '../../../src/engine/preprocess/formats/image-format.ts';
import type { Picture } from '../../../src/engine/preprocess/picture.ts';

const picture = waves(60, 44);

test.each(timedOperatorNames)('%s answers with as many values as its shape holds', async (operator) => {
  const output = await createOperator(await inputFor(operator))(5);
  expect(output.data.length).toBe(output.dims.reduce((product, side) => product * side, 1));
  expect(output.data.length).toBeGreaterThan(0);
});

test.each(imageFormats)('the sample of %s is such a file and shows the picture', async (format) => {
  const bytes = await sampleFile(format, picture);
  expect(imageFormat(bytes)).toBe(format);
  const shown = await decodeWhole(bytes, () => format);
  expect([shown.width, shown.height, shown.channels]).toEqual([60, 44, 3]);
  // Squares of 20 pixels tell what they were drawn from; a palette and what is coded with loss is near.
  const distance = format === 'svg' ? squareDistance(shown) : meanDistance(shown, picture);
  const lossy = ['jpeg', 'webp', 'avif', 'gif'].includes(format);
  expect(distance).toBeLessThanOrEqual(lossy ? 8 : 0);
});

test('every format and every kernel is timed', () => {
  const stages = [...timedOperators.values()];
  expect(stages.flatMap((one) => (one.stage === 'decode' ? [one.format] : []))).toEqual([...imageFormats]);
  expect(stages.filter(({ stage }) => stage === 'resize').length).toBe(6);
});

test('the same item draws the same, another one something else', async () => {
  const run = createOperator(await inputFor('gaussian_noise'));
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect((await run(2)).data).not.toEqual(first.data);
});

test('a picture is scaled to the size asked for', async () => {
  const run = createOperator({ ...(await inputFor('resize_cubic')), parameters: { width: 20, height: 11 } });
  expect((await run(0)).dims).toEqual([11, 20, 3]);
});

test('a tensor is normalised and laid out as its name says', async () => {
  const white = { pixels: new Uint8Array(12).fill(255), width: 2, height: 2, channels: 3 };
  const made = async (operator: string) => createOperator({ ...(await inputFor(operator)), pictures: [white] })(0);
  const nchw = await made('tensor_nchw');
  expect(nchw.dims).toEqual([3, 2, 2]);
  // (1 − 0.485) / 0.229 = 2.2489 and (1 − 0.406) / 0.225 = 2.64 are red and blue of ImageNet.
  expect(nchw.data[0]).toBeCloseTo(2.2489, 3);
  expect(nchw.data[8]).toBeCloseTo(2.64, 3);
  expect((await made('tensor_bgr')).data[0]).toBeCloseTo(2.64, 3);
  expect(await made('tensor_bytes')).toEqual({ type: 'uint8', dims: [2, 2, 3], data: white.pixels });
});

test.each([
  [{ operator: 'rotat' }, 'operator rotat: expected a known operator. Did you mean "rotate"?'],
  [
    { operator: 'resize_linear', parameters: { width: 0 } },
    'operator resize_linear width: expected a whole number from 1',
  ],
  [{ operator: 'resize_linear', pictures: [] }, 'operator resize_linear: expected a picture, got none'],
  [{ operator: 'decode_png' }, 'operator decode_png: expected an encoded image to decode, got none'],
  [{ operator: 'mosaic', pictures: [picture] }, 'operator mosaic: expected 3 other pictures to mix in, got 0'],
  [{ operator: 'rotate', parameters: { degrees: 999 } }, 'augment rotate degrees: expected a number from -360 to 360'],
])('%j is refused', (changes, message) => {
  const input = { operator: '', parameters: {}, pictures: [picture], encoded: null };
  expect(() => createOperator({ ...input, ...changes })).toThrow(message);
});

async function inputFor(operator: string): Promise<OperatorInput> {
  const known = timedOperators.get(operator);
  const encoded = known?.stage === 'decode' ? await sampleFile(known.format, picture) : null;
  return { operator, parameters: {}, pictures: [picture, waves(30, 44), waves(60, 20), waves(9, 9)], encoded };
}

/** Smooth, so that what is coded with loss stays near. */
function waves(width: number, height: number): Picture {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, place) => {
    const [x, y, channel] = [Math.floor(place / 3) % width, Math.floor(place / 3 / width), place % 3];
    return 128 + 100 * Math.sin(x / 11 + channel) * Math.cos(y / 9);
  });
  return { pixels, width, height, channels: 3 };
}

function meanDistance(a: Picture, b: Picture): number {
  return a.pixels.reduce((sum, byte, place) => sum + Math.abs(byte - (b.pixels[place] ?? 0)), 0) / a.pixels.length;
}

/** At the upper left corners of the squares, which have the colour of the picture there. */
function squareDistance(shown: Picture): number {
  let distance = 0;
  for (let y = 0; y < 44; y += 20) {
    for (let x = 0; x < 60 * 3; x += 60) {
      const place = y * 60 * 3 + x;
      distance += Math.abs((shown.pixels[place] ?? 0) - (picture.pixels[place] ?? 0));
    }
  }
  return distance;
}
